import { homedir } from 'node:os';
import { join } from 'node:path';
import type { LockedSet } from './lock/lock.ts';
import type { PackageStore } from './sealed/package-store.ts';
import type { ToolCache } from './tool-cache.ts';

/** Where fetched clients and servers are kept on this machine, and their packages between machines. */
export interface ClientStore {
  /** Laid-out sets; checked, file by file, at each use. */
  readonly folder: string;
  /** Verified packages of a CI's cache; undefined where there is none. They are hashed again at each use. */
  readonly packages: PackageCache | undefined;
  /** Where `folder` is the tool cache of a runner: looks things up in it, and gets told what has been found sound. */
  readonly toolCache: ToolCache | undefined;
}

/** A cache outside of this machine, for the packages of one set at a time. Neither call ever throws: it is only a cache. */
export interface PackageCache extends PackageStore {
  restore(set: LockedSet): Promise<void>;
  save(set: LockedSet): Promise<void>;
}

/** The user's cache folder, by the XDG base directory rules. */
export function userClientStore(environment: Readonly<Record<string, string | undefined>>): ClientStore {
  const cache = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return { folder: join(cache, 'pg-roundtrip'), packages: undefined, toolCache: undefined };
}
