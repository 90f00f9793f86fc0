import { constants, type FileHandle, lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../errors.ts';
import { fileFault } from './file-fault.ts';
import { isAbsent, realPlace } from './inside.ts';

const chunkBytes = 1 << 20;

/** Reads a file as it is now; one that changes meanwhile has another size at its end. @throws PGR130, PGR231, PGR232 */
export async function* readFile(folder: string, key: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const file = join(folder, key);
  try {
    signal.throwIfAborted();
    const place = await realPlace(folder, key);
    if (place === undefined || !(await lstat(file)).isFile()) throw isMissing(file);
    // The link that this refuses may have come after the look.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      yield* chunksOf(handle, file, signal);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw isAbsent(error) ? isMissing(file) : fileFault(`${file} could not be read to its end`, error);
  }
}

async function* chunksOf(handle: FileHandle, file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { size } = await handle.stat();
  let got = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, null);
    if (bytesRead === 0) break;
    got += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
  if (got !== size) {
    throw fault('PGR232', `${file} could not be read to its end: its size changed`, 'run it again');
  }
}

function isMissing(file: string): Error {
  return fault('PGR231', `${file} does not exist`, 'check the name, or whether it was deleted');
}
