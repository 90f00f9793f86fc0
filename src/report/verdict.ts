import { catalogue, type ExitCode } from '../errors.ts';
import { type Doubts, doubts, type JudgedStep } from './claims.ts';
import { failureHeadline, provenHeadline, unprovenHeadline } from './headline.ts';
import type { RunVerdict, StepReport } from './model.ts';
import { proofRows } from './proof.ts';

export interface Judgement {
  readonly verdict: RunVerdict;
  readonly exitCode: ExitCode;
  readonly headline: string;
}

/**
 * The verdict on a run, from what its steps did.
 *
 * - A step that failed, was not run, or names a problem makes the run `failed`; so does a check that failed or that could
 *   not be made. The exit code is that of the first problem of the first such step; a comparison without a problem of
 *   its own counts as 3, anything else as 1.
 * - Otherwise the run is `passed` when nothing is in doubt: every database that was dumped was restored in the same run,
 *   and every copy that was restored was compared afterwards, at any level, with at least one check that was not skipped.
 *   A copy that was restored without a section of the archive proves nothing of it.
 *   One copy is enough to prove a dump, but a second copy that nobody compared leaves the run `unproven`.
 * - A run that only restores and verifies a dump set from elsewhere passes; one that only restores is `unproven`.
 * - A run that only verifies passes when the comparison does. It does not prove a dump of the same run, though: comparing
 *   with a database that was there before does not show that the dump restores.
 * - A run that only publishes a dump set from elsewhere is `unproven`, unless the run restored and compared that set.
 * - A run of `sql` steps makes neither dump nor copy and passes.
 * - A run without steps is `unproven`.
 *
 * `unproven` ends with 0: all that was asked for was done.
 */
export function judge(steps: readonly JudgedStep[]): Judgement {
  const failed = steps.find(hasFailed) ?? steps.find(step => step.status === 'not run');
  if (failed !== undefined) {
    return { verdict: 'failed', exitCode: exitCodeOf(failed), headline: failureHeadline(failed) };
  }
  const open = doubts(steps);
  if (steps.length === 0 || isOpen(open))
    return { verdict: 'unproven', exitCode: 0, headline: unprovenHeadline(open, steps) };
  return { verdict: 'passed', exitCode: 0, headline: provenHeadline(steps) };
}

function hasFailed(step: StepReport): boolean {
  return step.status === 'failed' || step.problems.length > 0 || comparisonFailed(step);
}

function comparisonFailed(step: StepReport): boolean {
  return proofRows(step).some(({ check }) => check.verdict === 'failed' || check.verdict === 'could-not-verify');
}

function exitCodeOf(step: StepReport): ExitCode {
  const [problem] = step.problems;
  if (problem !== undefined) return catalogue[problem.code].exit;
  return comparisonFailed(step) ? 3 : 1;
}

function isOpen(open: Doubts): boolean {
  return [
    open.notRestored,
    open.restoredInPart,
    open.notCompared,
    open.onlySkipped,
    open.notProven,
    open.onlyFetched,
  ].some(names => names.length > 0);
}
