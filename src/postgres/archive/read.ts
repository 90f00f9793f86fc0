import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../errors.ts';
import type { Archive } from './model.ts';
import { parseArchive } from './parse.ts';

/**
 * Reads header and table of contents of an archive: a file in custom format, or the folder of the directory format.
 * Of the data nothing is read but its first byte.
 *
 * Throws PGR302 if it is no archive, is damaged or of a format that is not known, and PGR221 if it cannot be read.
 */
export async function readArchive(path: string): Promise<Archive> {
  const isFolder = (await readable(path, stat(path))).isDirectory();
  const file = isFolder ? join(path, 'toc.dat') : path;
  const found = isFolder ? await stat(file).catch(() => undefined) : await readable(file, stat(file));
  // Looked at before it is opened, as to open a pipe is to wait for its writer.
  if (!found?.isFile())
    throw isFolder
      ? fault('PGR302', `the folder ${path} is no directory archive: it has no toc.dat`, 'name the folder of pg_dump')
      : fault('PGR302', `${path} is neither a file nor a folder`, 'name a file or folder that pg_dump wrote');
  const handle = await readable(file, open(file, 'r'));
  try {
    const read = (position: number, length: number) => readable(file, readFully(handle, position, length));
    return await parseArchive({ name: file, size: found.size, read }, isFolder ? 'folder' : 'file');
  } finally {
    await handle.close();
  }
}

async function readFully(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function readable<Result>(file: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw fault('PGR221', `${file} cannot be read (${reason})`, 'check the path and its permissions', error);
  }
}
