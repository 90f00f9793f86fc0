import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { dropOwn, dropOwnRole } from '../steps/drop-own.ts';
import type { OpenSession } from '../steps/runtime.ts';
import type { Leftover } from '../steps/undo.ts';

/** Milliseconds between two tries: a server that was killed is back after a few seconds. */
const pause = 1_000;

/** Takes back what a run has left, and says what could not be. Only what its journal names is ever touched. */
export async function takeBack(
  leftovers: readonly Leftover[],
  openSession: OpenSession,
  tries = 1,
): Promise<readonly string[]> {
  const remaining: string[] = [];
  for (const leftover of leftovers) {
    if (leftover.kind === 'path') {
      // One that cannot be removed must not keep the others.
      await rm(leftover.path, { recursive: true, force: true }).catch((error: NodeJS.ErrnoException) => {
        remaining.push(`${leftover.path} could not be removed: ${error.code ?? error.message}`);
      });
    } else {
      const { kind, connection, name } = leftover;
      const drop = kind === 'database' ? dropOwn : dropOwnRole;
      if (!(await tried(tries, () => drop({ openSession }, connection, name)))) {
        remaining.push(
          `${kind} "${name}" of ${connection} could not be dropped: drop it when the server can be reached`,
        );
      }
    }
  }
  return remaining;
}

async function tried(tries: number, act: () => Promise<boolean>): Promise<boolean> {
  for (let left = tries; left > 0; left--) {
    if (await act()) return true;
    if (left > 1) await delay(pause);
  }
  return false;
}
