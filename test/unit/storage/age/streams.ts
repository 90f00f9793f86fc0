import { createHash } from 'node:crypto';

/** A stream of these bytes in pieces of a size; `ended` is called when nobody wants more. */
export async function* inPieces(bytes: Buffer, size = 1 << 20, ended: () => void = () => {}): AsyncGenerator<Buffer> {
  try {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  } finally {
    ended();
  }
}

export async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept: Buffer[] = [];
  for await (const chunk of chunks) kept.push(chunk);
  return Buffer.concat(kept);
}

/** Bytes without pattern that are the same in every run. */
export function bytesLikeRandom(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(String(index)).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}
