import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { dropOwn, dropOwnRole } from '../steps/drop-own.ts';
import type { OpenSession } from '../steps/runtime.ts';
import { type Leftover, withoutDoomed } from '../steps/undo.ts';
import { stopLeftServer } from '../throwaway/stop-left-server.ts';

/** Milliseconds between two tries, and at least for each. */
const pause = 1_000;
const shortestTry = 5_000;

/**
 * Takes back what a run has left, and says what could not be. Only what its journal names is ever touched. `patience` is
 * how many milliseconds to try again for: a server that was killed is back after a few seconds.
 */
export async function takeBack(
  leftovers: readonly Leftover[],
  openSession: OpenSession,
  patience = 0,
): Promise<readonly string[]> {
  const remaining: string[] = [];
  const until = performance.now() + patience;
  for (const leftover of withoutDoomed(leftovers)) {
    if (leftover.kind === 'path') {
      // One that cannot be removed must not keep the others.
      await rm(leftover.path, { recursive: true, force: true }).catch((error: NodeJS.ErrnoException) => {
        remaining.push(`${leftover.path} could not be removed: ${error.code ?? error.message}`);
      });
    } else if (leftover.kind === 'server') {
      const left = await stopLeftServer(leftover);
      if (left !== undefined) remaining.push(`the throwaway server ${leftover.connection} is not gone: ${left}`);
    } else {
      const { kind, connection, name } = leftover;
      const drop = kind === 'database' ? dropOwn : dropOwnRole;
      if (!(await tried(until, () => drop({ openSession }, connection, name, Math.max(shortestTry, patience))))) {
        remaining.push(
          `${kind} "${name}" of ${connection} could not be dropped: drop it when the server can be reached`,
        );
      }
    }
  }
  return remaining;
}

async function tried(until: number, act: () => Promise<boolean>): Promise<boolean> {
  for (;;) {
    if (await act()) return true;
    if (performance.now() + pause > until) return false;
    await delay(pause);
  }
}
