import type { FileHandle } from 'node:fs/promises';

/** Bytes as they come; the pieces follow no boundary of their content. */
export type Bytes = AsyncIterable<Buffer>;

/** Small enough for Node's pool, so that many small files take no memory of their own. */
export const firstPiece = 2 * 1024;
const largestPiece = 256 * 1024;

/**
 * The bytes of a file from `position` on, in pieces that grow: most members of a large database are small, and memory for
 * the largest piece took half of the time of reading 5,000 of them (measured). The handle stays open, and several may
 * read it at once.
 */
export async function* fileBytes(handle: FileHandle, position = 0): AsyncGenerator<Buffer> {
  let at = position;
  let piece = firstPiece;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(piece), 0, piece, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
    // Less than asked for is the end, in all likelihood: the next read only makes sure.
    piece = bytesRead < piece ? firstPiece : Math.min(piece * 8, largestPiece);
  }
}

/** Joins pieces that are small anyway; undefined where there are none. */
export function joined(pieces: readonly Buffer[]): Buffer | undefined {
  return pieces.length > 1 ? Buffer.concat(pieces) : pieces[0];
}
