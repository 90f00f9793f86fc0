import type { Step } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import { expandReferences } from './artifact-reference.ts';
import { resolveClone } from './clone.ts';
import { resolveDump } from './dump.ts';
import { resolveFetch } from './fetch.ts';
import { resolvePrune } from './prune.ts';
import { resolvePublish } from './publish.ts';
import { type Before, checkConnection, checkFilled, type References } from './references.ts';
import { resolveRestore } from './restore.ts';
import { checkSnapshots } from './snapshots.ts';
import { resolveVerify } from './verify.ts';

/** All steps of the file; undefined for one that could not be read. */
export type Steps = readonly (StepDeclaration | undefined)[];

/** Resolves what steps say of each other, in order. Steps that could not be resolved are left out, with a problem. */
export function resolveSteps(declaredSteps: Steps, references: References): readonly Step[] {
  const { fetches, steps } = expandReferences(declaredSteps, references);
  let before: Before = {
    dumps: fetches.map(({ to }) => to),
    restores: [],
    sources: new Map(),
    filled: [],
    uncertain: false,
  };
  const resolved: Step[] = [...fetches];
  for (const declared of steps) {
    const step =
      declared?.kind === 'fetch'
        ? resolveFetch(
            declared,
            steps,
            resolved.every(({ kind }) => kind === 'fetch'),
            references,
          )
        : declared && resolveStep(declared, steps, before, references);
    if (step === undefined) {
      before = { ...before, uncertain: true };
      continue;
    }
    resolved.push(step);
    if (step.kind === 'dump' || step.kind === 'fetch') before = { ...before, dumps: [...before.dumps, step.to] };
    if (step.kind === 'dump') before = { ...before, sources: new Map([...before.sources, [step.to, step.from]]) };
    if (step.kind === 'restore') {
      before = { ...before, restores: [...before.restores, step], filled: [...before.filled, step.into] };
    }
    if (step.kind === 'sql') before = { ...before, filled: [...before.filled, step.on] };
  }
  checkSnapshots(steps, references);
  return resolved;
}

function resolveStep(
  step: Exclude<StepDeclaration, { readonly kind: 'fetch' }>,
  all: Steps,
  before: Before,
  references: References,
): Step | undefined {
  switch (step.kind) {
    case 'dump':
      return resolveDump(step, all, before, references);
    case 'restore':
      return resolveRestore(step, all, before, references);
    case 'verify':
      return resolveVerify(step, all, before, references);
    case 'compare': {
      const { source, target, ...others } = step.value;
      checkConnection(source, 'compare.source', 'read', references);
      checkConnection(target, 'compare.target', 'read', references);
      for (const [place, connection] of Object.entries({ source, target }))
        checkFilled(connection, `compare.${place}`, before, references);
      return { kind: 'compare', ...others, source: source.value, target: target.value };
    }
    case 'clone':
      return resolveClone(step, before, references);
    case 'publish':
      return resolvePublish(step, all, before, references);
    case 'prune':
      return resolvePrune(step, references);
    case 'sql': {
      const { on, database, run, file } = step.value;
      checkConnection(on, 'sql.on', 'write', references);
      const statements =
        file === undefined ? { kind: 'text' as const, text: run ?? '' } : { kind: 'file' as const, path: file };
      return { kind: 'sql', on: on.value, database, statements };
    }
  }
}
