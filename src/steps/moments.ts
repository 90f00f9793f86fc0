import type { PlannedDump, PlannedDumpDatabase } from '../plan/planned-dump.ts';
import type { DumpOptions } from '../postgres/arguments.ts';
import type { Session } from '../postgres/session.ts';
import { isLockTrouble } from './lock-crossing.ts';
import type { OpenSession, Runtime } from './runtime.ts';
import { type HeldSnapshot, holdSnapshot } from './snapshot.ts';

/** A moment of one database: the session that holds a snapshot of it, and with it the locks on what is dumped. */
export interface Moment extends AsyncDisposable {
  readonly session: Session;
  readonly snapshot: HeldSnapshot;
  /** Whether dumps that came before, or come later, show it as well. */
  readonly shared: boolean;
  /** Ends what the session does, as the dump failed for this reason. */
  readonly end: (reason: unknown) => void;
  /** Says that a dump shows this moment: from then on those that share it can take no other. */
  readonly keep: () => void;
}

/** The moments of a run that outlive a step. */
export interface Moments extends AsyncDisposable {
  /** The moment that a dump is to show; disposing it ends it, unless it is shared and kept. */
  take(plan: PlannedDump, planned: PlannedDumpDatabase, runtime: Runtime): Promise<Moment>;
  /** Ends the moments that dumps shared under this name. */
  release(name: string): Promise<void>;
}

interface Held {
  readonly session: Session;
  readonly snapshot: HeldSnapshot;
  readonly end: () => void;
  readonly close: () => Promise<void>;
}

/** `open` opens sessions that last as long as the run. */
export function createMoments(open: OpenSession): Moments {
  const kept = new Map<string, Held>();
  const keyOf = (name: string, database: string) => JSON.stringify([name, database]);
  const release = async (wanted: (key: string) => boolean): Promise<void> => {
    const ending = [...kept].filter(([key]) => wanted(key));
    for (const [key] of ending) kept.delete(key);
    await Promise.allSettled(ending.map(([, held]) => held.close()));
  };
  return {
    async take(plan, planned, runtime) {
      const { snapshot: shared } = plan;
      const key = shared && keyOf(shared.name, planned.name);
      const known = key === undefined ? undefined : kept.get(key);
      const held = known ?? (await hold(plan, planned, runtime, open));
      const onAbort = () => held.end();
      runtime.signal.addEventListener('abort', onAbort, { once: true });
      let isKept = known !== undefined;
      return {
        session: held.session,
        snapshot: held.snapshot,
        shared: shared !== undefined,
        end: reason => {
          // The dump begins anew then, at the same moment.
          if (!isKept || !isLockTrouble(reason)) held.end();
        },
        keep: () => {
          if (key === undefined) return;
          kept.set(key, held);
          isKept = true;
        },
        [Symbol.asyncDispose]: async () => {
          runtime.signal.removeEventListener('abort', onAbort);
          if (!isKept) await held.close();
        },
      };
    },
    release: name => release(key => (JSON.parse(key) as readonly [string, string])[0] === name),
    [Symbol.asyncDispose]: () => release(() => true),
  };
}

async function hold(
  plan: PlannedDump,
  planned: PlannedDumpDatabase,
  runtime: Runtime,
  open: OpenSession,
): Promise<Held> {
  const ended = new AbortController();
  const end = () => ended.abort();
  runtime.signal.throwIfAborted();
  runtime.signal.addEventListener('abort', end, { once: true });
  try {
    const session = await open(plan.connection, { database: planned.name, signal: ended.signal });
    try {
      const snapshot = await holdSnapshot(session, dumpsOf(plan, planned), runtime.timeouts.lock);
      return { session, snapshot, end, close: async () => session[Symbol.asyncDispose]() };
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  } finally {
    runtime.signal.removeEventListener('abort', end);
  }
}

/**
 * What is dumped at this moment. Where it is shared, the tables that are dumped without their rows are locked too: the
 * definition of a table is not seen through a snapshot alone, and a later dump must find it as it was.
 */
function dumpsOf({ snapshot }: PlannedDump, { name, options }: PlannedDumpDatabase): readonly DumpOptions[] {
  const shared = snapshot?.databases.find(database => database.name === name)?.dumps;
  if (shared === undefined) return [options];
  return shared.map(dump => ({ ...dump, exclude: { ...dump.exclude, 'table-data': [] } }));
}
