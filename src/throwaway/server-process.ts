import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresCommand } from './postgres-command.ts';
import type { ServerUser } from './server-user.ts';
import type { Watcher } from './watcher.ts';

/** Milliseconds. */
const startLimit = 60_000;
const pollInterval = 25;
const fastShutdownLimit = 5_000;
const immediateShutdownLimit = 5_000;

/** `fast` lets the server close its files, `immediate` does not, `kill` gives it no say. */
export type StopMode = 'fast' | 'immediate' | 'kill';

export type StartResult =
  | { readonly kind: 'ready'; readonly process: ServerProcess }
  | { readonly kind: 'failed'; readonly ending: string };

export interface ServerProcess {
  readonly pid: number;
  /** How it ended; undefined while it runs. */
  ending(): string | undefined;
  stop(mode: StopMode): Promise<void>;
}

export interface ServerStart {
  readonly postgres: PostgresCommand;
  readonly dataFolder: string;
  readonly port: number;
  readonly logFile: string;
  readonly user: ServerUser | undefined;
  readonly signal: AbortSignal | undefined;
  readonly watcher: Watcher;
}

/** The whole environment of the server programs: nothing of ours gets in. */
export function serverEnvironment(): Record<string, string> {
  if (process.platform !== 'win32') return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
  const root = process.env['SystemRoot'] ?? 'C:\\Windows';
  return { SystemRoot: root, PATH: `${root}\\System32` };
}

/** Starts `postgres` as our own child and waits until it says in its pid file that it is ready. */
export async function startServerProcess(start: ServerStart): Promise<StartResult> {
  const child = spawnPostgres(start);
  start.watcher.follow(child.pid);
  let ending: string | undefined;
  child.once('error', error => {
    ending ??= error.message;
  });
  child.once('exit', (code, signal) => {
    ending ??= signal === null ? `exit status ${code}` : signal;
  });
  for (let waited = 0; waited < startLimit && ending === undefined && !start.signal?.aborted; waited += pollInterval) {
    await sleep(pollInterval);
    const { pid } = child;
    if (pid === undefined || !saysReady(start.dataFolder, pid)) continue;
    child.unref();
    return { kind: 'ready', process: { pid, ending: () => ending, stop: mode => stop(child, mode) } };
  }
  await stop(child, start.signal?.aborted ? 'immediate' : 'kill');
  return { kind: 'failed', ending: ending ?? `not ready after ${startLimit / 1000} seconds` };
}

/** A session of its own keeps the server out of reach of the terminal's Ctrl-C: we end it when we are done with it. */
function spawnPostgres(start: ServerStart): ChildProcess {
  const log = openSync(start.logFile, 'a', 0o600);
  try {
    const { path, arguments: first, environment, workingFolder } = start.postgres;
    return spawn(path, [...first, '-D', start.dataFolder, '-p', String(start.port)], {
      cwd: workingFolder,
      env: environment,
      stdio: ['ignore', log, log],
      detached: true,
      windowsHide: true,
      ...start.user,
    });
  } finally {
    closeSync(log);
  }
}

/** Line 8 of `postmaster.pid` is the server's state, line 1 its process; an older file may still lie there. */
function saysReady(dataFolder: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess, mode: StopMode): Promise<void> {
  if (mode === 'fast' && (await ends(child, 'SIGINT', fastShutdownLimit))) return;
  if (mode !== 'kill' && (await ends(child, 'SIGQUIT', immediateShutdownLimit))) return;
  await ends(child, 'SIGKILL', immediateShutdownLimit);
}

async function ends(child: ChildProcess, signal: NodeJS.Signals, limit: number): Promise<boolean> {
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  if (!hasEnded()) child.kill(signal);
  for (let waited = 0; waited < limit && !hasEnded(); waited += pollInterval) await sleep(pollInterval);
  return hasEnded();
}
