import { resolve } from 'node:path';
import type { Config, FetchStep, PruneStep, Step } from '../config/config.ts';
import type { PlanningContext } from './context.ts';
import type { Plan, PlannedFetch, PlannedPrune, PlannedStep } from './plan.ts';
import { planCompare } from './plan-compare.ts';
import { planDump } from './plan-dump.ts';
import { planRestore } from './plan-restore.ts';
import { planVerify } from './plan-verify.ts';
import { shareSnapshots } from './share-snapshots.ts';

/** The whole plan. Pure: the same file and the same survey give the same plan. Throws what makes a step impossible. */
export function makePlan(context: Omit<PlanningContext, 'earlier'>): Plan {
  const steps: PlannedStep[] = [];
  for (const step of context.config.steps) steps.push(planStep(step, { ...context, earlier: steps }));
  return { servers: context.servers, steps: shareSnapshots(context.config.steps, steps) };
}

function planStep(step: Step, context: PlanningContext): PlannedStep {
  switch (step.kind) {
    case 'fetch':
      return planFetch(step, context.workspace);
    case 'prune':
      return planPrune(step, context.workspace);
    case 'dump':
      return planDump(step, context);
    case 'restore':
      return planRestore(step, context);
    case 'verify':
      return planVerify(step, context);
    case 'compare':
      return planCompare(step, context);
    case 'sql':
      return {
        kind: 'sql',
        title: `sql on ${step.on}`,
        connection: step.on,
        database: step.database,
        statements:
          step.statements.kind === 'file'
            ? { kind: 'file', path: resolve(context.workspace, step.statements.path) }
            : step.statements,
      };
    case 'publish':
      return {
        kind: 'publish',
        title: step.to.kind === 'artifact' ? `publish as artifact ${step.to.name}` : `publish to ${step.to.path}`,
        folder: resolve(context.workspace, step.from),
        to: step.to.kind === 'folder' ? { kind: 'folder', path: resolve(context.workspace, step.to.path) } : step.to,
        retentionDays: step['retention-days'],
        allowPublic: step['allow-public'],
      };
  }
}

/** The steps that come before the plan of all others, as that depends on what they bring. */
export function planFetches({ steps }: Config, workspace: string): readonly PlannedFetch[] {
  return steps.filter(step => step.kind === 'fetch').map(step => planFetch(step, workspace));
}

function planFetch(step: FetchStep, workspace: string): PlannedFetch {
  const { source } = step;
  return {
    kind: 'fetch',
    title: source.kind === 'folder' ? `fetch ${source.path}` : `fetch the artifact ${source.name}`,
    source: source.kind === 'folder' ? { kind: 'folder', path: resolve(workspace, source.path) } : source,
    folder: resolve(workspace, step.to),
    maximumBytes: step.maximumBytes,
    allowForeign: step['allow-foreign'],
  };
}

function planPrune(step: PruneStep, workspace: string): PlannedPrune {
  const place = step.in;
  return {
    kind: 'prune',
    title: `prune ${place.kind === 'folder' ? place.path : `the artifacts ${place.pattern}`}`,
    in: place.kind === 'folder' ? { kind: 'folder', path: resolve(workspace, place.path) } : place,
    policy: step.policy,
    dryRun: step['dry-run'],
  };
}
