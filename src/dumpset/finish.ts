import { lstat, mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fault } from '../errors.ts';
import { checksumsFile, type FileChecksum, formatChecksums, hashFolder, type Reading } from './checksums.ts';
import { fewAtOnce } from './few-at-once.ts';
import type { Manifest } from './manifest.ts';

/** Throws PGR131 where a dump set, or another run that makes one, has the folder already. */
export async function refuseTaken(folder: string, partial: string): Promise<void> {
  if (await exists(folder)) {
    throw fault(
      'PGR131',
      `${folder} exists already; a dump set is never overwritten`,
      'choose another folder, or remove this one; names with {date} and {time} differ from run to run',
    );
  }
  if (await exists(partial)) throw isBeingWritten(partial);
}

/**
 * Makes the folder in which a dump set is built. Throws PGR131 if the finished one, or another run's, is there. Returns
 * the first of the folders above it that had to be made, if any.
 */
export async function beginDumpSet(folder: string, partial: string): Promise<string | undefined> {
  await refuseTaken(folder, partial);
  const made = await mkdir(dirname(partial), { recursive: true });
  try {
    await mkdir(partial, { mode: 0o700 });
    return made;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw isBeingWritten(partial);
  }
}

function isBeingWritten(partial: string): Error {
  return fault(
    'PGR131',
    `${partial} exists: another run is writing it, or one was killed`,
    'wait for that run, or remove the folder if there is none',
  );
}

/**
 * Completes a dump set: manifest, then SHA256SUMS, each on disk before the next, then the final name. Whoever sees
 * the final name sees a complete dump set.
 */
export async function finishDumpSet(
  folder: string,
  partial: string,
  manifest: Manifest,
  reading: Reading = {},
): Promise<readonly FileChecksum[]> {
  await writeDurably(join(partial, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  const checksums = await hashFolder(partial, { ...reading, durably: true });
  await syncFolders(
    partial,
    checksums.map(({ path }) => path),
  );
  await writeDurably(join(partial, checksumsFile), formatChecksums(checksums));
  await giveFinalName(folder, partial);
  return checksums;
}

/** Gives a complete folder its final name. Throws PGR131 if something else has taken it meanwhile. */
export async function giveFinalName(folder: string, partial: string): Promise<void> {
  await syncFolder(partial);
  // An empty folder would be replaced silently by rename.
  if (await exists(folder)) throw fault('PGR131', `${folder} came into being meanwhile`, 'use one name for one run');
  await rename(partial, folder);
  await syncFolder(dirname(folder));
}

/** Brings files, and the folders that they are in, to the disk: pg_dump is told not to, and copying does not. */
export async function syncFiles(
  folder: string,
  paths: readonly string[],
  { onProgress, signal }: Reading = {},
): Promise<void> {
  await fewAtOnce(paths, () => async path => {
    signal?.throwIfAborted();
    await syncFile(join(folder, path));
    onProgress?.();
  });
  await syncFolders(folder, paths);
}

async function syncFolders(folder: string, paths: readonly string[]): Promise<void> {
  for (const below of new Set(paths.map(path => dirname(path)))) await syncFolder(join(folder, below));
}

/** Removes what is half made, and the folders that `beginDumpSet` had to make, where nothing else is in them by now. */
export async function discardDumpSet(partial: string, made?: string): Promise<void> {
  await rm(partial, { recursive: true, force: true });
  if (made === undefined) return;
  for (let folder = dirname(partial); folder.length >= made.length; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

/** Bytes of all files below a path that may still be growing or not exist yet. */
export async function sizeOnDisk(path: string): Promise<number> {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) return 0;
  if (!facts.isDirectory()) return facts.size;
  const names = await readdir(path).catch(() => []);
  let bytes = 0;
  await fewAtOnce(names, () => async name => {
    const size = await sizeOnDisk(join(path, name));
    bytes += size;
  });
  return bytes;
}

/** Also true for a link that leads nowhere. */
async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function writeDurably(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flag: 'wx', flush: true });
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable by itself.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
