import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A server that another process, or this one, has left running. */
export interface LeftServer {
  /** Undefined where it was about to be made or started. */
  readonly pid?: number | undefined;
  readonly dataFolder: string;
  /** Everything that has to be removed. */
  readonly folders: readonly string[];
}

/**
 * The processes of a server to be ended. Process ids are used again, and what runs in a database may write into its data
 * folder: so a process counts only when the data folder names it, it is the one that was started, and it was started on
 * that folder. While the server was being made, nothing else could run in it; then every program that works on the
 * folder counts.
 */
export function findProcesses({ pid, dataFolder }: LeftServer): readonly number[] {
  const written = pidIn(dataFolder);
  if (pid !== undefined) return pid === written && worksOn(pid, dataFolder) ? [pid] : [];
  const named = written !== undefined && worksOn(written, dataFolder) ? [written] : [];
  return [...new Set([...named, ...processesOn(dataFolder)])];
}

/** True while a process runs that was started on this data folder. One that has ended and is not yet reaped has no command line. */
export function worksOn(pid: number, dataFolder: string): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    const parameters = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return parameters.some((parameter, index) => parameter === dataFolder && parameters[index - 1] === '-D');
  } catch {
    return false;
  }
}

/** The first line of `postmaster.pid`. */
function pidIn(dataFolder: string): number | undefined {
  try {
    const [line = ''] = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(line);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** initdb, and a server that has yet to write its own file. Elsewhere than on Linux they end when their folder is gone. */
function processesOn(dataFolder: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);
  return pids.filter(pid => worksOn(pid, dataFolder));
}
