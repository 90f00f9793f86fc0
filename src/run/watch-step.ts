import { sizeOnDisk } from '../dumpset/finish.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { Runtime } from '../steps/runtime.ts';
import { type Life, watched } from '../steps/watch.ts';

/** What a run can do; each step adds what holds its tools back, and the watch over it how to say that work goes on. */
export type RunRuntime = Omit<Runtime, keyof Life | 'throttle'>;

/** How long a step may take to end and clean up after it was told to: a CI kills us soon after. Milliseconds. */
const farewell = 4_000;

/**
 * Carries out one step under watch: its sessions and tools end when the run ends or the server stalls. Publishing,
 * fetching and pruning are not watched, as they talk to no server of ours; the stores have limits of their own.
 */
export async function watchStep<Result>(
  step: PlannedStep,
  runtime: Omit<Runtime, keyof Life>,
  body: (runtime: Runtime) => Promise<Result>,
): Promise<Result> {
  if (step.kind === 'publish' || step.kind === 'fetch' || step.kind === 'prune')
    return withFarewell(runtime.signal, body({ ...runtime, touch: () => {}, copiedBytes: () => 0 }));
  return watched(
    {
      openSession: signal => runtime.openSession(step.connection, { signal }),
      applicationName: runtime.applicationName,
      stallSeconds: runtime.timeouts.stall,
      signal: runtime.signal,
      measure: step.kind === 'dump' ? () => sizeOnDisk(step.partial) : undefined,
      fillsDatabases: step.kind === 'restore' || step.kind === 'verify' || step.kind === 'clone',
    },
    (signal, life) => {
      const openSession: Runtime['openSession'] = (name, options) => runtime.openSession(name, { signal, ...options });
      return withFarewell(signal, body({ ...runtime, ...life, openSession, signal }));
    },
  );
}

/** Waits for the work, but not for long once it was told to end: what cannot be interrupted must not hold the run. */
async function withFarewell<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const begin = () => {
      timer = setTimeout(() => reject(signal.reason), farewell);
    };
    if (signal.aborted) begin();
    else signal.addEventListener('abort', begin, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
