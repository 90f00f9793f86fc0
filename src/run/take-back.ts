import { rm } from 'node:fs/promises';
import type { OpenSession } from '../steps/runtime.ts';
import { dropOwn } from '../steps/target.ts';
import type { Leftover } from '../steps/undo.ts';

/** Takes back what a run has left, and says what could not be. Only what its journal names is ever touched. */
export async function takeBack(leftovers: readonly Leftover[], openSession: OpenSession): Promise<readonly string[]> {
  const remaining: string[] = [];
  for (const leftover of leftovers) {
    if (leftover.kind === 'path') await rm(leftover.path, { recursive: true, force: true });
    else if (!(await dropOwn({ openSession }, leftover.connection, leftover.name))) {
      remaining.push(`database "${leftover.name}" of ${leftover.connection} could not be dropped`);
    }
  }
  return remaining;
}
