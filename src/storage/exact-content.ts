import { fault } from '../errors.ts';
import type { ObjectContent } from './object-store.ts';

/**
 * The content, of which exactly as many bytes come as were announced. Ends as soon as the signal does, also while the
 * content is waited for.
 *
 * @throws PGR232 where it ends early, or has more.
 */
export async function* exactly(content: ObjectContent, place: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  let got = 0;
  for await (const chunk of interruptible(content.chunks, signal)) {
    got += chunk.length;
    if (got > content.bytes) throw otherSize(place, `more than the ${content.bytes} bytes announced`);
    if (chunk.length > 0) yield chunk;
  }
  if (got < content.bytes) throw otherSize(place, `${got} of the ${content.bytes} bytes announced`);
}

async function* interruptible(chunks: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await unlessAborted(iterator.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a source that hangs answers to this when it goes on, if ever.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/**
 * A listener of its own for each chunk. `Promise.race` with one promise for the whole stream would keep all that it ever
 * raced with, and so every chunk, in memory to the end (measured: as many bytes as the dump set has).
 */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    const forget = () => signal.removeEventListener('abort', end);
    work.then(resolve, reject).finally(forget);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

function otherSize(place: string, what: string): Error {
  return fault('PGR232', `${place} was not stored, as its content had ${what}`, 'nothing was stored; run it again');
}

/**
 * Joins chunks to parts of one size; the last one has the rest. `take` gives the buffer for the next part, which is the
 * receiver's from then on.
 */
export async function* inParts(
  chunks: AsyncIterable<Buffer>,
  bytes: number,
  partBytes: number,
  take: (bytes: number) => Buffer,
): AsyncGenerator<Buffer> {
  let left = bytes;
  let part: Buffer | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length; ) {
      part ??= take(partBytes).subarray(0, Math.min(partBytes, left));
      const copied = chunk.copy(part, filled, taken);
      taken += copied;
      filled += copied;
      if (filled < part.length) continue;
      left -= filled;
      yield part;
      part = undefined;
      filled = 0;
    }
  }
}
