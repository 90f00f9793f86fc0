import type { CloneStep } from '../config/config.ts';
import { plural } from '../report/format.ts';
import { chooseJobs } from './choices.ts';
import { planCloneStrategy } from './clone-strategy.ts';
import { type PlanningContext, serverNamed } from './context.ts';
import type { PlannedClone } from './plan.ts';

/** Copies are made side by side, one session each: from one template the server lets them. */
export function planClone(step: CloneStep, context: PlanningContext): PlannedClone {
  const { on: connection, database, copies, temporary } = step;
  const strategy = planCloneStrategy(step.strategy, serverNamed(context, connection).version.major);
  const jobs = chooseJobs(step.jobs, context.survey.cores);
  return {
    kind: 'clone',
    title: `clone ${database} ${plural(copies.length, 'time')} on ${connection}`,
    connection,
    database,
    copies,
    temporary,
    strategy: strategy.value,
    jobs: Math.min(jobs.value, copies.length),
    notes: [strategy.reason, ...(copies.length > 1 ? [jobs.reason] : [])],
  };
}
