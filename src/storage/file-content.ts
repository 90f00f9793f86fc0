import { open, stat } from 'node:fs/promises';
import type { ObjectContent } from './object-store.ts';

const chunkBytes = 1 << 20;

/**
 * A file as the content of an object, opened when it is read. Its chunks are one and the same memory, so each has to be
 * used before the next is asked for, as every store does: the chunks of a stream pile up until the collector comes.
 */
export async function fileContent(file: string): Promise<ObjectContent> {
  const { size } = await stat(file);
  return { bytes: size, chunks: chunksOf(file) };
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, chunkBytes, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
