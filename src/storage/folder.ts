import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checksumsFile, listFiles } from '../dumpset/checksums.ts';
import { beginDumpSet, discardDumpSet, giveFinalName, syncFiles } from '../dumpset/finish.ts';
import { checkDumpSet } from '../dumpset/read.ts';

/**
 * Copies a dump set to another folder, checks the copy, and only then gives it its name. The same dump set there
 * already is success without work; anything else is never overwritten (PGR131).
 */
export async function copyDumpSet(from: string, to: string): Promise<'copied' | 'already there'> {
  if (await same(from, to)) return 'already there';
  const partial = `${to}.partial`;
  await beginDumpSet(to, partial);
  try {
    const paths = await listFiles(from);
    for (const path of paths) {
      const target = join(partial, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(join(from, path), target);
    }
    await checkDumpSet(partial);
    await syncFiles(partial, paths);
    await giveFinalName(to, partial);
    return 'copied';
  } catch (error) {
    await discardDumpSet(partial);
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
