import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fetchSet } from '../../../src/client/fetch-set.ts';
import type { Architecture, LockedSet } from '../../../src/client/lock/lock.ts';
import { lock } from '../../../src/client/lock/packages.ts';
import type { SealedFolder, SealedProgram } from '../../../src/client/sealed/sealed-folder.ts';
import { sealedCommand } from '../../../src/client/sealed/start.ts';
import { ownArchitecture } from '../../../src/client/sealed/try-out.ts';

/** Verified packages that tests keep from one run to the next, so that a mirror is asked once for each. */
export const keptPackages = { folder: join(process.cwd(), 'node_modules/.cache/pg-roundtrip-tests/debs') };

const linuxSets = lock.sets.filter(({ platform }) => platform === 'linux');

export function lockedSet(
  product: LockedSet['product'],
  major: number,
  architecture: Architecture | undefined = ownArchitecture(),
): LockedSet {
  const set = linuxSets.find(
    one => one.product === product && one.major === major && one.architecture === architecture,
  );
  if (set === undefined) throw new Error(`no ${product} ${major} is locked for ${architecture ?? process.arch}`);
  return set;
}

/** Locked majors that can run here, oldest first. */
export function lockedMajors(product: LockedSet['product']): readonly number[] {
  const own = linuxSets.filter(set => set.product === product && set.architecture === ownArchitecture());
  return own.map(({ major }) => major).toSorted((left, right) => left - right);
}

/** Installs a locked set from the kept packages and this machine's mirrors. */
export async function installReal(set: LockedSet, root: string): Promise<SealedFolder> {
  const options = {
    mirrors: [],
    environment: process.env,
    signal: AbortSignal.timeout(110_000),
    packages: keptPackages,
  };
  return (await fetchSet(lock, set, root, options)).folder;
}

/** Why sealed sets can't be had here, for `describe.skipIf`; undefined if they can. Tried with a real installation. */
export async function absence(set: () => LockedSet): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'sealed programs are for Linux';
  await using place = await openFolder();
  try {
    await installReal(set(), join(place.path, 'probe'));
    return undefined;
  } catch (error) {
    const reason = `no mirror of this machine has the packages: ${error instanceof Error ? error.message : String(error)}`;
    process.stderr.write(`skipped: ${reason}\n`);
    return reason;
  }
}

/** A folder that every user can enter, for the length of a test. */
export async function openFolder(name = 'sealed-'): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), name));
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SayOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly input?: string;
  /** Where it works; by default the root. */
  readonly directory?: string;
}

/** Runs any program with this environment alone. */
export async function run(path: string, parameters: readonly string[], options: SayOptions = {}): Promise<Said> {
  const { uid, environment = {}, input = '', directory = '/' } = options;
  const child = spawn(path, parameters, {
    cwd: directory,
    env: environment,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout, stderr };
}

/** Runs a sealed program as the product does. */
export async function runSealed(
  folder: SealedFolder,
  program: SealedProgram,
  parameters: readonly string[],
  options: SayOptions = {},
): Promise<Said> {
  const command = sealedCommand(folder, program, parameters, { LC_ALL: 'C', ...options.environment });
  return await run(command.path, command.arguments, { ...options, environment: command.environment });
}
