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
  /** True where growing databases are the work's own doing: then their size is a sign, where the server has no better one. */
  readonly fillsDatabases: boolean;
}

/** What the work says to its watch, and the watch to the work. */
export interface Life {
  /** Says that work goes on. */
  readonly touch: () => void;
  /** Bytes that COPY has moved in the commands that run now, as of a few seconds ago; 0 before server 14. */
  readonly copiedBytes: () => number;
}

/**
 * Runs `body` and ends it with PGR500 when nothing moves for `stallSeconds`. The tools never time out on a stalled
 * peer, and neither keepalives nor tcp_user_timeout help (measured), so we look for signs of life ourselves: a line
 * from a tool (`touch`), a changed measure, or the server's word, from another session, that one of our sessions is
 * at work and not waiting for its client.
 */
export async function watched<Result>(
  options: WatchOptions,
  body: (signal: AbortSignal, life: Life) => Promise<Result>,
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
  let copied = 0;
  const observer = observe(options, AbortSignal.any([signal, finished.signal]), touch, bytes => {
    copied = bytes;
  });
  try {
    return await body(signal, { touch, copiedBytes: () => copied });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearInterval(timer);
    finished.abort();
    await observer;
  }
}

/** Looks for signs until the signal; whatever goes wrong here is no sign, and no failure of its own. */
async function observe(
  options: WatchOptions,
  signal: AbortSignal,
  touch: () => void,
  onCopied: (bytes: number) => void,
): Promise<void> {
  const interval = Math.min((options.stallSeconds * 1000) / 4, 5_000);
  let measured: number | undefined;
  let moved: string | undefined;
  let session: Session | undefined;
  while (await pause(interval, signal)) {
    const value = await options.measure?.().catch(() => undefined);
    if (value !== measured) touch();
    measured = value;
    try {
      session ??= await options.openSession(signal);
      const seen = await look(session, options);
      if (seen.busy || seen.moved !== moved) touch();
      moved = seen.moved;
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
}

/** pg_stat_progress_copy is there since 14. */
function tellsCopies(session: Session): boolean {
  return session.serverVersion.major >= 14;
}

async function look(session: Session, { applicationName, fillsDatabases }: WatchOptions): Promise<Sight> {
  const size = 'select sum(pg_database_size(datid)) from (select distinct datid from ours) as databases';
  const copied = 'select sum(bytes_processed) from pg_stat_progress_copy join ours using (pid)';
  const moved = tellsCopies(session) ? copied : fillsDatabases ? size : 'select 0';
  const [row] = await session.query<{ busy: boolean; moved: string }>(
    `with ours as (select * from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid())
     select coalesce((${moved}), 0)::text as moved, exists (
       select from ours where state = 'active'
         and wait_event_type is distinct from 'Client' and wait_event_type is distinct from 'Lock'
     ) as busy`,
    [applicationName],
  );
  return row ?? { busy: false, moved: '' };
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
