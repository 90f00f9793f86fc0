import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
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

/**
 * Every complete client in the known folders of this machine and in the one that PGBIN names, newest first. Installers
 * set that variable, among them EDB's for Windows; a relative path in it would lead wherever we happen to work.
 */
export async function findInstallations(
  environment: Readonly<Record<string, string | undefined>> = {},
  platform: NodeJS.Platform = process.platform,
): Promise<readonly Installation[]> {
  const known = await Promise.all((places[platform] ?? []).map(place => matching(...place)));
  const named = environment['PGBIN'] ?? '';
  const folders = await distinct([...known.flat(), ...(isAbsolute(named) ? [named] : [])]);
  const found = await Promise.all(folders.map(folder => readInstallation(folder)));
  return found
    .filter(installation => installation !== undefined)
    .sort((left, right) => right.version.major - left.version.major || right.version.minor - left.version.minor);
}

/**
 * The client in a folder; undefined if a program is missing, does not answer, its version is not the others' or it is
 * pg_wrapper: what that says of its version is no promise for the next call.
 */
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

/** Each folder once, however it is written. */
async function distinct(folders: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(folders.map(folder => realpath(folder).catch(() => folder)));
  return folders.filter((_, index) => real.indexOf(real[index] ?? '') === index);
}

async function readVersion(path: string, timeout: number): Promise<PostgresVersion | undefined> {
  try {
    await access(path, constants.X_OK);
    if (basename(await realpath(path)) === 'pg_wrapper') return undefined;
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
