import { asRoundtripError, fault, type Problem } from '../errors.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { type JudgedStep, provenDatabases } from '../report/claims.ts';
import { stepLines } from '../report/log.ts';
import type { StepReport, StepResult } from '../report/model.ts';
import { performClone } from '../steps/clone.ts';
import { performCompare } from '../steps/compare.ts';
import { performDump } from '../steps/dump.ts';
import { performFetch } from '../steps/fetch.ts';
import { createMoments, type Moments } from '../steps/moments.ts';
import type { StepOutcome } from '../steps/outcome.ts';
import { performPrune } from '../steps/prune.ts';
import { performPublish } from '../steps/publish.ts';
import { performRestore } from '../steps/restore.ts';
import type { Runtime } from '../steps/runtime.ts';
import { performSql } from '../steps/sql.ts';
import { throttleOf } from '../steps/throttle-tools.ts';
import { performVerify } from '../steps/verify.ts';
import { beginningAnew } from './begin-anew.ts';
import { exposureNotes } from './exposure-notes.ts';
import { placesOf } from './make-report.ts';
import { type RunRuntime, watchStep } from './watch-step.ts';

/**
 * Carries out a plan, step after step; the first failure ends it. Never throws: what went wrong is in the reports.
 * `done` are the reports of its first steps, where these have been carried out before.
 */
export async function performPlan(
  plan: Pick<Plan, 'steps' | 'retries'>,
  runtime: RunRuntime,
  done: readonly StepReport[] = [],
): Promise<readonly StepReport[]> {
  const reports: StepReport[] = [...done];
  let failed = false;
  // Ended with the run, however that ends, where no step has done so.
  await using moments = createMoments(runtime.openSession);
  for (const step of plan.steps.slice(done.length)) {
    if (failed) {
      reports.push({ title: step.title, status: 'not run', seconds: 0, problems: [], notes: [], result: undefined });
      continue;
    }
    const report = await runtime.platform.group(step.title, async () => {
      const judged = reports.map((report, index) => ({ ...report, ...placesOf(plan.steps[index]) }));
      const profile = runtime.profile.ofStep(reports.length);
      const performed = await performReported(step, plan.retries, { ...runtime, profile }, judged, moments);
      runtime.platform.info(stepLines(performed).join('\n'));
      return performed;
    });
    if (step.kind === 'dump' && step.snapshot?.last === true) await moments.release(step.snapshot.name);
    failed = report.status === 'failed';
    reports.push(report);
  }
  return reports;
}

async function performReported(
  step: PlannedStep,
  retries: number,
  runtime: RunRuntime,
  earlier: readonly JudgedStep[],
  moments: Moments,
): Promise<StepReport> {
  const started = runtime.clock.seconds();
  const throttle = throttleOf(step, runtime.clock);
  const exposed = exposureNotes(step, runtime.connections);
  const begunAnew: string[] = [];
  const finish = (
    status: StepReport['status'],
    problems: readonly Problem[],
    outcome?: StepOutcome<StepResult>,
  ): StepReport => ({
    title: step.title,
    status,
    seconds: runtime.profile.ended({ kind: 'step', name: step.title }, started),
    problems,
    notes: [...exposed, ...begunAnew, ...(outcome?.notes ?? [])].filter(
      note => !earlier.some(step => step.notes.includes(note)),
    ),
    result: outcome?.result,
  });
  try {
    runtime.signal.throwIfAborted();
    const told = (note: string) => begunAnew.push(note);
    const outcome = await beginningAnew(step, runtime, retries, told, undo =>
      watchStep(step, { ...runtime, undo, throttle }, watching => perform(step, watching, earlier, moments)),
    );
    const problems = outcome.result.kind === 'verify' ? verificationProblems(outcome.result) : [];
    const notes = [...outcome.notes, ...((await throttle?.notes()) ?? [])];
    return finish(problems.length === 0 ? 'succeeded' : 'failed', problems, { ...outcome, notes });
  } catch (error) {
    return finish('failed', asRoundtripError(runtime.signal.aborted ? runtime.signal.reason : error).problems);
  }
}

function perform(
  step: PlannedStep,
  runtime: Runtime,
  earlier: readonly JudgedStep[],
  moments: Moments,
): Promise<StepOutcome<StepResult>> {
  switch (step.kind) {
    case 'dump':
      return performDump(step, runtime, moments);
    case 'restore':
      return performRestore(step, runtime);
    case 'verify':
      return performVerify(
        step,
        runtime,
        earlier.flatMap(({ result }) => (result?.kind === 'restore' ? [result] : [])),
      );
    case 'compare':
      return performCompare(step, runtime);
    case 'clone':
      return performClone(step, runtime);
    case 'sql':
      return performSql(step, runtime);
    case 'publish':
      return performPublish(step, runtime, provenDatabases(earlier, step.folder));
    case 'fetch':
      return performFetch(step, runtime);
    case 'prune':
      return performPrune(step, runtime);
  }
}

/** A comparison that found something is a result, and a failure of its step. */
function verificationProblems(result: Extract<StepResult, { kind: 'verify' }>): readonly Problem[] {
  const checks = result.databases.flatMap(database => database.checks);
  const differences = checks.reduce((sum, check) => sum + check.findings.length, 0);
  const failed = checks.some(check => check.verdict === 'failed');
  if (failed)
    return fault(
      'PGR300',
      `the copy differs from the source in ${differences} ${differences === 1 ? 'place' : 'places'}`,
      'the findings above name each of them',
    ).problems;
  if (checks.some(check => check.verdict === 'could-not-verify')) {
    return fault(
      'PGR301',
      'not everything could be compared, so the copy is not proven',
      'the checks above say what was missing',
    ).problems;
  }
  return [];
}
