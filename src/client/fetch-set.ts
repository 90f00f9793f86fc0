import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lock, LockedSet } from './lock/lock.ts';
import { installSet } from './sealed/install.ts';
import { mirrorsFor } from './sealed/mirrors.ts';
import type { PackageStore } from './sealed/package-store.ts';
import { readProxySettings } from './sealed/proxy.ts';
import type { SealedFolder } from './sealed/sealed-folder.ts';
import { toolName } from './sealed-clients.ts';
import { markComplete, type ToolCache, unmark } from './tool-cache.ts';

export interface FetchOptions {
  /** Mirrors that the user adds, tried first; then those of PG_ROUNDTRIP_CLIENT_MIRRORS, a list with spaces or commas. */
  readonly mirrors: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly packages: PackageStore | undefined;
  /** Where the set lies in one: a folder that it does not know as complete is not used. */
  readonly toolCache?: ToolCache | undefined;
  /** Called when the set is not there, or not sound: fills `packages` from a cache, if there is one. */
  readonly beforeFetch?: (() => Promise<void> | undefined) | undefined;
}

/** What an installation cost. */
export interface Fetched {
  readonly folder: SealedFolder;
  /** True when nothing was to be done but to check it. */
  readonly already: boolean;
  /** Packages that came over the network, and their bytes. */
  readonly requests: number;
  readonly bytes: number;
}

/** Makes sure that a locked client or server lies, sound, in its folder. Throws PGR220, PGR221, PGR250 to PGR256. */
export async function fetchSet(lock: Lock, set: LockedSet, root: string, options: FetchOptions): Promise<Fetched> {
  const { mirrors, environment, signal, packages, toolCache } = options;
  const extra = [...mirrors, ...(environment['PG_ROUNDTRIP_CLIENT_MIRRORS'] ?? '').split(/[\s,]+/).filter(Boolean)];
  const wish = { takenAt: lock.takenAt, aptSources: await readAptSources(), extra };
  const archives = [...new Set(set.packages.map(({ archive }) => archive))];
  let already = false;
  let requests = 0;
  let bytes = 0;
  const folder = await installSet(set, root, {
    mirrors: archives.flatMap(archive => mirrorsFor(archive, wish)),
    signal,
    proxies: readProxySettings(environment),
    ...(packages === undefined ? {} : { packages }),
    ...(toolCache === undefined ? {} : { isComplete: async () => (await toolCache.find(toolName(set))) === root }),
    beforeLayout: async () => {
      if (toolCache !== undefined) await unmark(root);
      await options.beforeFetch?.();
    },
    onProgress: progress => {
      if (progress.kind === 'installed') already = progress.already;
      else if (progress.kind === 'fetched') {
        requests++;
        bytes += progress.package.bytes;
      }
    },
  });
  if (toolCache !== undefined) await markComplete(root);
  return { folder, already, requests, bytes };
}

/** How the machine's own apt is set up; undefined where there is none. */
async function readAptSources(folder = '/etc/apt'): Promise<string | undefined> {
  const parts = join(folder, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).filter(name => /\.(list|sources)$/.test(name)).sort();
  const files = [join(folder, 'sources.list'), ...names.map(name => join(parts, name))];
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8').catch(() => undefined)));
  const found = texts.filter(text => text !== undefined);
  return found.length === 0 ? undefined : found.join('\n\n');
}
