import { formatDuration } from './format.ts';
import type { RunReport, StepReport } from './model.ts';

/** How long it took from the start of a run to databases that can be used, and to the proof that they are whole. */
export interface Recovery {
  readonly usableAfterSeconds: number;
  /** Undefined where nothing was compared afterwards, or something differs. */
  readonly provenAfterSeconds: number | undefined;
}

/**
 * Measured where dump sets from elsewhere were restored: the time that a disaster would take. Preparation counts, as
 * its clients and servers have to be there first. Undefined for a run that restores what it has dumped itself.
 */
export function recoveryOf(steps: readonly StepReport[], seconds: number): Recovery | undefined {
  const dumped = steps.flatMap(({ result }) => (result?.kind === 'dump' ? [result.path] : []));
  const restore = steps.findLastIndex(({ result }) => result?.kind === 'restore' && !dumped.includes(result.from));
  if (restore === -1) return undefined;
  const verify = steps.findLastIndex(({ result }) => result?.kind === 'verify');
  const isProven = verify > restore && steps.slice(0, verify + 1).every(({ status }) => status === 'succeeded');
  const until = (index: number) => seconds - steps.slice(index + 1).reduce((sum, step) => sum + step.seconds, 0);
  return { usableAfterSeconds: until(restore), provenAfterSeconds: isProven ? until(verify) : undefined };
}

/** `Recovery time: usable after 42 s, proven after 51 s`. */
export function recoveryLine({ recovery }: Pick<RunReport, 'recovery'>): readonly string[] {
  if (recovery === undefined) return [];
  const { usableAfterSeconds: usable, provenAfterSeconds: proven } = recovery;
  const proof = proven === undefined ? 'not proven' : `proven after ${formatDuration(proven)}`;
  return [`Recovery time: usable after ${formatDuration(usable)}, ${proof}`];
}
