/** Ends an attempt that makes no headway. */
export interface StallWatch extends Disposable {
  /** Aborts when the attempt has stalled, took too long or `outer` aborts. */
  readonly signal: AbortSignal;
  /** True when it was this watch that ended it. */
  readonly stalled: () => boolean;
  /** Something has come. */
  readonly touch: () => void;
}

/** Watches one attempt from now on: `idle` milliseconds without a touch or `limit` milliseconds in all end it. */
export function watchForStall(outer: AbortSignal, idle: number, limit: number): StallWatch {
  const stall = new AbortController();
  const end = (): void => stall.abort(new Error('stalled'));
  const idleTimer = setTimeout(end, idle);
  const limitTimer = setTimeout(end, limit);
  return {
    signal: AbortSignal.any([outer, stall.signal]),
    stalled: () => stall.signal.aborted && !outer.aborted,
    touch: () => void idleTimer.refresh(),
    [Symbol.dispose]: () => {
      clearTimeout(idleTimer);
      clearTimeout(limitTimer);
    },
  };
}
