import type { StepDeclaration } from '../declaration/file.ts';
import type { PruneStep } from '../storage-steps.ts';
import { checkStorage, type References } from './references.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'prune' }>;

export function resolvePrune({ value }: Declared, references: References): PruneStep {
  if (value.storage !== undefined) checkStorage(value.storage, 'prune.storage', references);
  const { last = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0 } = value.keep;
  return {
    kind: 'prune',
    in: placeOf(value),
    policy: { last, daily, weekly, monthly, yearly, minimum: value.minimum },
    'dry-run': value['dry-run'],
  };
}

function placeOf({ folder, storage, artifact }: Declared['value']): PruneStep['in'] {
  if (folder !== undefined) return { kind: 'folder', path: folder.value };
  if (storage !== undefined) return { kind: 'storage', storage: storage.value };
  return { kind: 'artifacts', pattern: artifact ?? '' };
}
