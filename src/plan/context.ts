import type { Config } from '../config/config.ts';
import { fault } from '../errors.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import type { ServerFacts, Survey } from '../survey/survey.ts';
import type { Plan, PlannedRestore, PlannedStep } from './plan.ts';
import type { PlannedDump } from './planned-dump.ts';

/** Everything that a planned step is made of. */
export interface PlanningContext {
  readonly config: Config;
  readonly survey: Survey;
  readonly connections: Readonly<Record<string, ConnectionParameters>>;
  readonly workspace: string;
  readonly servers: Plan['servers'];
  /** The steps planned so far, to which later ones refer. */
  readonly earlier: readonly PlannedStep[];
}

/** The parser has checked that names are declared and the survey has visited them, so a miss is a defect. */
export function connectionNamed(context: PlanningContext, name: string): ConnectionParameters {
  return context.connections[name] ?? missing(name);
}

export function serverNamed(context: PlanningContext, name: string): ServerFacts {
  return context.survey.servers[name] ?? missing(name);
}

/** The dump step before that makes this folder. */
export function plannedDumpAt(context: PlanningContext, folder: string): PlannedDump | undefined {
  return context.earlier.filter(step => step.kind === 'dump').findLast(step => step.folder === folder);
}

/** The latest restore step before that makes this very copy: of this folder, on this connection, under this name. */
export function plannedRestoreOf(
  context: PlanningContext,
  folder: string,
  connection: string,
  copy: { readonly source: string; readonly target: string },
): PlannedRestore | undefined {
  return context.earlier
    .filter(step => step.kind === 'restore')
    .filter(step => step.folder === folder && step.connection === connection)
    .findLast(step => step.databases.some(one => one.source === copy.source && one.target === copy.target));
}

function missing(name: string): never {
  throw fault('PGR900', `connection "${name}" was not resolved before planning`, 'please report it');
}
