import { existsSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that another process, or this one, has left running. */
export interface LeftServer {
  /** Undefined where it was about to be started: then the data folder says it, if it knows. */
  readonly pid?: number | undefined;
  readonly dataFolder: string;
  /** Everything that has to be removed. */
  readonly folders: readonly string[];
}

/** Milliseconds. A server that was told to end at once gives its processes five seconds to obey. */
const immediateLimit = 7_000;
const killLimit = 2_000;
const pollInterval = 20;

/**
 * Ends a server whose data may be lost, and removes it. Says what could not be done; undefined when nothing is left.
 * Only a process that is that server for certain is ever signalled: process ids are used again, and what runs in a
 * database may write into its data folder.
 */
export async function stopLeftServer(server: LeftServer): Promise<string | undefined> {
  const pid = findProcess(server);
  if (pid !== undefined && !(await ends(pid, server, 'SIGQUIT', immediateLimit))) {
    await ends(pid, server, 'SIGKILL', killLimit);
  }
  const failures: string[] = [];
  for (const path of server.folders) {
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(error => {
      failures.push(`${path} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  if (pid !== undefined && isServer(pid, server)) failures.push(`its process ${pid} does not end`);
  return failures.length === 0 ? undefined : failures.join('; ');
}

/** The same for a process that is about to exit: it waits at most two seconds before it kills. */
export function stopLeftServerNow(server: LeftServer): void {
  const pid = findProcess(server);
  if (pid !== undefined) {
    signal(pid, 'SIGQUIT');
    const pidFile = join(server.dataFolder, 'postmaster.pid');
    for (let waited = 0; waited < 2_000 && existsSync(pidFile); waited += pollInterval) pause(pollInterval);
    if (existsSync(pidFile)) signal(pid, 'SIGKILL');
  }
  for (const path of server.folders) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    } catch {
      // Nothing can be done about it any more, and the others should go.
    }
  }
}

async function ends(pid: number, server: LeftServer, name: NodeJS.Signals, limit: number): Promise<boolean> {
  signal(pid, name);
  for (let waited = 0; waited < limit && isServer(pid, server); waited += pollInterval) await sleep(pollInterval);
  return !isServer(pid, server);
}

/** The server's process, if it runs. */
function findProcess(server: LeftServer): number | undefined {
  const written = pidIn(server.dataFolder);
  if (written === undefined || (server.pid !== undefined && server.pid !== written)) return undefined;
  return isServer(written, server) ? written : undefined;
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

/** True while a process runs that was started on this data folder. One that has ended and is not yet reaped has no command line. */
function isServer(pid: number, { dataFolder }: LeftServer): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(dataFolder);
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
