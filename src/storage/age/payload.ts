import { createCipheriv, createDecipheriv } from 'node:crypto';
import { fault } from '../../errors.ts';

/**
 * The payload of the format age v1 (STREAM): blocks of 64 KiB, each with its tag by ChaCha20-Poly1305, whose nonce
 * counts them and says which one is the last. Node's own cipher is twenty times faster than the library's.
 */
const blockBytes = 64 * 1024;
const tagBytes = 16;

/** Exactly how many bytes `sealPayload` gives. */
export function sealedBytes(plainBytes: number): number {
  return plainBytes + tagBytes * Math.max(1, Math.ceil(plainBytes / blockBytes));
}

export async function* sealPayload(chunks: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer, void, void> {
  let count = 0;
  for await (const { block, last } of inBlocks(chunks, blockBytes))
    yield* sealBlock(block, key, nonceOf(count++, last));
}

/**
 * Nothing is given out of a block whose tag is wrong, but what came before it is: it counts only when all was read.
 *
 * @throws PGR172 at the first block that was changed, and where the end is missing or something follows it.
 */
export async function* openPayload(chunks: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer, void, void> {
  let count = 0;
  for await (const { block, last } of inBlocks(chunks, blockBytes + tagBytes)) {
    const opened = openBlock(block, key, nonceOf(count, last));
    if (opened === undefined || (opened.length === 0 && count > 0)) throw explain(block, key, count, last);
    count += 1;
    yield opened;
  }
}

/** Says of a block that cannot be what was sealed as this one, what seems to have happened. */
function explain(block: Buffer, key: Buffer, count: number, last: boolean): Error {
  if (block.length < tagBytes) return damaged('its end is missing');
  if (openBlock(block, key, nonceOf(count, !last)) === undefined) return damaged('bytes of it were changed');
  return damaged(last ? 'its end is missing' : 'something follows its end');
}

/** The error about an encrypted file that is not as it was written. */
export function damaged(how: string, cause?: unknown): Error {
  const remedy = 'take it again from where it was published; nothing of it may be used';
  return fault('PGR172', `the encrypted dump set is damaged: ${how}`, remedy, cause);
}

/** The tag is a piece of its own: to join the two would copy everything once more. */
function sealBlock(block: Buffer, key: Buffer, nonce: Buffer): readonly Buffer[] {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
  const sealed = cipher.update(block);
  cipher.final();
  return [sealed, cipher.getAuthTag()];
}

/** Undefined where it was not sealed with this key and nonce. */
function openBlock(block: Buffer, key: Buffer, nonce: Buffer): Buffer | undefined {
  if (block.length < tagBytes) return undefined;
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(block.subarray(-tagBytes));
  const opened = decipher.update(block.subarray(0, -tagBytes));
  try {
    decipher.final();
    return opened;
  } catch {
    return undefined;
  }
}

/** Eleven bytes that count, of which six are enough for any file, and one that marks the last block. */
function nonceOf(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Cuts a stream into blocks of one size. The last one, possibly empty, is only known when the stream ends. */
async function* inBlocks(
  chunks: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ readonly block: Buffer; readonly last: boolean }, void, void> {
  let held: Buffer[] = [];
  let missing = size;
  for await (const chunk of chunks) {
    for (let rest = chunk; rest.length > 0; ) {
      if (missing === 0) {
        yield { block: joined(held), last: false };
        held = [];
        missing = size;
      }
      const taken = rest.subarray(0, missing);
      held.push(taken);
      missing -= taken.length;
      rest = rest.subarray(taken.length);
    }
  }
  yield { block: joined(held), last: true };
}

function joined(pieces: readonly Buffer[]): Buffer {
  const [only, ...others] = pieces;
  return only !== undefined && others.length === 0 ? only : Buffer.concat(pieces);
}
