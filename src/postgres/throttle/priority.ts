import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import type { Throttle } from './throttle.ts';

/**
 * Has a tool, and whatever it starts, give way to other processes. To be called as soon as the tool is started, before
 * its jobs are: they inherit the processor's share. Resolves with what could not be done, for people.
 */
export async function giveWay(pid: number, { nice, ionice }: Throttle): Promise<readonly string[]> {
  const notes: string[] = [];
  try {
    // Nobody but root may take more than the process has already.
    if (nice !== undefined) setPriority(pid, Math.max(nice, getPriority(pid)));
  } catch (error) {
    notes.push(`nice ${nice} could not be set: ${error instanceof Error ? error.message : String(error)}`);
  }
  const failure = ionice === undefined ? undefined : await setClass(pid, ionice);
  if (failure !== undefined) notes.push(`ionice ${ionice} could not be set: ${failure}`);
  return notes;
}

/** The lowest of each class, as `ionice(1)` takes it. */
const classes = { 'best-effort': ['-c', '2', '-n', '7'], idle: ['-c', '3'] } as const;

/** Where distributions have it. */
const places = ['/usr/bin/ionice', '/bin/ionice', '/usr/local/bin/ionice'];

/** Of the whole process group, as jobs may have been started meanwhile. */
async function setClass(pid: number, name: keyof typeof classes): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'only Linux has such classes';
  const path = places.find(place => existsSync(place));
  if (path === undefined) return 'the program ionice is not on this machine';
  return new Promise(resolve => {
    const parameters = [...classes[name], '-P', String(pid)];
    execFile(path, parameters, { env: {}, timeout: 10_000 }, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : stderr.trim() || error.message);
    });
  });
}
