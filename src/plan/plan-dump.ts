import { join, resolve } from 'node:path';
import { type ChosenClient, chooseClient } from '../client/choose.ts';
import { clientCommand, describeClient } from '../client/client.ts';
import type { DumpStep } from '../config/config.ts';
import { archiveName } from '../dumpset/naming.ts';
import { fault } from '../errors.ts';
import { type DumpOptions, dumpArguments, globalsArguments } from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import { flagArguments, notesOf } from '../postgres/options/flags.ts';
import { pgDump } from '../postgres/options/pg-dump.ts';
import { pgDumpall } from '../postgres/options/pg-dumpall.ts';
import type { Program } from '../postgres/process.ts';
import { chooseCompression, chooseJobs } from './choices.ts';
import { connectionNamed, type PlanningContext, serverNamed } from './context.ts';
import { pinnedEnvironment, withPinnedOptions } from './pinned.ts';
import type { PlannedDump } from './plan.ts';

export function planDump(step: DumpStep, context: PlanningContext): PlannedDump {
  const parameters = connectionNamed(context, step.from);
  const server = serverNamed(context, step.from);
  const client = clientForDump(step, server.version.major, context);
  // pg_dump reads foreign tables by one job only.
  const single = step.format === 'custom' || step.flags['include-foreign-data'] !== undefined;
  const jobs = chooseJobs(single ? 1 : step.jobs, context.survey.cores);
  const compress = chooseCompression(step.compress, client.version.major);
  const options: DumpOptions = {
    format: step.format,
    jobs: jobs.value,
    compress: compress.value,
    include: step.include,
    exclude: step.exclude,
    flags: flagArguments(pgDump, step.flags, context.workspace),
  };
  const globalsFlags = flagArguments(pgDumpall, step['globals-flags'], context.workspace);
  const folder = resolve(context.workspace, step.to);
  const partial = `${folder}.partial`;
  const command = (program: Program, args: readonly string[]) =>
    clientCommand(client, program, args, pinnedEnvironment);
  const run = (database: string, path: string) => ({
    conninfo: toConninfo(withPinnedOptions(parameters), { database }),
    file: join(partial, path),
    lockSeconds: context.config.timeouts.lock,
  });
  const names = databaseNames(step, context, parameters.database);
  return {
    kind: 'dump',
    title: `dump ${names.join(', ')} from ${step.from}`,
    connection: step.from,
    client,
    options,
    notes: [
      ...(step.format === 'directory' ? [jobs.reason] : []),
      compress.reason,
      ...notesOf(pgDump, options.flags),
      ...(client.warning === undefined ? [] : [client.warning]),
    ],
    folder,
    partial,
    databases: names.map(name => {
      const path = archiveName(name, step.format);
      return { name, path, command: command('pg_dump', dumpArguments(options, run(name, path))) };
    }),
    globals: step.globals
      ? {
          path: 'globals.sql',
          command: command(
            'pg_dumpall',
            globalsArguments({ ...run(parameters.database, 'globals.sql'), flags: globalsFlags }),
          ),
        }
      : undefined,
  };
}

/**
 * The server's own major, or that of a newer server into which this run restores the dump: a dump is meant for servers
 * of pg_dump's major (manual, "pg_dump", notes), and what one pg_dump prints is compared with what the same one prints.
 */
function clientForDump(step: DumpStep, own: number, context: PlanningContext): ChosenClient {
  const targets = context.config.steps.flatMap(later =>
    later.kind === 'restore' && later.from === step.to ? [serverNamed(context, later.into).version.major] : [],
  );
  const major = Math.max(own, ...targets);
  const client = chooseClient(context.survey.clients, context.config.client, major);
  if (major === own || client.version.major !== major || context.config.client.kind !== 'auto') return client;
  return { ...client, reason: `${describeClient(client)}: the major of the server that the dump is restored into` };
}

function databaseNames(step: DumpStep, context: PlanningContext, own: string): readonly string[] {
  if (step.databases.length === 0) return [own];
  const { matches } = serverNamed(context, step.from);
  const names = step.databases.flatMap(pattern => {
    const found = matches[pattern] ?? [];
    if (found.length === 0) {
      throw fault(
        'PGR180',
        `databases: "${pattern}" matches no database of ${step.from}`,
        'check the spelling, and that the role may connect to it',
      );
    }
    return found;
  });
  return [...new Set(names)];
}
