import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fault } from '../errors.ts';

/** The folder in which this process builds a copy: its name says whose it is, for the case that it is killed. */
export function partialOf(to: string, pid: number = process.pid): string {
  return `${to}.${machine()}-${pid}.partial`;
}

/** Whether a folder is not finished, and so no dump set, whatever is in it. */
export function isPartial(name: string): boolean {
  return name.endsWith('.partial');
}

/**
 * Removes what killed processes of this machine have left of copies to the same place.
 *
 * @throws PGR131 where another process may be making one.
 */
export async function clearAbandoned(to: string): Promise<void> {
  const above = dirname(to);
  for (const name of await readdir(above).catch(() => [])) {
    if (!name.startsWith(basename(to))) continue;
    const groups = ending.exec(name.slice(basename(to).length))?.groups;
    if (groups === undefined) continue;
    const path = join(above, name);
    if (groups['where'] !== machine() || isRunning(Number(groups['pid']))) throw isBeingWritten(path);
    await rm(path, { recursive: true, force: true });
  }
}

/** What stands behind the name; nothing of whose it is where a dump is being made. */
const ending = /^(?:\.(?<where>[0-9a-f]{12})-(?<pid>\d+))?\.partial$/;

/** Containers have names of their own, and processes that nobody else can see. */
function machine(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 12);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function isBeingWritten(partial: string): Error {
  return fault(
    'PGR131',
    `${partial} exists: another run is writing it, or one was killed`,
    'wait for that run, or remove the folder if there is none',
  );
}
