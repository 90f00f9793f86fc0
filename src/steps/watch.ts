import { fault } from '../errors.ts';
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
  /** True where growing databases are the work's own doing: then their size is a sign as well. */
  readonly fillsDatabases: boolean;
}

/**
 * Runs `body` and ends it with PGR500 when nothing moves for `stallSeconds`. The tools never time out on a stalled
 * peer, and neither keepalives nor tcp_user_timeout help (measured), so we look for signs of life ourselves: a line
 * from a tool (`touch`), a changed measure, or the server's word, from another session, that one of our sessions is
 * at work and not waiting for its client.
 */
export async function watched<Result>(
  options: WatchOptions,
  body: (signal: AbortSignal, touch: () => void) => Promise<Result>,
): Promise<Result> {
  const stalled = new AbortController();
  const signal = AbortSignal.any([options.signal, stalled.signal]);
  const finished = new AbortController();
  let lastSign = performance.now();
  const touch = (): void => {
    lastSign = performance.now();
  };
  const limit = options.stallSeconds * 1000;
  const check = (): void => {
    if (performance.now() - lastSign > limit) stalled.abort(stall(options.stallSeconds));
  };
  const timer = setInterval(check, Math.min(limit / 4, 1_000));
  const observer = observe(options, AbortSignal.any([signal, finished.signal]), touch);
  try {
    return await body(signal, touch);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearInterval(timer);
    finished.abort();
    await observer;
  }
}

/** Looks for signs until the signal; whatever goes wrong here is no sign, and no failure of its own. */
async function observe(options: WatchOptions, signal: AbortSignal, touch: () => void): Promise<void> {
  const interval = Math.min((options.stallSeconds * 1000) / 4, 5_000);
  let measured: number | undefined;
  let size: string | undefined;
  let session: Session | undefined;
  while (await pause(interval, signal)) {
    const value = await options.measure?.().catch(() => undefined);
    if (value !== measured) touch();
    measured = value;
    try {
      session ??= await options.openSession(signal);
      const seen = await look(session, options.applicationName);
      if (seen.busy || (options.fillsDatabases && seen.size !== size)) touch();
      size = seen.size;
    } catch {
      await close(session);
      session = undefined;
    }
  }
  await close(session);
}

/** Whether one of our sessions computes, and how big the databases are that they work in. */
async function look(
  session: Session,
  applicationName: string,
): Promise<{ readonly busy: boolean; readonly size: string }> {
  const [row] = await session.query<{ busy: boolean; size: string }>(
    `select
       coalesce(bool_or(state = 'active' and wait_event_type is distinct from 'Client'
         and wait_event_type is distinct from 'Lock'), false) as busy,
       (select coalesce(sum(pg_database_size(datid)), 0)
         from (select distinct datid from pg_stat_activity where application_name = $1) as ours)::text as size
     from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()`,
    [applicationName],
  );
  return row ?? { busy: false, size: '' };
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

function stall(seconds: number): Error {
  return fault(
    'PGR500',
    `no sign of progress for ${seconds} s: the server, or the network between, has stalled`,
    'look at the server and run it again; a slow but working peer may need a longer `timeouts.stall`',
  );
}
