import { chooseClient } from '../client/choose.ts';
import { clientCommand } from '../client/client.ts';
import type { CompareStep } from '../config/config.ts';
import { restoreArguments, schemaArguments } from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import { connectionNamed, type PlanningContext, serverNamed } from './context.ts';
import { pinnedEnvironment, withPinnedOptions } from './pinned.ts';
import type { PlannedCompare } from './plan.ts';
import { privateFile, scratchDatabase } from './plan-verify.ts';

/** Both sides are read by the same client, that of the newer server. */
export function planCompare(step: CompareStep, context: PlanningContext): PlannedCompare {
  const majors = [step.source, step.target].map(name => serverNamed(context, name).version.major);
  const client = chooseClient(context.survey.clients, context.config.client, Math.max(...majors));
  const [from, into] = [step.source, step.target].map(name => withPinnedOptions(connectionNamed(context, name))) as [
    ConnectionParameters,
    ConnectionParameters,
  ];
  const definitionsOf = (parameters: ConnectionParameters, database: string) =>
    clientCommand(
      client,
      'pg_dump',
      schemaArguments({
        conninfo: toConninfo(parameters, { database }),
        file: privateFile,
        lockSeconds: context.config.timeouts.lock,
        printing: [],
      }),
      pinnedEnvironment,
    );
  const [source, target] = [step.database ?? from.database, step.as ?? into.database];
  return {
    kind: 'compare',
    title: `compare ${target} in ${step.target} with ${source} in ${step.source}`,
    connection: step.target,
    sourceConnection: step.source,
    client,
    level: step.level,
    showKeys: step['show-keys'],
    mayMakeScratch: context.config.connections[step.target]?.protected !== true,
    source,
    target,
    commands: { source: definitionsOf(from, source), target: definitionsOf(into, target) },
    scratch: {
      restore: clientCommand(
        client,
        'pg_restore',
        restoreArguments(
          { jobs: 1, owners: { kind: 'drop' }, privileges: 'skip', flags: [] },
          {
            conninfo: toConninfo(into, { database: scratchDatabase }),
            archive: privateFile,
            sections: ['pre-data', 'post-data'],
            others: ['--no-tablespaces'],
          },
        ),
        pinnedEnvironment,
      ),
      dump: definitionsOf(into, scratchDatabase),
    },
  };
}
