import { join, resolve } from 'node:path';
import { clientCommand } from '../client/client.ts';
import type { RestoreStep } from '../config/config.ts';
import { type RestoreOptions, restoreArguments } from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import { flagArguments, notesOf } from '../postgres/options/flags.ts';
import { pgRestore } from '../postgres/options/pg-restore.ts';
import { chooseJobs } from './choices.ts';
import { connectionNamed, type PlanningContext } from './context.ts';
import { pinnedEnvironment } from './pinned.ts';
import type { PlannedRestore } from './plan.ts';
import { planRename } from './plan-rename.ts';
import { clientFor, selectDatabases, sourceAt } from './source.ts';

export function planRestore(step: RestoreStep, context: PlanningContext): PlannedRestore {
  const folder = resolve(context.workspace, step.from);
  const source = sourceAt(context, folder);
  const parameters = connectionNamed(context, step.into);
  const client = clientFor(context, step.into, source);
  const single = step.flags['single-transaction'] === true;
  const jobs = chooseJobs(single ? 1 : step.jobs, context.survey.cores);
  const options: RestoreOptions = {
    jobs: jobs.value,
    owners: step.owners ?? { kind: 'keep' },
    privileges: step.privileges,
    flags: flagArguments(pgRestore, step.flags, context.workspace),
  };
  const chosen = selectDatabases(source, step);
  const phases =
    step.phases === 'separate'
      ? step.section.map(section => [section])
      : [step.section.length === 3 ? [] : step.section];
  return {
    kind: 'restore',
    title: `restore ${chosen.map(one => one.target).join(', ')} into ${step.into}`,
    connection: step.into,
    client,
    options,
    ownersUndecided: step.owners === undefined,
    notes: [
      jobs.reason,
      ...notesOf(pgRestore, options.flags),
      ...(client.warning === undefined ? [] : [client.warning]),
    ],
    folder,
    sections: step.section,
    databases: chosen.map(({ name, path, target }) => ({
      source: name,
      target,
      overwrite: step.overwrite.includes(target),
      phases: phases.map(sections => ({
        name: sections.length === 0 ? 'all' : sections.join(' and '),
        command: clientCommand(
          client,
          'pg_restore',
          restoreArguments(options, {
            conninfo: toConninfo(parameters, { database: target }),
            archive: join(folder, path),
            sections,
          }),
          pinnedEnvironment,
        ),
      })),
      rename: planRename(step, target, client, context),
    })),
    analyze: step.analyze,
    temporary: step.temporary,
  };
}
