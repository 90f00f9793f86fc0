import type { Session } from '../postgres/session.ts';

/** What tells that work goes on. */
export interface WatchOptions {
  /** Opens a session beside the work, to the same server. */
  readonly openSession: (signal: AbortSignal) => Promise<Session>;
  /** Marks the sessions of the work in pg_stat_activity. */
  readonly applicationName: string;
  readonly stallSeconds: number;
  readonly signal: AbortSignal;
  /** A number here that changes while the work moves, such as bytes written. */
  readonly measure?: (() => Promise<number>) | undefined;
  /** True where growing databases are the work's own doing: then their size is a sign, where the server has no better one. */
  readonly fillsDatabases: boolean;
}

/**
 * Looks for signs until the signal; whatever goes wrong here is no sign, and no failure of its own. Here and on the
 * server side by side: a server that does not answer must not hide what happens here.
 */
export async function observe(
  options: WatchOptions,
  signal: AbortSignal,
  touch: () => void,
  onCopied: (bytes: number) => void,
): Promise<void> {
  await Promise.all([observeHere(options, signal, touch), observeServer(options, signal, touch, onCopied)]);
}

/** Milliseconds between two looks. */
function intervalOf({ stallSeconds }: WatchOptions): number {
  return Math.min((stallSeconds * 1000) / 4, 5_000);
}

async function observeHere(options: WatchOptions, signal: AbortSignal, touch: () => void): Promise<void> {
  let measured: number | undefined;
  while (options.measure !== undefined && (await pause(intervalOf(options), signal))) {
    const value = await options.measure().catch(() => measured);
    if (value !== measured) touch();
    measured = value;
  }
}

async function observeServer(
  options: WatchOptions,
  signal: AbortSignal,
  touch: () => void,
  onCopied: (bytes: number) => void,
): Promise<void> {
  let last: Sight | undefined;
  let session: Session | undefined;
  while (await pause(intervalOf(options), signal)) {
    try {
      session ??= await options.openSession(signal);
      const seen = await look(session, options);
      if (seen.busy || seen.moved !== last?.moved || seen.turned !== last.turned) touch();
      last = seen;
      if (tellsCopies(session)) onCopied(Number(seen.moved));
    } catch {
      await close(session);
      session = undefined;
    }
  }
  await close(session);
}

interface Sight {
  /** One of our sessions computes. */
  readonly busy: boolean;
  /** Changes while data moves. */
  readonly moved: string;
  /** When one of our sessions last began or ended a statement; those that only look do not count. */
  readonly turned: string;
}

/** pg_stat_progress_copy is there since 14. */
function tellsCopies(session: Session): boolean {
  return session.serverVersion.major >= 14;
}

async function look(session: Session, { applicationName, fillsDatabases }: WatchOptions): Promise<Sight> {
  const size = 'select sum(pg_database_size(datid)) from (select distinct datid from ours) as databases';
  const copied = 'select sum(bytes_processed) from pg_stat_progress_copy join ours using (pid)';
  const moved = tellsCopies(session) ? copied : fillsDatabases ? size : 'select 0';
  const [row] = await session.query<{ busy: boolean; moved: string; turned: string }>(
    `with ours as (select * from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid())
     select coalesce((${moved}), 0)::text as moved,
       (select max(state_change)::text from ours where query !~ 'pg_stat_activity') as turned, exists (
       select from ours where state = 'active'
         and wait_event_type is distinct from 'Client' and wait_event_type is distinct from 'Lock'
     ) as busy`,
    [applicationName],
  );
  return row ?? { busy: false, moved: '', turned: '' };
}

async function close(session: Session | undefined): Promise<void> {
  try {
    await session?.[Symbol.asyncDispose]();
  } catch {
    // It is lost already.
  }
}

/** True after the time, false as soon as the signal comes. */
function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve(false);
    const timer = setTimeout(() => done(true), milliseconds);
    const stop = () => done(false);
    const done = (elapsed: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(elapsed);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
