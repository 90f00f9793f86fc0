import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checksumsFile, listFiles, type Reading } from '../dumpset/checksums.ts';
import { beginDumpSet, discardDumpSet, giveFinalName, syncFiles } from '../dumpset/finish.ts';
import { checkDumpSet } from '../dumpset/read.ts';

export interface Copying extends Reading {
  /** Called when the folder in which the copy is built is there; what it returns, when that is gone. */
  readonly recordPartial?: (path: string) => () => void;
}

/**
 * Copies a dump set to another folder, checks the copy, and only then gives it its name.
 */
export async function copyDumpSet(
  from: string,
  to: string,
  copying: Copying = {},
): Promise<'copied' | 'already there'> {
  const expected = await readFile(join(from, checksumsFile), 'utf8').catch(() => undefined);
  return receiveDumpSet(to, expected, copying, async partial => {
    for (const path of await listFiles(from)) {
      const target = join(partial, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(join(from, path), target, copying);
    }
  });
}

/**
 * Makes the folder of a dump set that comes from elsewhere: `fill` writes its files, which are checked before they get
 * their name. `expected` is the text of its SHA256SUMS: the same
 * dump set there already is success without work; anything else is never overwritten (PGR131).
 */
export async function receiveDumpSet(
  to: string,
  expected: string | undefined,
  { recordPartial = () => () => {}, ...reading }: Copying,
  fill: (partial: string) => Promise<void>,
): Promise<'copied' | 'already there'> {
  if (await same(expected, to, reading)) return 'already there';
  const partial = `${to}.partial`;
  const made = await beginDumpSet(to, partial);
  const gone = recordPartial(partial);
  try {
    await fill(partial);
    await checkDumpSet(partial, reading);
    await syncFiles(partial, await listFiles(partial), reading);
    await giveFinalName(to, partial);
    return 'copied';
  } catch (error) {
    await discardDumpSet(partial, made);
    throw error;
  } finally {
    gone();
  }
}

/** A stream, as the system's own copying of a large file cannot be interrupted. */
async function copyFile(from: string, to: string, { signal }: Reading): Promise<void> {
  const source = createReadStream(from, { highWaterMark: 1 << 20 });
  await pipeline(source, createWriteStream(to, { mode: 0o600, flags: 'wx' }), signal === undefined ? {} : { signal });
}

/** SHA256SUMS lists every byte of a dump set, so two of them are equal when these are and the other one is intact. */
async function same(expected: string | undefined, to: string, reading: Reading): Promise<boolean> {
  if (expected === undefined) return false;
  if ((await readFile(join(to, checksumsFile), 'utf8').catch(() => undefined)) !== expected) return false;
  await checkDumpSet(to, reading);
  return true;
}
