import { fault } from '../../errors.ts';
import { isEncrypted } from '../age/header.ts';
import type { Decrypt } from './pack-set.ts';

/** Bytes that tell whether something is encrypted. */
export const beginning = 21;

/**
 * The first bytes of a stream, and the stream with them; `close` where nobody is going to read that, as a generator that
 * was not begun closes nothing.
 */
export async function peek(
  chunks: AsyncIterable<Buffer>,
  count: number,
): Promise<{
  readonly head: Buffer;
  readonly chunks: AsyncGenerator<Buffer>;
  readonly close: () => Promise<unknown>;
}> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let ended = false;
  while (head.length < count && !ended) {
    const result = await iterator.next();
    ended = result.done === true;
    if (result.done !== true) head = head.length === 0 ? result.value : Buffer.concat([head, result.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      for (let result = await iterator.next(); result.done !== true; result = await iterator.next()) yield result.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: head.subarray(0, count), chunks: all(), close: async () => iterator.return?.() };
}

/**
 * The bytes of a packed dump set as they were before it was encrypted, if it was.
 *
 * @throws PGR146 where it is encrypted and there is no `decrypt`, PGR147 where there is, and it is not.
 */
export async function* plainChunks(
  stored: AsyncIterable<Buffer>,
  decrypt: Decrypt | undefined,
): AsyncGenerator<Buffer> {
  const { head, chunks, close } = await peek(stored, beginning);
  if (!isEncrypted(head)) {
    if (decrypt !== undefined) {
      await close();
      throw notEncrypted('the dump set');
    }
    yield* chunks;
    return;
  }
  if (decrypt === undefined) {
    await close();
    throw fault(
      'PGR146',
      'the dump set is encrypted, and no identity is given',
      'write decrypt: { identity: "${AGE_IDENTITY}" }, or the passphrase',
    );
  }
  yield* decrypt(chunks);
}

/** Whoever can write to a storage can put a dump of their own in place of one that they could neither read nor make. */
export function notEncrypted(what: string): Error {
  return fault(
    'PGR147',
    `${what} is to be decrypted, and is not encrypted`,
    'look who can write to where it lies; if it is meant to be plain, remove `decrypt`',
  );
}
