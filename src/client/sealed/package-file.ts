import { createHash, randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Extract, extract } from 'tar-stream';
import type { PrefixUse } from '../conda/prefix.ts';
import { readArchive } from './ar.ts';
import { decompress } from './decompress.ts';
import { linkTarget, normalisePath } from './package-paths.ts';

type Entry = Extract extends AsyncIterable<infer One> ? One : never;

/** A file or link out of a package. */
export type PackageEntry = PackageFile | PackageLink;

export interface PackageFile {
  readonly kind: 'file';
  /** Normalised, see `normalisePath`. */
  readonly path: string;
  /** Where its content lies on this machine: under a name of ours, never under one that the package says. */
  readonly content: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Given where the content names the folder that it is installed into, which it has to be told. */
  readonly prefix?: PrefixUse;
}

export interface PackageLink {
  readonly kind: 'link';
  readonly path: string;
  /** Normalised path in the same tree of packages. */
  readonly to: string;
}

export interface UnpackOptions {
  readonly keep: (path: string) => boolean;
  /** An existing folder for the contents of files. */
  readonly contents: string;
  readonly signal: AbortSignal;
  /** How much a package may unpack to. */
  readonly mostBytes?: number;
}

export interface TarOptions extends UnpackOptions {
  /** Gives paths the form in which they are kept; undefined for one that is not to be trusted. */
  readonly normalise: (path: string) => string | undefined;
}

/** The largest packages of a server unpack to less than 0.1 GB; what goes on beyond this was made to fill the disk. */
const usualMostBytes = 1 << 30;

/**
 * Unpacks what is to be kept of a `.deb` (deb(5)): its `data.tar` is decompressed and read in a stream, so no more of it
 * is in memory at a time than a few pieces. Folders, devices and owners are left aside.
 *
 * @throws plain errors for bytes that are no sound package; the contents written until then stay behind.
 */
export async function unpackPackage(bytes: Buffer, options: UnpackOptions): Promise<readonly PackageEntry[]> {
  const data = readArchive(bytes).find(({ name }) => /^data\.tar(\.|$)/.test(name));
  if (data === undefined) throw new Error('it has no data.tar');
  return await unpackTar(decompress(data.name, data.bytes), { ...options, normalise: normalisePath });
}

/** Reads a tar archive as it comes and keeps what is wanted of it. Throws plain errors for one that is not sound. */
export async function unpackTar(
  source: AsyncIterable<Uint8Array>,
  options: TarOptions,
): Promise<readonly PackageEntry[]> {
  const tar = extract();
  const broken: Error[] = [];
  tar.on('error', error => broken.push(error));
  const taken = collect(tar, options);
  const fed = feed(tar, source, options);
  // Both are waited for: neither may still write when the caller cleans up.
  const [kept, end] = await Promise.allSettled([taken, fed]);
  if (end.status === 'rejected') throw end.reason;
  // Who was reading an entry at that moment has only seen that the stream was destroyed.
  for (const error of broken) throw error;
  if (kept.status === 'rejected') throw kept.reason;
  return kept.value;
}

async function feed(tar: Extract, source: AsyncIterable<Uint8Array>, options: UnpackOptions): Promise<void> {
  const { signal, mostBytes = usualMostBytes } = options;
  try {
    let total = 0;
    for await (const piece of source) {
      signal.throwIfAborted();
      total += piece.length;
      if (total > mostBytes) throw new Error(`it unpacks to more than ${mostBytes} bytes`);
      if (!tar.write(piece)) await drained(tar);
      // The reader of entries has failed and says why.
      if (tar.destroyed) return;
    }
    tar.end(undefined);
  } catch (error) {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function drained(tar: Extract): Promise<void> {
  if (tar.destroying) return;
  await new Promise<void>(resolve => {
    const go = (): void => {
      tar.off('drain', go);
      tar.off('close', go);
      resolve();
    };
    tar.on('drain', go);
    tar.on('close', go);
  });
}

async function collect(tar: Extract, options: TarOptions): Promise<readonly PackageEntry[]> {
  const kept: PackageEntry[] = [];
  for await (const entry of tar) {
    const path = options.normalise(entry.header.name);
    if (path === undefined) throw new Error(`it has a path that leads out of it: ${entry.header.name}`);
    if (options.keep(path)) kept.push(...(await take(path, entry, options)));
    entry.resume();
  }
  return kept;
}

async function take(path: string, entry: Entry, options: TarOptions): Promise<readonly PackageEntry[]> {
  const { type, linkname } = entry.header;
  if (type === 'file' || type === 'contiguous-file') return [{ kind: 'file', path, ...(await store(entry, options)) }];
  if (type !== 'symlink' && type !== 'link') return [];
  // A hard link names a path from the root.
  const to = linkTarget(path, type === 'link' ? `/${linkname}` : linkname, options.normalise);
  if (to === undefined) throw new Error(`its link ${path} leads out of it: ${linkname}`);
  return [{ kind: 'link', path, to }];
}

async function store(entry: Entry, options: UnpackOptions): Promise<Omit<PackageFile, 'kind' | 'path'>> {
  const content = join(options.contents, randomUUID());
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(content, 'wx', 0o644);
  try {
    for await (const piece of entry) {
      const buffer = piece as Buffer;
      hash.update(buffer);
      bytes += buffer.length;
      await file.write(buffer);
    }
  } finally {
    await file.close();
  }
  return { content, bytes, sha256: hash.digest('hex') };
}
