import { resolve } from 'node:path';
import type { Step } from '../config/config.ts';
import type { PlanningContext } from './context.ts';
import type { Plan, PlannedStep } from './plan.ts';
import { planDump } from './plan-dump.ts';
import { planRestore } from './plan-restore.ts';
import { planVerify } from './plan-verify.ts';

/** The whole plan. Pure: the same file and the same survey give the same plan. Throws what makes a step impossible. */
export function makePlan(context: Omit<PlanningContext, 'earlier'>): Plan {
  const steps: PlannedStep[] = [];
  for (const step of context.config.steps) steps.push(planStep(step, { ...context, earlier: steps }));
  return { servers: context.servers, steps };
}

function planStep(step: Step, context: PlanningContext): PlannedStep {
  switch (step.kind) {
    case 'dump':
      return planDump(step, context);
    case 'restore':
      return planRestore(step, context);
    case 'verify':
      return planVerify(step, context);
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
