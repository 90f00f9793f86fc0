import { join, resolve } from 'node:path';
import { clientCommand } from '../client/client.ts';
import type { RestoreStep } from '../config/config.ts';
import { fault } from '../errors.ts';
import { type RestoreOptions, restoreArguments, useListArgument } from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import { flagArguments, notesOf } from '../postgres/options/flags.ts';
import { pgRestore } from '../postgres/options/pg-restore.ts';
import { isEverything, type Selection } from '../selection/selection.ts';
import { connectionNamed, type PlanningContext, serverNamed } from './context.ts';
import { pinnedEnvironment } from './pinned.ts';
import type { PlannedRestore, PlannedRestoreDatabase } from './plan.ts';
import { isCarried, planRename } from './plan-rename.ts';
import { scratchDatabase } from './plan-verify.ts';
import { inOneTransaction, type RestorePhase, restorePhases } from './restore-phases.ts';
import { clientFor, type SourceDatabase, selectDatabases, sourceAt } from './source.ts';

export function planRestore(step: RestoreStep, context: PlanningContext): PlannedRestore {
  const folder = resolve(context.workspace, step.from);
  const source = sourceAt(context, folder);
  const parameters = connectionNamed(context, step.into);
  const client = clientFor(context, step.into, source);
  const majors = { client: client.version.major, server: serverNamed(context, step.into).version.major };
  const selection = selectionOf(step, context);
  const chosen = selectDatabases(source, step);
  refuseOneListForSeveral(step, chosen);
  const options: Omit<RestoreOptions, 'jobs'> = {
    owners: step.owners ?? { kind: 'keep' },
    privileges: step.privileges,
    flags: flagArguments(pgRestore, step.flags, context.workspace),
  };
  const planned = chosen.map(({ name, path, target }) => {
    const mode = modeOf(step, target);
    const transaction = inOneTransaction(step, mode, majors);
    const carried = isCarried(step, mode);
    const listed = (mode === 'into-existing' && !carried) || !isEverything(selection);
    const phases = restorePhases(step, context.survey.cores, transaction && !carried);
    const command = (phase: RestorePhase) =>
      clientCommand(
        client,
        'pg_restore',
        restoreArguments(
          { ...options, jobs: phase.jobs.value },
          {
            conninfo: toConninfo(parameters, { database: carried ? scratchDatabase : target }),
            archive: join(folder, path),
            sections: listed || phase.sections.length === 3 || step['disable-triggers'] ? [] : phase.sections,
            others: [
              ...(listed ? [useListArgument] : []),
              ...(mode === 'clean' ? ['--clean', '--if-exists'] : []),
              ...(transaction && !carried ? ['--single-transaction'] : []),
              ...(step.tablespaces === 'keep' ? [] : ['--no-tablespaces']),
              ...(step['disable-triggers'] ? ['--data-only', '--disable-triggers'] : []),
            ],
          },
        ),
        pinnedEnvironment,
      );
    const database: PlannedRestoreDatabase = {
      source: name,
      target,
      mode,
      phases: phases.map(phase => {
        const { name: title, sections, deferred } = phase;
        return { name: title, sections, deferred, command: command(phase) };
      }),
      rename: planRename(step, { target, mode, transaction, client, options }, context),
    };
    const reasons = [
      ...new Set(phases.map(({ jobs }) => jobs.reason)),
      ...(transaction ? [`"${target}" is restored in one transaction: all or nothing`] : []),
    ];
    return { database, jobs: phases[0]?.jobs.value ?? 1, reasons };
  });
  return {
    kind: 'restore',
    title: `restore ${chosen.map(one => one.target).join(', ')} into ${step.into}`,
    connection: step.into,
    client,
    options: { ...options, jobs: planned[0]?.jobs ?? 1 },
    ownersUndecided: step.owners === undefined,
    notes: [
      ...new Set(planned.flatMap(({ reasons }) => reasons)),
      ...notesOf(pgRestore, options.flags),
      ...(client.warning === undefined ? [] : [client.warning]),
    ],
    folder,
    sections: step.section,
    selection,
    tablespaces: step.tablespaces,
    databases: planned.map(({ database }) => database),
    analyze: step.analyze,
    temporary: step.temporary,
  };
}

function modeOf(step: RestoreStep, target: string): PlannedRestoreDatabase['mode'] {
  if (step.overwrite.includes(target)) return 'overwrite';
  if (step.clean.includes(target)) return 'clean';
  return step['into-existing'].includes(target) ? 'into-existing' : 'new';
}

function selectionOf(step: RestoreStep, { survey, workspace }: PlanningContext): Selection {
  const path = step['use-list'];
  return { ...step.selection, list: path === undefined ? undefined : survey.useLists[resolve(workspace, path)] };
}

/** A list is one of an archive's own entries. */
function refuseOneListForSeveral(step: RestoreStep, chosen: readonly SourceDatabase[]): void {
  if (step['use-list'] === undefined || chosen.length === 1) return;
  throw fault(
    'PGR150',
    `use-list is about one archive, and ${chosen.length} databases are to be restored`,
    'name the one under `databases`, and give each of the others a restore of its own',
  );
}
