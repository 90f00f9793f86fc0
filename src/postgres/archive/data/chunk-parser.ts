import { damagedData } from './damaged.ts';

/** Chunks of the custom format: a length, that many bytes, and so on until a length of 0. */
export interface ChunkParser {
  /**
   * Takes the next bytes and appends the content among them to `pieces`. Gives the offset behind the last chunk when
   * that is reached, else undefined. Throws PGR302 for a length that cannot be.
   */
  push(bytes: Buffer, pieces: Buffer[]): number | undefined;
}

/** `integerSize` is the header's: bytes of an integer's magnitude, which follows a byte of sign, least significant first. */
export function createChunkParser(integerSize: number, file: string): ChunkParser {
  const lengthBytes = 1 + integerSize;
  // A length that is cut by the end of a piece.
  let held: Buffer = Buffer.alloc(0);
  let remaining = 0;

  const readLength = (bytes: Buffer, at: number): number => {
    let value = 0;
    for (let index = integerSize; index >= 1; index--) value = value * 256 + (bytes[at + index] ?? 0);
    const sign = bytes[at] ?? 0;
    if (sign !== 0 || value > 2 ** 31 - 1) throw damagedData(file, 'a chunk has a length that pg_dump does not write');
    return value;
  };

  return {
    push(bytes, pieces) {
      let at = 0;
      for (;;) {
        const content = Math.min(remaining, bytes.length - at);
        if (content > 0) pieces.push(bytes.subarray(at, at + content));
        at += content;
        remaining -= content;
        if (remaining > 0 || at === bytes.length) return undefined;
        if (held.length > 0 || at + lengthBytes > bytes.length) {
          const missing = Math.min(lengthBytes - held.length, bytes.length - at);
          held = Buffer.concat([held, bytes.subarray(at, at + missing)]);
          at += missing;
          if (held.length < lengthBytes) return undefined;
          remaining = readLength(held, 0);
          held = Buffer.alloc(0);
        } else {
          remaining = readLength(bytes, at);
          at += lengthBytes;
        }
        if (remaining === 0) return at;
      }
    },
  };
}
