import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Program } from '../postgres/process.ts';
import { fromProgramVersion, type PostgresVersion } from '../postgres/version.ts';

/** A folder with the client programs of one version. */
export interface Installation {
  readonly kind: 'installed';
  readonly folder: string;
  readonly version: PostgresVersion;
}

/** Programs that a folder must hold, all of the same version, to count as a client. */
const programs = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'] as const satisfies readonly Program[];

/**
 * Where distributions put the real programs, each with the major in its name. `/usr/bin` and PATH are left out on
 * purpose: on Debian and Ubuntu `/usr/bin/pg_dump` is pg_wrapper, which picks a version by rules of its own.
 */
const places: Partial<Record<NodeJS.Platform, readonly (readonly [parent: string, name: RegExp, folder: string])[]>> = {
  linux: [
    ['/usr/lib/postgresql', /^\d+$/, 'bin'],
    ['/usr', /^pgsql-\d+$/, 'bin'],
    ['/usr/libexec', /^postgresql\d+$/, ''],
  ],
  darwin: [
    ['/opt/homebrew/opt', /^(postgresql@\d+|libpq)$/, 'bin'],
    ['/usr/local/opt', /^(postgresql@\d+|libpq)$/, 'bin'],
  ],
  win32: [['C:\\Program Files\\PostgreSQL', /^\d+$/, 'bin']],
};

/** How long a program may take to say its version. Milliseconds; a cold disk of a CI needs a few hundred. */
const patience = 10_000;

/** Every complete client in the known folders of this machine, newest first. */
export async function findInstallations(
  platform: NodeJS.Platform = process.platform,
): Promise<readonly Installation[]> {
  const folders = await Promise.all((places[platform] ?? []).map(place => matching(...place)));
  const found = await Promise.all(folders.flat().map(folder => readInstallation(folder)));
  return found
    .filter(installation => installation !== undefined)
    .sort((left, right) => right.version.major - left.version.major || right.version.minor - left.version.minor);
}

/** The client in a folder; undefined if a program is missing, does not answer or its version is not the others'. */
export async function readInstallation(folder: string, timeout = patience): Promise<Installation | undefined> {
  const versions = await Promise.all(programs.map(program => readVersion(programPath(folder, program), timeout)));
  const [first] = versions;
  if (first === undefined || versions.some(version => version?.text !== first.text)) return undefined;
  return { kind: 'installed', folder, version: first };
}

export function programPath(folder: string, program: Program): string {
  return join(folder, process.platform === 'win32' ? `${program}.exe` : program);
}

async function matching(parent: string, name: RegExp, folder: string): Promise<readonly string[]> {
  const names = await readdir(parent).catch(() => []);
  return names.filter(entry => name.test(entry)).map(entry => join(parent, entry, folder));
}

async function readVersion(path: string, timeout: number): Promise<PostgresVersion | undefined> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await promisify(execFile)(path, ['--version'], {
      env: { LC_ALL: 'C' },
      timeout,
      // One that hangs may not heed a polite request either.
      killSignal: 'SIGKILL',
    });
    return fromProgramVersion(stdout);
  } catch {
    return undefined;
  }
}
