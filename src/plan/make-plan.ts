import { resolve } from 'node:path';
import type { Config, Step } from '../config/config.ts';
import type { FetchStep, PruneStep, PublishStep } from '../config/storage-steps.ts';
import { shownUrl } from '../storage/read-url.ts';
import type { PlanningContext } from './context.ts';
import type { Plan, PlannedFetch, PlannedPrune, PlannedPublish, PlannedStep } from './plan.ts';
import { planClone } from './plan-clone.ts';
import { planCompare } from './plan-compare.ts';
import { planDump } from './plan-dump.ts';
import { planRestore } from './plan-restore.ts';
import { planVerify } from './plan-verify.ts';
import { shareSnapshots } from './share-snapshots.ts';

/** The whole plan. Pure: the same file and the same survey give the same plan. Throws what makes a step impossible. */
export function makePlan(context: Omit<PlanningContext, 'earlier'>): Plan {
  const steps: PlannedStep[] = [];
  for (const step of context.config.steps) steps.push(planStep(step, { ...context, earlier: steps }));
  return {
    servers: context.servers,
    steps: shareSnapshots(context.config.steps, steps),
    retries: context.config.retries,
  };
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
    case 'clone':
      return planClone(step, context);
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
      return planPublish(step, context.workspace);
  }
}

const prepositions = { artifact: 'as artifact', folder: 'to', storage: 'as' } as const;

function planPublish(step: PublishStep, workspace: string): PlannedPublish {
  const { to } = step;
  return {
    kind: 'publish',
    title: `publish ${prepositions[to.kind]} ${placeOf(to)}`,
    folder: resolve(workspace, step.from),
    to: to.kind === 'folder' ? { kind: 'folder', path: resolve(workspace, to.path) } : to,
    partBytes: step.partBytes,
    encryption: step.encrypt,
    allowPublic: step['allow-public'],
  };
}

function placeOf(place: PublishStep['to'] | FetchStep['source']): string {
  switch (place.kind) {
    case 'folder':
      return place.path;
    case 'artifact':
      return place.name;
    case 'storage':
      return `${'name' in place ? place.name : setName(place.set)} in ${place.storage}`;
    case 'url':
      return shownUrl(new URL(place.url.reveal()));
  }
}

function setName(set: Extract<FetchStep['source'], { kind: 'storage' }>['set']): string {
  if ('name' in set) return set.name;
  return set.newest === 'verified' ? 'the newest verified dump set' : 'the newest dump set';
}

/** The steps that come before the plan of all others, as that depends on what they bring. */
export function planFetches({ steps }: Config, workspace: string): readonly PlannedFetch[] {
  return steps.filter(step => step.kind === 'fetch').map(step => planFetch(step, workspace));
}

function planFetch(step: FetchStep, workspace: string): PlannedFetch {
  const { source } = step;
  return {
    kind: 'fetch',
    title: `fetch ${source.kind === 'artifact' ? 'the artifact ' : ''}${placeOf(source)}`,
    source: source.kind === 'folder' ? { ...source, path: resolve(workspace, source.path) } : source,
    decryption: step.decrypt,
    cache: step.cache,
    folder: resolve(workspace, step.to),
    maximumBytes: step.maximumBytes,
    allowForeign: step['allow-foreign'],
  };
}

function planPrune(step: PruneStep, workspace: string): PlannedPrune {
  const place = step.in;
  return {
    kind: 'prune',
    title: `prune ${prunedPlace(place)}`,
    in: place.kind === 'folder' ? { kind: 'folder', path: resolve(workspace, place.path) } : place,
    policy: step.policy,
    dryRun: step['dry-run'],
  };
}

function prunedPlace(place: PruneStep['in']): string {
  switch (place.kind) {
    case 'folder':
      return place.path;
    case 'storage':
      return place.storage;
    case 'artifacts':
      return `the artifacts ${place.pattern}`;
  }
}
