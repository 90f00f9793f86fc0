import type { PruneStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'prune' }>;

export function resolvePrune({ value }: Declared): PruneStep {
  const { last = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0 } = value.keep;
  return {
    kind: 'prune',
    in:
      value.folder === undefined
        ? { kind: 'artifacts', pattern: value.artifact ?? '' }
        : { kind: 'folder', path: value.folder.value },
    policy: { last, daily, weekly, monthly, yearly, minimum: value.minimum },
    'dry-run': value['dry-run'],
  };
}
