import { join, resolve } from 'node:path';
import { type ChosenClient, chooseClient } from '../client/choose.ts';
import { clientCommand, describeClient } from '../client/client.ts';
import type { DumpStep } from '../config/config.ts';
import { archiveName, globalsPath, plainNames } from '../dumpset/naming.ts';
import { fault } from '../errors.ts';
import {
  contentArguments,
  contentsArguments,
  type DumpOptions,
  dumpArguments,
  globalsArguments,
} from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import { dumpedSections } from '../postgres/dumped-sections.ts';
import { flagArguments, notesOf } from '../postgres/options/flags.ts';
import { pgDump } from '../postgres/options/pg-dump.ts';
import { pgDumpall } from '../postgres/options/pg-dumpall.ts';
import type { Program } from '../postgres/process.ts';
import { plainSuffix } from '../postgres/script/plain-dump.ts';
import { unfiltered } from '../postgres/unfiltered.ts';
import { chooseCompression, chooseJobs, compressionKind } from './choices.ts';
import { connectionNamed, type PlanningContext, serverNamed } from './context.ts';
import { chooseFormatOf, chooseHash } from './dump-choices.ts';
import { chooseDatabases, maintenanceDatabase } from './dumped-databases.ts';
import { foresee } from './foresight.ts';
import { pinnedEnvironment, withPinnedOptions } from './pinned.ts';
import type { PlannedDump } from './planned-dump.ts';
import { throttleNotes } from './throttle-notes.ts';

/** How long the list of what a dump leaves out may wait for what others have locked: a dump is good without it. */
const mostSecondsForList = 5;

export function planDump(step: DumpStep, context: PlanningContext): PlannedDump {
  const parameters = connectionNamed(context, step.from);
  const server = serverNamed(context, step.from);
  const client = clientForDump(step, server.version.major, context);
  const { names, notes } = chooseDatabases(step, server, parameters.database);
  const filters = {
    include: step.include,
    exclude: step.exclude,
    flags: [...optionArguments(step, client.version.major), ...flagArguments(pgDump, step.flags, context.workspace)],
  };
  const format = chooseFormatOf(step, names, filters, context);
  // pg_dump reads foreign tables by one job only.
  const single = format.value !== 'directory' || step.flags['include-foreign-data'] !== undefined;
  const jobs = chooseJobs(single ? 1 : step.jobs, context.survey.cores, {
    freeConnections: server.freeConnections,
  });
  const compress = chooseCompression(step.compress, client.version.major, format.value);
  const options: DumpOptions = {
    format: format.value,
    jobs: jobs.value,
    compress: compress.value,
    ...filters,
    serializableDeferrable: step.options['serializable-deferrable'] === true,
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
  const wholeCommand = (own: DumpOptions, { conninfo, lockSeconds }: ReturnType<typeof run>) => {
    const all = unfiltered(own);
    const lock = { conninfo, lockSeconds: Math.min(lockSeconds, mostSecondsForList) };
    return all === undefined ? undefined : command('pg_dump', contentsArguments(all, lock));
  };
  if (dumpedSections(contentArguments(options)).length === 0)
    throw fault('PGR150', 'the options leave no section to dump', 'remove some of them');
  const parts = step['single-file'] === undefined ? [] : names.map(name => plainNames(name, '.sql').path);
  if ([globalsPath, ...parts].includes(step['single-file'] ?? ''))
    throw fault('PGR150', 'single-file has the name of another file of the dump set', 'choose another name');
  const hashed = chooseHash(step, options, context);
  const what = step.globals === 'only' ? 'globals' : names.join(', ');
  return {
    kind: 'dump',
    title: `dump ${what} from ${step.from}`,
    connection: step.from,
    client,
    options,
    contentHash: hashed.value,
    notes: [
      ...(hashed.reason === undefined ? [] : [hashed.reason]),
      ...(format.reason === undefined ? [] : [format.reason]),
      ...(format.value === 'directory' ? [jobs.reason] : []),
      ...(step.globals === 'only' ? [] : [compress.reason]),
      ...notes,
      ...notesOf(pgDump, options.flags),
      ...throttleNotes(step.throttle, parameters),
      ...(client.warning === undefined ? [] : [client.warning]),
    ],
    folder,
    partial,
    databases: names.map(name => {
      const { path, contents } =
        format.value === 'plain'
          ? plainNames(name, plainSuffix(compressionKind(compress.value)))
          : { path: archiveName(name, format.value), contents: undefined };
      const own = step['single-file'] === undefined ? options : inSingleFile(options, name);
      return {
        name,
        path,
        options: own,
        command: command('pg_dump', dumpArguments(own, run(name, path))),
        contents:
          contents === undefined
            ? undefined
            : { path: contents, command: command('pg_dump', contentsArguments(own, run(name, contents))) },
        whole: wholeCommand(own, run(name, path)),
      };
    }),
    singleFile: step['single-file'],
    globals: step.globals
      ? {
          rolePasswords: step['role-passwords'],
          path: globalsPath,
          command: command(
            'pg_dumpall',
            globalsArguments({
              ...run(parameters.database, globalsPath),
              flags: globalsFlags,
              passwords: step['role-passwords'],
            }),
          ),
        }
      : undefined,
    // The dumps that share one are known when all are planned.
    snapshot: undefined,
    throttle: step.throttle,
    foresight: foresee(
      step,
      names,
      options,
      args => command('pg_dump', args),
      database => toConninfo(withPinnedOptions(parameters), { database }),
      context,
    ),
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

/** Keys of the step as arguments. What a newer client calls otherwise gets the name that this one has. */
function optionArguments({ options }: DumpStep, clientMajor: number): readonly string[] {
  const older = { 'large-objects': 'blobs', 'no-large-objects': 'no-blobs' } as const;
  return Object.entries(options).flatMap(([name, value]) => {
    if (name === 'serializable-deferrable') return [];
    const known = clientMajor < 16 && Object.hasOwn(older, name) ? older[name as keyof typeof older] : name;
    if (value === true) return [`--${known}`];
    return (typeof value === 'object' ? value : [value]).map(each => `--${known}=${each}`);
  });
}

/** Each text makes its database, but for the one that is there on every server. */
function inSingleFile(options: DumpOptions, name: string): DumpOptions {
  const flags = options.flags.filter(flag => flag !== '--create');
  return { ...options, flags: name === maintenanceDatabase ? flags : [...flags, '--create'] };
}
