import { setTimeout as delay } from 'node:timers/promises';
import { fault, RoundtripError } from '../errors.ts';
import type { Session } from '../postgres/session.ts';
import { sqlStateOf } from '../postgres/session-errors.ts';
import type { Runtime } from './runtime.ts';

const pauseMilliseconds = 100;
const longestPause = 5_000;

/**
 * Begins anew what failed for a lock, or for a table that was dropped while it was to be locked, as long as
 * `timeouts.lock` allows: meanwhile the command in the way gets its turn.
 */
export async function retryLocks<Result>(
  runtime: Pick<Runtime, 'clock' | 'timeouts' | 'platform' | 'signal'>,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const started = runtime.clock.seconds();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const late = runtime.clock.seconds() - started >= runtime.timeouts.lock;
      if (runtime.signal.aborted || late || !isLockTrouble(error)) throw error;
      runtime.platform.info(`${error instanceof Error ? error.message : 'a lock was not obtained'}; beginning anew`);
    }
    await delay(pauseMilliseconds);
  }
}

/** Whether a lock was not had, or a table was dropped while it was to be locked. */
export function isLockTrouble(error: unknown): boolean {
  const locked = error instanceof RoundtripError && error.problems.some(({ code }) => code === 'PGR206');
  return locked || sqlStateOf(error) === '42P01';
}

export interface CrossingWatch {
  readonly openSession: () => Promise<Session>;
  /** Of the tool's sessions. */
  readonly applicationName: string;
  /** The backend that holds locks for as long as the tool runs. */
  readonly holder: number;
  /** When there is nothing more to watch. */
  readonly until: AbortSignal;
}

/**
 * Throws PGR206 when the tool waits for a lock behind someone who waits for `holder`. A TRUNCATE that comes after our
 * locks and before the tool's leads to this, and neither side would ever move: the server sees no deadlock, as it
 * cannot know that we wait for the tool. The tool takes its locks when it starts, so the pauses become longer.
 */
export async function watchForCrossing(watch: CrossingWatch): Promise<void> {
  await using session = await watch.openSession();
  for (let pause = pauseMilliseconds; await elapsed(pause, watch.until); pause = Math.min(pause * 1.5, longestPause)) {
    const [row] = await session.query<{ crossed: boolean }>(
      `select exists (
         select from pg_stat_activity waiting, unnest(pg_blocking_pids(waiting.pid)) as blocker
         where waiting.application_name = $1 and waiting.wait_event_type = 'Lock'
           and $2::integer = any (pg_blocking_pids(blocker))
       ) as crossed`,
      [watch.applicationName, watch.holder],
    );
    if (row?.crossed !== true) continue;
    throw fault(
      'PGR206',
      'a command that locks a whole table, such as TRUNCATE, came between two locks of this run',
      'run it when nothing truncates or alters tables',
    );
  }
}

async function elapsed(milliseconds: number, until: AbortSignal): Promise<boolean> {
  return delay(milliseconds, true, { signal: until }).catch(() => false);
}
