import { setTimeout as delay } from 'node:timers/promises';
import { connectionsToBeginAnew, isRefused, mayPass } from '../plan/begin-anew.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { OpenSession } from '../steps/runtime.ts';
import type { Leftover, Undo } from '../steps/undo.ts';
import { takeBack } from './take-back.ts';
import type { RunRuntime } from './watch-step.ts';

/** Milliseconds from one look for a lost server to the next, and how long it may stay away: a restart takes that. */
const pause = 1_000;
const longestAbsence = 30_000;

/**
 * Carries out a step, from scratch again, at most `retries` times, where its connection was lost and nothing of the
 * attempt is left. `told` gets a sentence for each time: the log and the report have it. An attempt that a guard refuses,
 * as a database that was there before is half filled now, ends it with the error that led there.
 */
export async function beginningAnew<Result>(
  step: PlannedStep,
  runtime: RunRuntime,
  retries: number,
  told: (note: string) => void,
  attempt: (undo: Undo) => Promise<Result>,
): Promise<Result> {
  const connections = connectionsToBeginAnew(step);
  let lost: unknown;
  for (let made = 0; ; made += 1) {
    const { undo, takeBackAll } = ownUndo(runtime.undo);
    const started = runtime.clock.seconds();
    try {
      return await attempt(undo);
    } catch (error) {
      if (made > 0 && isRefused(error)) throw lost;
      lost = error;
      if (made >= retries || connections.length === 0 || runtime.signal.aborted || !mayPass(error)) throw error;
      const seconds = Math.round(runtime.clock.seconds() - started);
      const reason = error instanceof Error ? error.message : '';
      if (!(await untilReached(connections, runtime)) || !(await takeBackAll(runtime.openSession))) throw error;
      const note = `begun anew after ${seconds} s (${made + 1} of at most ${retries} times), as it failed: ${reason}`;
      told(note);
      runtime.platform.info(note);
    }
  }
}

/** What one attempt has made, beside the journal: to be gone before the next one. */
function ownUndo(journal: Undo): {
  readonly undo: Undo;
  readonly takeBackAll: (open: OpenSession) => Promise<boolean>;
} {
  const open = new Map<Leftover, () => void>();
  return {
    undo: {
      record(leftover) {
        const gone = journal.record(leftover);
        open.set(leftover, gone);
        return () => {
          open.delete(leftover);
          gone();
        };
      },
    },
    takeBackAll: async openSession => {
      for (const [leftover, gone] of [...open].toReversed()) {
        if ((await takeBack([leftover], openSession)).length > 0) return false;
        gone();
      }
      return true;
    },
  };
}

/** False where a server stays away, or the run is to end. */
async function untilReached(connections: readonly string[], { openSession, signal }: RunRuntime): Promise<boolean> {
  const until = performance.now() + longestAbsence;
  for (const connection of connections) {
    do {
      await delay(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || performance.now() > until) return false;
    } while (!(await answers(() => openSession(connection))));
  }
  return true;
}

/** One that refuses us is there: what it says is for the next attempt to tell. */
async function answers(open: () => ReturnType<OpenSession>): Promise<boolean> {
  try {
    await using _ = await open();
    return true;
  } catch (error) {
    return !mayPass(error);
  }
}
