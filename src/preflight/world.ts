import type { Config } from '../config/config.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import type { OpenSession } from '../steps/runtime.ts';
import type { Survey } from '../survey/survey.ts';
import type { ReadDisk } from './disk-space.ts';

/** What the checks before a run look at. None of them changes anything. */
export interface World {
  readonly config: Config;
  readonly plan: Plan;
  readonly survey: Survey;
  readonly openSession: OpenSession;
  /** Opens sessions with the settings that only our tools ask for. */
  readonly openAsTools: OpenSession;
  readonly readDisk: ReadDisk;
  /** Where throwaway servers keep their data. */
  readonly temporary: string;
  readonly signal: AbortSignal;
}

/** Whether the run itself starts the server: there is nothing to look at yet, and nobody else uses it. */
export function isThrowaway({ config }: World, connection: string): boolean {
  return config.connections[connection]?.throwaway !== undefined;
}

/** Names of the connections that a planned step uses. */
export function connectionsOf(step: PlannedStep): readonly string[] {
  if (step.kind === 'compare') return [step.connection, step.sourceConnection];
  return 'connection' in step ? [step.connection] : [];
}
