import { type Failure, failureOf, isPassing } from './failure.ts';

/** How patient one request is. */
export interface Patience {
  /** Milliseconds to wait before each further attempt; one attempt more than there are numbers. */
  readonly waits: readonly number[];
  /** Milliseconds without a single byte in either direction. */
  readonly idle: number;
  /** The same while the storage joins the parts of an object, about which many say nothing until they have done it. */
  readonly joining: number;
  /** Milliseconds for one attempt, plus the time that its bytes take at `slowest` bytes a millisecond. */
  readonly attempt: number;
  readonly slowest: number;
  /** Milliseconds for taking back what a failed upload has left. */
  readonly cleanup: number;
}

export const usualPatience: Patience = {
  waits: [500, 1_000, 2_000, 4_000],
  idle: 60_000,
  joining: 600_000,
  attempt: 120_000,
  slowest: 50,
  cleanup: 10_000,
};

export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export interface Attempts {
  readonly patience: Patience;
  readonly sleep: Sleep;
}

/** The last failure of a request, and whether any attempt may have had its effect all the same. */
export class AttemptsFailed extends Error {
  readonly failure: Failure;
  readonly earlier: readonly Failure[];

  /** Without what the client threw: that has what the storage answered, which may repeat a token. */
  constructor(failure: Failure, earlier: readonly Failure[]) {
    super(failure.code);
    this.failure = failure;
    this.earlier = earlier;
  }

  get all(): readonly Failure[] {
    return [...this.earlier, this.failure];
  }
}

/**
 * Sends a request until it succeeds, fails for good, or was tried often enough. `bytes` is what it carries, for the
 * limit of time of one attempt.
 *
 * @throws AttemptsFailed, or the reason of the signal.
 */
export async function patiently<Result>(
  { patience, sleep }: Attempts,
  signal: AbortSignal,
  bytes: number,
  send: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const earlier: Failure[] = [];
  for (;;) {
    signal.throwIfAborted();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), patience.attempt + bytes / patience.slowest);
    try {
      return await send(AbortSignal.any([signal, limit.signal]));
    } catch (error) {
      signal.throwIfAborted();
      const failure: Failure = limit.signal.aborted ? stalled : failureOf(error);
      const wait = patience.waits[earlier.length];
      if (wait === undefined || !isPassing(failure)) throw new AttemptsFailed(failure, earlier);
      earlier.push(failure);
      await sleep(wait, signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

const stalled: Failure = { code: 'stalled', status: undefined, region: undefined };
