import { join, resolve } from 'node:path';
import { type ChosenClient, chooseClient } from '../client/choose.ts';
import { programPath } from '../client/installation.ts';
import type { RestoreStep, VerifyStep } from '../config/config.ts';
import { fault } from '../errors.ts';
import { restoreArguments, type RestoreOptions, schemaArguments } from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import { chooseJobs } from './choices.ts';
import { connectionNamed, type PlanningContext, plannedDumpAt, plannedRestoreOf, serverNamed } from './context.ts';
import type { PlannedRestore, PlannedVerify } from './plan.ts';
import { pinnedEnvironment, pinnedOptions, withOptions } from './plan-dump.ts';

/** Stands for the folder of this run that nobody else can read; its name is random. */
export const privateFileArgument = '--file=<private folder of the run>/target.dump';

/** The databases of a dump set: of one that this run makes, or of one that exists. */
interface Source {
  readonly databases: readonly { readonly name: string; readonly path: string }[];
  readonly clientMajor: number;
}

export function planRestore(step: RestoreStep, context: PlanningContext): PlannedRestore {
  const folder = resolve(context.workspace, step.from);
  const source = sourceAt(context, folder);
  const parameters = connectionNamed(context, step.into);
  const client = clientFor(context, step.into, source);
  const jobs = chooseJobs(step.jobs, context.survey.cores);
  const options: RestoreOptions = { jobs: jobs.value, owners: step.owners ?? { kind: 'keep' }, privileges: step.privileges };
  const chosen = selected(source, step);
  const phases = step.phases === 'separate' ? step.section.map(section => [section]) : [step.section.length === 3 ? [] : step.section];
  return {
    kind: 'restore',
    title: `restore ${chosen.map(one => one.target).join(', ')} into ${step.into}`,
    connection: step.into,
    client,
    options,
    ownersUndecided: step.owners === undefined,
    notes: [jobs.reason, ...(client.warning === undefined ? [] : [client.warning])],
    folder,
    databases: chosen.map(({ name, path, target }) => ({
      source: name,
      target,
      overwrite: step.overwrite.includes(target),
      phases: phases.map(sections => ({
        name: sections.length === 0 ? 'all' : sections.join(' and '),
        command: {
          program: 'pg_restore',
          path: programPath(client.installation.folder, 'pg_restore'),
          arguments: restoreArguments(options, {
            conninfo: toConninfo(parameters, { database: target }),
            archive: join(folder, path),
            sections,
          }),
          environment: pinnedEnvironment,
        },
      })),
    })),
    analyze: step.analyze,
    temporary: step.temporary,
  };
}

export function planVerify(step: VerifyStep, context: PlanningContext): PlannedVerify {
  const folder = resolve(context.workspace, step.from);
  const source = sourceAt(context, folder);
  const parameters = connectionNamed(context, step.into);
  const client = clientFor(context, step.into, source);
  const restore = plannedRestoreOf(context, folder, step.into);
  const declared = context.config.steps.find(one => one.kind === 'restore' && one.from === step.from && one.into === step.into);
  return {
    kind: 'verify',
    title: `verify ${step.level} in ${step.into}`,
    connection: step.into,
    client,
    level: step.level,
    folder,
    restored: {
      options: restore?.options ?? { jobs: 1, owners: { kind: 'keep' }, privileges: 'keep' },
      sections: declared?.kind === 'restore' ? declared.section : ['pre-data', 'data', 'post-data'],
    },
    databases: selected(source, step).map(({ name, target }) => ({
      source: name,
      target,
      command: {
        program: 'pg_dump',
        path: programPath(client.installation.folder, 'pg_dump'),
        arguments: schemaArguments({
          conninfo: toConninfo(withOptions(parameters, pinnedOptions), { database: target }),
          file: '',
          lockSeconds: context.config.timeouts.lock,
        }).map(argument => (argument === '--file=' ? privateFileArgument : argument)),
        environment: pinnedEnvironment,
      },
    })),
  };
}

/** A pg_restore older than the archive cannot read it; one newer than the server sends settings it refuses. */
function clientFor(context: PlanningContext, connection: string, source: Source): ChosenClient {
  const major = Math.max(serverNamed(context, connection).version.major, source.clientMajor);
  return chooseClient(context.survey.installations, context.config.client, major);
}

function sourceAt(context: PlanningContext, folder: string): Source {
  const planned = plannedDumpAt(context, folder);
  if (planned !== undefined) return { databases: planned.databases, clientMajor: planned.client.installation.version.major };
  const manifest = context.survey.dumpSets[folder];
  if (manifest === undefined) throw fault('PGR171', `${folder} is no dump set`, 'name the folder that a dump step has made');
  return { databases: manifest.databases, clientMajor: manifest.client.major };
}

function selected(
  source: Source,
  step: { readonly databases: readonly string[]; readonly as: Readonly<Record<string, string>> },
): readonly { readonly name: string; readonly path: string; readonly target: string }[] {
  const known = source.databases.map(database => database.name);
  for (const name of [...step.databases, ...Object.keys(step.as)]) {
    if (known.includes(name)) continue;
    throw fault('PGR180', `the dump set has no database "${name}"`, `it holds: ${known.join(', ')}`);
  }
  const targets = source.databases
    .filter(database => step.databases.length === 0 || step.databases.includes(database.name))
    .map(({ name, path }) => ({ name, path, target: step.as[name] ?? name }));
  const twice = targets.find((one, index) => targets.findIndex(other => other.target === one.target) !== index);
  if (twice !== undefined) throw fault('PGR150', `two databases would be restored as "${twice.target}"`, 'give each a name of its own under `as`');
  return targets;
}
