import type { ChosenClient } from '../client/choose.ts';
import { clientCommand } from '../client/client.ts';
import type { RestoreStep } from '../config/config.ts';
import {
  carryArguments,
  type RestoreOptions,
  restoreArguments,
  schemaArguments,
  useListArgument,
} from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import type { Command, Program } from '../postgres/process.ts';
import { connectionNamed, type PlanningContext } from './context.ts';
import { pinnedEnvironment, withPinnedOptions } from './pinned.ts';
import type { PlannedCarry, PlannedRename, PlannedRestoreDatabase } from './plan.ts';
import { privateFile, scratchDatabase } from './plan-verify.ts';

export interface RenamedDatabase {
  readonly target: string;
  readonly mode: PlannedRestoreDatabase['mode'];
  readonly transaction: boolean;
  readonly client: ChosenClient;
  readonly options: Omit<RestoreOptions, 'jobs'>;
}

/** Schemas that get other names may have their old ones in use in a database that is to be kept: they come by a scratch database. */
export function isCarried({ rename }: RestoreStep, mode: PlannedRestoreDatabase['mode']): boolean {
  return rename !== undefined && mode === 'into-existing';
}

/** How one restored database gets its new names of schemas. */
export function planRename(
  step: RestoreStep,
  { target, mode, transaction, client, options }: RenamedDatabase,
  context: PlanningContext,
): PlannedRename | undefined {
  if (step.rename === undefined) return undefined;
  const parameters = withPinnedOptions(connectionNamed(context, step.into));
  const lockSeconds = context.config.timeouts.lock;
  const command = (program: Program, args: readonly string[]): Command =>
    clientCommand(client, program, args, pinnedEnvironment);
  const within = (database: string) => ({
    conninfo: toConninfo(parameters, { database }),
    file: privateFile,
    lockSeconds,
  });
  const carried = isCarried(step, mode);
  const carry: PlannedCarry = {
    dump: command('pg_dump', carryArguments(within(scratchDatabase))),
    restore: command(
      'pg_restore',
      restoreArguments(
        { ...options, jobs: 1 },
        {
          conninfo: within(target).conninfo,
          archive: privateFile,
          sections: [],
          others: [useListArgument, ...(transaction ? ['--single-transaction'] : [])],
        },
      ),
    ),
  };
  return {
    schemas: step.rename.schema,
    definitions: command('pg_dump', schemaArguments({ ...within(carried ? scratchDatabase : target), printing: [] })),
    carry: carried ? carry : undefined,
  };
}
