import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProcesses, type LeftServer, worksOn } from './left-processes.ts';

/** Milliseconds. A server that was told to end at once gives its processes five seconds to obey. */
const immediateLimit = 7_000;
const killLimit = 2_000;
const hurriedLimit = 2_000;
const pollInterval = 20;

/**
 * Ends a server whose data may be lost, and removes it. Says what could not be done; undefined when nothing is left.
 * Only a process that is that server for certain is ever signalled.
 */
export async function stopLeftServer(server: LeftServer): Promise<string | undefined> {
  const pids = findProcesses(server);
  if (!(await end(pids, server, 'SIGQUIT', immediateLimit))) await end(pids, server, 'SIGKILL', killLimit);
  const failures = stillAtWork(pids, server).map(pid => `its process ${pid} does not end`);
  for (const path of server.folders) {
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(error => {
      failures.push(`${path} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  return failures.length === 0 ? undefined : failures.join('; ');
}

/** The same for a process that is about to exit: it waits at most two seconds before it kills. */
export function stopLeftServerNow(server: LeftServer): void {
  const pids = findProcesses(server);
  signal(pids, 'SIGQUIT');
  for (let waited = 0; waited < hurriedLimit && stillAtWork(pids, server).length > 0; waited += pollInterval) {
    pause(pollInterval);
  }
  signal(stillAtWork(pids, server), 'SIGKILL');
  for (const path of server.folders) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    } catch {
      // Nothing can be done about it any more, and the others should go.
    }
  }
}

async function end(pids: readonly number[], server: LeftServer, name: NodeJS.Signals, limit: number): Promise<boolean> {
  signal(stillAtWork(pids, server), name);
  for (let waited = 0; waited < limit && stillAtWork(pids, server).length > 0; waited += pollInterval) {
    await sleep(pollInterval);
  }
  return stillAtWork(pids, server).length === 0;
}

function stillAtWork(pids: readonly number[], { dataFolder }: LeftServer): readonly number[] {
  return pids.filter(pid => worksOn(pid, dataFolder));
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended already.
    }
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
