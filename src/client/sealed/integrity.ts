import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fault } from '../../errors.ts';
import type { LockedSet } from '../lock/lock.ts';
import { manifestName, parseManifest } from './manifest.ts';
import type { SealedFile, SealedFolder } from './sealed-folder.ts';
import { findCertificateFile } from './tls-environment.ts';

/** Enough to keep the disk and the hashing busy. */
const atOnce = 16;

/**
 * Opens a sealed folder for use, once everything in it has proved to be what was installed: every file by its hash, every
 * link by its target, and nothing else in it (a library more could be loaded as well). Takes some hundredths of a
 * second for a client.
 *
 * This finds damage and what strangers leave in a shared cache. Who can write the folder can write a manifest to match:
 * against such a person a run must install from the packages, which the lock vouches for.
 *
 * @param place Where the folder is used from, if it lies elsewhere at the moment.
 * @throws PGR254 that names the first difference; nothing was started.
 */
export async function checkSealed(root: string, set: LockedSet, place = root): Promise<SealedFolder> {
  const folder = await openSealed(root, set);
  if (folder === undefined) {
    throw changed(root, `it has no ${manifestName} of the locked ${set.product} ${set.version}`);
  }
  const { files, prefix } = folder.manifest;
  if (prefix !== undefined && prefix !== resolve(place)) throw changed(root, `it was made for ${prefix}`);
  const expected = new Set([manifestName, ...files.map(({ path }) => path)]);
  const stray = (await listTree(folder.root)).find(path => !expected.has(path));
  if (stray !== undefined) throw changed(root, `${stray} does not belong there`);
  const queue = files.values();
  const work = Array.from({ length: atOnce }, async () => {
    for (const file of queue) {
      const difference = await compare(folder.root, file);
      if (difference !== undefined) throw changed(root, `${file.path} ${difference}`);
    }
  });
  const [failed] = (await Promise.allSettled(work)).filter(one => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return folder;
}

/** A folder by its manifest alone, without looking at its files; undefined where none of this set lies. */
export async function openSealed(root: string, set: LockedSet): Promise<SealedFolder | undefined> {
  const text = await readFile(join(root, manifestName), 'utf8').catch(() => undefined);
  const manifest = text === undefined ? undefined : parseManifest(text, set);
  return manifest && { root: resolve(root), manifest, certificateFile: await findCertificateFile() };
}

/** How a file differs from the manifest; undefined if it does not. */
async function compare(root: string, file: SealedFile): Promise<string | undefined> {
  const full = join(root, file.path);
  const found = await unlessGone(lstat(full));
  if (found === undefined) return 'is missing';
  if (file.kind === 'link') {
    if (!found.isSymbolicLink()) return 'is no link';
    const to = await unlessGone(readlink(full));
    return to === file.to ? undefined : `leads to ${to}`;
  }
  if (!found.isFile()) return 'is no file';
  if (found.size !== file.bytes) return `has ${found.size} bytes instead of ${file.bytes}`;
  if (file.executable && (found.mode & 0o111) === 0) return 'is not executable';
  const bytes = await unlessGone(readFile(full));
  if (bytes === undefined) return 'is missing';
  return createHash('sha256').update(bytes).digest('hex') === file.sha256 ? undefined : 'was changed';
}

/** All paths that are not folders, links not followed. */
async function listTree(root: string, below = ''): Promise<readonly string[]> {
  const entries = (await unlessGone(readdir(join(root, below), { withFileTypes: true }))) ?? [];
  const lists = await Promise.all(
    entries.map(async entry => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? await listTree(root, path) : [path];
    }),
  );
  return lists.flat();
}

/** Another installer may take the folder away while we look at it. */
async function unlessGone<Value>(looked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await looked;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function changed(root: string, what: string): Error {
  return fault(
    'PGR254',
    `${root} is not what was installed there: ${what}; nothing was started`,
    'remove this folder and run again; if it comes back, see who else writes there',
  );
}
