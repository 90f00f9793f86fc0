import { createCipheriv, createDecipheriv } from 'node:crypto';
import { fault } from '../../errors.ts';

/**
 * The payload of the format age v1 (STREAM): blocks of 64 KiB, each with its tag by ChaCha20-Poly1305, whose nonce
 * counts them and says which one is the last. Node's own cipher is twenty times faster than the library's.
 */
const blockBytes = 64 * 1024;
const tagBytes = 16;

/** What is made of one piece of input at most goes out as one: larger writes are faster. */
const blocksAtOnce = 16;

/** Exactly how many bytes `sealPayload` gives. */
export function sealedBytes(plainBytes: number): number {
  return plainBytes + tagBytes * Math.max(1, Math.ceil(plainBytes / blockBytes));
}

export async function* sealPayload(chunks: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer, void, void> {
  let count = 0;
  for await (const { blocks, last } of inBlocks(chunks, blockBytes)) {
    yield Buffer.concat(blocks.flatMap(block => sealBlock(block, key, nonceOf(count++, last))));
  }
}

/**
 * Nothing is given out of a block whose tag is wrong, but what came before it is: it counts only when all was read.
 *
 * @throws PGR172 at the first byte that was changed, and where the end is missing or something follows it.
 */
export async function* openPayload(chunks: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer, void, void> {
  let count = 0;
  for await (const { blocks, last } of inBlocks(chunks, blockBytes + tagBytes)) {
    const opened = Buffer.concat(
      blocks.map(block => {
        const number = count++;
        const plain = openBlock(block, key, nonceOf(number, last));
        if (plain !== undefined && (plain.length > 0 || number === 0)) return plain;
        if (block.length < tagBytes) throw damaged('its end is missing');
        if (openBlock(block, key, nonceOf(number, !last)) === undefined) throw damaged('bytes of it were changed');
        throw damaged(last ? 'its end is missing' : 'something follows its end');
      }),
    );
    if (opened.length > 0) yield opened;
  }
}

/** The error about an encrypted file that is not as it was written. */
export function damaged(how: string, cause?: unknown): Error {
  const remedy = 'take it again from where it was published; nothing of it may be used';
  return fault('PGR172', `the encrypted dump set is damaged: ${how}`, remedy, cause);
}

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

/** Cuts a stream into blocks of one size. The last one, alone and possibly empty, is only known when the stream ends. */
async function* inBlocks(
  chunks: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ readonly blocks: readonly Buffer[]; readonly last: boolean }, void, void> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes <= size) continue;
    const all = held.length === 1 ? chunk : Buffer.concat(held);
    const whole = Math.ceil(bytes / size) - 1;
    for (let first = 0; first < whole; first += blocksAtOnce) {
      const count = Math.min(blocksAtOnce, whole - first);
      yield { blocks: Array.from({ length: count }, (_, index) => blockAt(all, first + index, size)), last: false };
    }
    held = [all.subarray(whole * size)];
    bytes -= whole * size;
  }
  yield { blocks: [Buffer.concat(held)], last: true };
}

function blockAt(all: Buffer, index: number, size: number): Buffer {
  return all.subarray(index * size, (index + 1) * size);
}
