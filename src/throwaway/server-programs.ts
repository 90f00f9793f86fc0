import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealedFolder } from '../client/sealed/sealed-folder.ts';
import type { PostgresVersion } from '../postgres/version.ts';

const serverPrograms = ['initdb', 'pg_ctl', 'postgres'] as const;

/** One complete set of server programs on this machine. */
export interface ServerPrograms {
  readonly version: PostgresVersion;
  /** The folder with `initdb`, `pg_ctl` and `postgres`. */
  readonly folder: string;
  /** Holds everything that the programs need; by default the folder above theirs. */
  readonly installation?: string | undefined;
  readonly origin: 'installation' | 'sealed' | 'npm';
  /** The folder that sealed programs belong to. */
  readonly sealed?: SealedFolder | undefined;
}

/** The newest major that is wanted; of one major, an installation before a package. Undefined if there is none. */
export function chooseServer(
  found: readonly ServerPrograms[],
  wanted: { readonly atMostMajor?: number; readonly major?: number } = {},
): ServerPrograms | undefined {
  return found
    .filter(({ version }) => wanted.major === undefined || version.major === wanted.major)
    .filter(({ version }) => wanted.atMostMajor === undefined || version.major <= wanted.atMostMajor)
    .toSorted(
      (a, b) =>
        b.version.major - a.version.major ||
        Number(b.origin === 'installation') - Number(a.origin === 'installation') ||
        b.version.minor - a.version.minor,
    )[0];
}

/** True where all programs that a throwaway server needs can be run. */
export async function holdsServerPrograms(folder: string): Promise<boolean> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const checks = serverPrograms.map(name => access(join(folder, name + suffix), constants.X_OK));
  return (await Promise.allSettled(checks)).every(check => check.status === 'fulfilled');
}
