import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checksumsFile, listFiles, type Reading } from '../dumpset/checksums.ts';
import { beginDumpSet, discardDumpSet, giveFinalName, syncFiles } from '../dumpset/finish.ts';
import { checkDumpSet } from '../dumpset/read.ts';
import { clearAbandoned, partialOf } from './partial-copy.ts';

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
  return receiveDumpSet(
    to,
    () => identityOf(from),
    copying,
    async partial => {
      for (const path of await listFiles(from)) {
        const target = join(partial, path);
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await copyFile(join(from, path), target, copying);
      }
    },
  );
}

/**
 * Makes the folder of a dump set that comes from elsewhere: `fill` writes its files, which are checked before they get
 * their name. `identify` tells which one it is, where something has the name already: the same dump set is success
 * without work; anything else is never overwritten (PGR131).
 */
export async function receiveDumpSet(
  to: string,
  identify: () => Promise<string | undefined>,
  { recordPartial = () => () => {}, ...reading }: Copying,
  fill: (partial: string) => Promise<void>,
): Promise<'copied' | 'already there'> {
  if (await same(identify, to, reading)) return 'already there';
  await clearAbandoned(to);
  const partial = partialOf(to);
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
  await pipeline(
    source,
    createWriteStream(to, { mode: 0o600, flags: 'wx', highWaterMark: 1 << 20 }),
    signal === undefined ? {} : { signal },
  );
}

/**
 * SHA-256 of a dump set's SHA256SUMS, which lists every byte of it: two dump sets are equal when these are and they are
 * intact. Undefined where there is none.
 */
export async function identityOf(folder: string): Promise<string | undefined> {
  const sums = await readFile(join(folder, checksumsFile)).catch(() => undefined);
  return sums && createHash('sha256').update(sums).digest('hex');
}

async function same(identify: () => Promise<string | undefined>, to: string, reading: Reading): Promise<boolean> {
  if ((await lstat(to).catch(() => undefined)) === undefined) return false;
  const expected = await identify();
  if (expected === undefined || (await identityOf(to)) !== expected) return false;
  await checkDumpSet(to, reading);
  return true;
}
