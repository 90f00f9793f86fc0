/** How far back a match may reach, and so how much history a linked block needs. */
export const lz4Window = 64 * 1024;

/**
 * Decodes one LZ4 block (lz4_Block_format.md) into `target` from `start` on, where the bytes before `start` are what
 * came before it. Gives the end of what was written, or undefined if the block is no valid one or does not fit.
 */
export function decodeLz4Block(source: Buffer, target: Buffer, start: number): number | undefined {
  let from = 0;
  let to = start;
  while (from < source.length) {
    const token = source[from++] ?? 0;

    let literals = token >> 4;
    if (literals === 15) {
      let more: number | undefined;
      do {
        more = source[from++];
        if (more === undefined) return undefined;
        literals += more;
      } while (more === 255);
    }
    if (from + literals > source.length || to + literals > target.length) return undefined;
    source.copy(target, to, from, from + literals);
    from += literals;
    to += literals;
    // The last sequence has no match.
    if (from === source.length) return to;

    const [low, high] = [source[from++], source[from++]];
    if (low === undefined || high === undefined) return undefined;
    const distance = low | (high << 8);
    let length = (token & 15) + 4;
    if (length === 19) {
      let more: number | undefined;
      do {
        more = source[from++];
        if (more === undefined) return undefined;
        length += more;
      } while (more === 255);
    }
    if (distance === 0 || distance > to || to + length > target.length) return undefined;
    if (distance >= length) target.copyWithin(to, to - distance, to - distance + length);
    else for (let index = 0; index < length; index++) target[to + index] = target[to + index - distance] ?? 0;
    to += length;
  }
  return undefined;
}
