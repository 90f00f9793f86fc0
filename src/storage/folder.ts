import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checksumsFile, listFiles } from '../dumpset/checksums.ts';
import { checkDumpSet } from '../dumpset/read.ts';
import { fault } from '../errors.ts';

/**
 * Copies a dump set to another folder, checks the copy, and only then gives it its name. The same dump set there
 * already is success without work; anything else is never overwritten (PGR131).
 */
export async function copyDumpSet(from: string, to: string): Promise<'copied' | 'already there'> {
  if (await exists(to)) {
    if (await same(from, to)) return 'already there';
    throw fault(
      'PGR131',
      `${to} exists already and is not this dump set; a dump set is never overwritten`,
      'choose another folder for `publish`',
    );
  }
  const partial = `${to}.partial`;
  await mkdir(dirname(partial), { recursive: true });
  try {
    await mkdir(partial, { mode: 0o700 });
  } catch (error) {
    throw fault(
      'PGR131',
      `${partial} exists: another run is writing it, or one was killed`,
      'wait for that run, or remove the folder if there is none',
      error,
    );
  }
  try {
    for (const path of await listFiles(from)) {
      const target = join(partial, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(join(from, path), target);
    }
    await checkDumpSet(partial);
    await rename(partial, to);
    return 'copied';
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** SHA256SUMS lists every byte of a dump set, so two of them are equal when these are and the other one is intact. */
async function same(from: string, to: string): Promise<boolean> {
  const [left, right] = await Promise.all(
    [from, to].map(folder => readFile(join(folder, checksumsFile), 'utf8').catch(() => undefined)),
  );
  if (left === undefined || left !== right) return false;
  await checkDumpSet(to);
  return true;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
