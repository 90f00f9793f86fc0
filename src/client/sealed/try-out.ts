import { execFile } from 'node:child_process';
import { fault } from '../../errors.ts';
import { fromProgramVersion } from '../../postgres/version.ts';
import type { Architecture, LockedSet } from '../lock/lock.ts';
import { incomplete } from './closure.ts';
import type { SealedFolder } from './sealed-folder.ts';
import { programsOf } from './sealed-folder.ts';
import { sealedCommand } from './start.ts';

/** Debian's name for the processor that this process runs on; undefined for one without packages. */
export function ownArchitecture(): Architecture | undefined {
  if (process.arch === 'x64') return 'amd64';
  return process.arch === 'arm64' ? 'arm64' : undefined;
}

/** Whether the programs of a set can be tried out here: Windows also runs what was built for the other processor. */
export function runsHere({ platform, architecture }: Pick<LockedSet, 'platform' | 'architecture'>): boolean {
  return platform === process.platform && (architecture === ownArchitecture() || platform === 'win32');
}

/** Milliseconds for one program to say its version. */
const patience = 20_000;

/**
 * Has each program say its version, which proves loader, libraries and file system at once.
 *
 * @throws PGR255 where programs can't be run, PGR253 where one is not what the set promises.
 */
export async function tryOut(folder: SealedFolder, set: LockedSet, signal: AbortSignal): Promise<void> {
  for (const program of programsOf(set.product)) {
    const command = sealedCommand(folder, program, ['--version'], { LC_ALL: 'C' });
    const said = await new Promise<string>((resolve, reject) => {
      const options = { env: command.environment, timeout: patience, killSignal: 'SIGKILL', signal } as const;
      execFile(command.path, command.arguments, options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (signal.aborted) reject(signal.reason);
        else reject(cannotRun(folder, program, error, stderr));
      });
    });
    const version = fromProgramVersion(said)?.text;
    if (version !== set.version) throw incomplete(set, `${program} says it is of version ${version ?? 'unknown'}`);
  }
}

function cannotRun(folder: SealedFolder, program: string, error: Error, stderr: string): Error {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM') {
    return fault(
      'PGR255',
      `${program} cannot be run from ${folder.root} (${code}): the folder may be mounted noexec`,
      'set RUNNER_TOOL_CACHE, or XDG_CACHE_HOME outside Actions, to a folder where programs may be run',
      error,
    );
  }
  return fault(
    'PGR255',
    `${program} does not run from ${folder.root}: ${stderr.trim().split('\n')[0] || error.message}`,
    'the system may be too old or too tightly confined for it: name an installed client in client.path',
    error,
  );
}
