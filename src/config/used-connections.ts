import type { Step } from './config.ts';

/** Names of the connections that a step uses. */
export function connectionsOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'dump':
      return [step.from];
    case 'restore':
    case 'verify':
      return [step.into];
    case 'compare':
      return [step.source, step.target];
    case 'clone':
    case 'sql':
      return [step.on];
    case 'publish':
    case 'fetch':
    case 'prune':
      return [];
  }
}
