import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../errors.ts';
import { isTar } from './foreign-file.ts';
import type { Archive } from './model.ts';
import { parseArchive } from './parse.ts';
import type { Input } from './scanner.ts';
import { checkTarMembers, memberInput, readTarMembers } from './tar.ts';

/**
 * Reads header and table of contents of an archive: a file in custom or tar format, or the folder of the directory
 * format. Of the data nothing is read but what tells where it is.
 *
 * Throws PGR302 if it is no archive, is damaged or of a format that is not known, and PGR221 if it cannot be read.
 */
export async function readArchive(path: string): Promise<Archive> {
  const isFolder = (await readable(path, stat(path))).isDirectory();
  return withInput(isFolder ? join(path, 'toc.dat') : path, isFolder ? path : undefined, async input => {
    if (isFolder) return parseArchive(input, 'folder');
    return isTar(await input.read(0, 512)) ? parseTar(input) : parseArchive(input, 'file');
  });
}

/** Reads the table of contents of a custom archive that ends with it, as lies beside a plain dump. Throws as `readArchive`. */
export async function readContents(path: string): Promise<Archive> {
  return withInput(path, undefined, input => parseArchive(input, 'contents'));
}

/** The table of contents is the first member. */
async function parseTar(input: Input): Promise<Archive> {
  const members = await readTarMembers(input);
  const [contents] = members;
  // Said by the reader of archives, who knows what people hand over instead.
  if (contents?.name !== 'toc.dat') return parseArchive(input, 'tar');
  const archive = await parseArchive(memberInput(input, contents), 'tar');
  checkTarMembers(input, archive, members);
  return archive;
}

async function withInput<Result>(
  file: string,
  folder: string | undefined,
  body: (input: Input) => Promise<Result>,
): Promise<Result> {
  const found = folder === undefined ? await readable(file, stat(file)) : await stat(file).catch(() => undefined);
  // Looked at before it is opened, as to open a pipe is to wait for its writer.
  if (!found?.isFile())
    throw folder === undefined
      ? fault('PGR302', `${file} is neither a file nor a folder`, 'name a file or folder that pg_dump wrote')
      : fault(
          'PGR302',
          `the folder ${folder} is no directory archive: it has no toc.dat`,
          'name the folder of pg_dump',
        );
  const handle = await readable(file, open(file, 'r'));
  try {
    const read = (position: number, length: number) => readable(file, readFully(handle, position, length));
    return await body({ name: file, size: found.size, read });
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
