import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fault } from '../../errors.ts';
import { exactly, inParts } from '../exact-content.ts';
import type { ObjectContent } from '../object-store.ts';
import { fileFault } from './file-fault.ts';
import { hasCode, isAbsent, realPlace } from './inside.ts';

/** The name of a file that is being written. One that a killed run has left is no object, and may be deleted. */
export const partialPattern = /^\.[0-9a-f-]{36}\.pg-roundtrip-partial$/;

const writtenAtOnce = 1 << 20;

/**
 * Writes a file under another name, brings it to the disk and links it to its own: that fails where something has the
 * name, so no moment is left in which two runs could take it.
 *
 * @throws PGR130, PGR131, PGR232
 */
export async function writeFile(
  folder: string,
  key: string,
  content: ObjectContent,
  signal: AbortSignal,
): Promise<void> {
  const file = join(folder, key);
  const above = dirname(file);
  const partial = join(above, `.${randomUUID()}.pg-roundtrip-partial`);
  let made: string | undefined;
  try {
    signal.throwIfAborted();
    await realPlace(folder, key);
    if (await exists(file)) throw isTaken(file);
    made = await mkdir(above, { recursive: true, mode: 0o700 });
    await fill(partial, exactly(content, file, signal), content.bytes);
    signal.throwIfAborted();
    await link(partial, file).catch((error: unknown) => {
      throw hasCode(error, 'EEXIST') ? isTaken(file) : error;
    });
    await unlink(partial);
    await syncFolder(above);
  } catch (error) {
    // What it cannot take away must not hide why.
    await rm(partial, { force: true }).catch(() => {});
    if (made !== undefined) await removeEmpty(above, made);
    throw fileFault(`${file} could not be stored`, error);
  }
}

/** Through one buffer: what is encrypted comes in small pieces, and each write has its price. */
async function fill(path: string, chunks: AsyncIterable<Buffer>, bytes: number): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    const buffer = Buffer.allocUnsafeSlow(writtenAtOnce);
    for await (const piece of inParts(chunks, bytes, writtenAtOnce, () => buffer)) {
      for (let written = 0; written < piece.length; ) {
        written += (await handle.write(piece, written)).bytesWritten;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The folders that were made for this, where nothing else is in them by now. */
async function removeEmpty(above: string, made: string): Promise<void> {
  for (let folder = above; folder.length >= made.length; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

/** Also true for a link that leads nowhere. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its names are durable by themselves.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isTaken(file: string): Error {
  return fault(
    'PGR131',
    `${file} exists already; a stored object is never overwritten`,
    'choose another name; names with {date} and {time} differ from run to run',
  );
}
