import { fault } from '../errors.ts';
import { observe, type WatchOptions } from './signs-of-life.ts';

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

function stall(seconds: number): Error {
  return fault(
    'PGR500',
    `no sign of progress for ${seconds} s: the server, or the network between, has stalled`,
    'look at the server and run it again; a slow but working peer may need a longer `timeouts.stall`',
  );
}
