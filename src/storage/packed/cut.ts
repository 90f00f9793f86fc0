import { fault } from '../../errors.ts';
import type { ObjectContent } from '../object-store.ts';

/**
 * Cuts content into parts of `partBytes`, the last of which may be shorter. There is one stream behind all of them: each
 * part is read to its end before the next one.
 */
export function* cutIntoParts({ bytes, chunks }: ObjectContent, partBytes: number): Generator<ObjectContent> {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Buffer | undefined;
  async function* take(count: number, last: boolean): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      const chunk = rest ?? (await next(iterator));
      // Who stores the part sees that it is too short.
      if (chunk === undefined) return;
      rest = chunk.length > left ? chunk.subarray(left) : undefined;
      const given = rest === undefined ? chunk : chunk.subarray(0, left);
      left -= given.length;
      yield given;
    }
    // The end of the stream belongs to the last part: what fails there is not stored.
    if (last && (rest ?? (await next(iterator))) !== undefined) throw tooLong(bytes);
  }
  for (let at = 0; at < bytes; at += partBytes) {
    const length = Math.min(partBytes, bytes - at);
    yield { bytes: length, chunks: take(length, at + length === bytes) };
  }
}

function tooLong(bytes: number): Error {
  return fault(
    'PGR232',
    `more than ${bytes} bytes came`,
    'make sure that nothing writes to the dump set, and run it again',
  );
}

async function next(iterator: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const result = await iterator.next();
  return result.done === true ? undefined : result.value;
}

/** The same chunks, each of which `see` is given on its way. */
export async function* seen(
  chunks: AsyncIterable<Buffer>,
  see: (chunk: Buffer) => void,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    see(chunk);
    yield chunk;
  }
}
