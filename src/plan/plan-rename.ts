import type { ChosenClient } from '../client/choose.ts';
import { clientCommand } from '../client/client.ts';
import type { RestoreStep } from '../config/config.ts';
import { schemaArguments } from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import { connectionNamed, type PlanningContext } from './context.ts';
import { pinnedEnvironment, withPinnedOptions } from './pinned.ts';
import type { PlannedRename } from './plan.ts';
import { privateFile } from './plan-verify.ts';

/** How one restored database gets its new names of schemas. */
export function planRename(
  step: Pick<RestoreStep, 'rename' | 'into'>,
  database: string,
  client: ChosenClient,
  context: PlanningContext,
): PlannedRename | undefined {
  if (step.rename === undefined) return undefined;
  const parameters = withPinnedOptions(connectionNamed(context, step.into));
  const run = {
    conninfo: toConninfo(parameters, { database }),
    file: privateFile,
    lockSeconds: context.config.timeouts.lock,
    printing: [],
  };
  return {
    schemas: step.rename.schema,
    definitions: clientCommand(client, 'pg_dump', schemaArguments(run), pinnedEnvironment),
  };
}
