import { type ErrorCode, RoundtripError } from '../errors.ts';
import type { PlannedStep } from './plan.ts';

/** Failures of the way to a server, not of the work. A stall is none of them: it has taken its whole limit already. */
const passing: readonly ErrorCode[] = ['PGR200', 'PGR204'];

/** Whether the next attempt may well go through. */
export function mayPass(error: unknown): boolean {
  return error instanceof RoundtripError && error.problems.every(({ code }) => passing.includes(code));
}

/** Whether a safety guard has ended it. */
export function isRefused(error: unknown): boolean {
  return error instanceof RoundtripError && error.exitCode === 4;
}

/**
 * The connections of a step that may begin anew, from scratch, when one of them was lost; empty for one that may not.
 * A dump takes a new snapshot then, unless others share its own. A restore has to make its databases itself: what was
 * half restored is dropped with them. To compare changes nothing. What a statement of a user, or a storage, has done
 * before the loss cannot be told; storages have attempts of their own.
 */
export function connectionsToBeginAnew(step: PlannedStep): readonly string[] {
  switch (step.kind) {
    case 'dump':
      return step.snapshot === undefined ? [step.connection] : [];
    case 'restore':
      return step.databases.every(({ mode }) => mode === 'new' || mode === 'overwrite') ? [step.connection] : [];
    case 'verify':
      return [step.connection, ...(step.source === undefined ? [] : [step.source])];
    case 'compare':
      return [step.connection, step.sourceConnection];
    case 'clone':
    case 'sql':
    case 'publish':
    case 'fetch':
    case 'prune':
      return [];
  }
}
