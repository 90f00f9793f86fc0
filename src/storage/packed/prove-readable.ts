import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { fault } from '../../errors.ts';
import { seen } from './cut.ts';

type Chunks = AsyncIterable<Buffer>;

/**
 * Encrypts, and decrypts what comes of it on its way: the stream only ends when the same bytes came back. So whoever
 * stores it whole knows that the identity that was given reads it.
 *
 * @throws PGR145 where other bytes come back, or what `decrypt` throws.
 */
export async function* encryptedAndProven(
  plain: Chunks,
  encrypt: (chunks: Chunks) => Chunks,
  decrypt: (chunks: Chunks) => Chunks,
): AsyncGenerator<Buffer> {
  const before = createHash('sha256');
  const copy = new PassThrough({ highWaterMark: 1 << 20 });
  // What goes wrong here ends the copy, and so is met by whoever writes to it.
  const after = hashOf(decrypt(copy)).catch((error: unknown) => {
    copy.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  after.catch(() => {});
  try {
    for await (const chunk of encrypt(seen(plain, bytes => before.update(bytes)))) {
      if (copy.destroyed) await after;
      if (!copy.write(chunk)) await drained(copy);
      yield chunk;
    }
    copy.end();
    if ((await after) !== before.digest('hex')) {
      throw fault('PGR145', 'what was encrypted does not decrypt to what it was', 'run it again, and report it');
    }
  } finally {
    copy.destroy();
  }
}

async function hashOf(chunks: Chunks): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

function drained(stream: PassThrough): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}
