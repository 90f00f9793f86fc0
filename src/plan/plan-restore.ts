import { join, resolve } from 'node:path';
import { clientCommand } from '../client/client.ts';
import type { RestoreStep } from '../config/config.ts';
import { fault } from '../errors.ts';
import { type RestoreOptions, restoreArguments, useListArgument } from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import { isHere } from '../postgres/connection/exposure.ts';
import { dumpedSections } from '../postgres/dumped-sections.ts';
import { flagArguments, notesOf } from '../postgres/options/flags.ts';
import { pgRestore } from '../postgres/options/pg-restore.ts';
import type { TableSizes } from '../postgres/table-sizes.ts';
import { mayMakePublic } from '../selection/restored-entries.ts';
import { isEverything, type Selection } from '../selection/selection.ts';
import { chooseMaintenance } from './choices.ts';
import { connectionNamed, type PlanningContext, serverNamed } from './context.ts';
import { elsewhereNote, madeRole, refuseUntrusted } from './elsewhere.ts';
import { pinnedEnvironment, withMaintenance, withPinnedOptions } from './pinned.ts';
import { ownersOf, planPlainRestore } from './plain-restore.ts';
import type { PlannedPhase, PlannedRestore, PlannedRestoreDatabase } from './plan.ts';
import { isCarried, planRename } from './plan-rename.ts';
import { scratchDatabase } from './plan-verify.ts';
import { inOneTransaction, type RestorePhase, restorePhases } from './restore-phases.ts';
import { clientFor, clientForText, type SourceDatabase, selectDatabases, sourceAt } from './source.ts';
import { throttleNotes } from './throttle-notes.ts';

export function planRestore(step: RestoreStep, context: PlanningContext): PlannedRestore {
  const folder = resolve(context.workspace, step.from);
  const source = sourceAt(context, folder);
  const confined = source.elsewhere && step.trust === undefined;
  if (confined) refuseUntrusted(step, step.from);
  const declared = withPinnedOptions(connectionNamed(context, step.into));
  const parameters = confined ? { ...declared, user: madeRole } : declared;
  const chosen = selectDatabases(source, step);
  const isText = chosen.some(({ contents }) => contents !== undefined);
  const client = isText ? clientForText(context, step.into, source) : clientFor(context, step.into, source);
  const majors = { client: client.version.major, server: serverNamed(context, step.into).version.major };
  const selection = selectionOf(step, context);
  refuseOneListForSeveral(step, chosen);
  const dumped = dumpedSections(chosen[0]?.options ?? []);
  const sections = step.section.filter(section => dumped.includes(section));
  if (sections.length === 0) throw noSection(step.section);
  refuseJobs(step, chosen);
  const { cores } = context.survey;
  const { freeConnections } = serverNamed(context, step.into);
  // Jobs wait side by side for a server elsewhere: 2 ms away one of them was no faster than two, and slower than four (measured).
  const isNear = parameters.hosts.every(isHere);
  const options: Omit<RestoreOptions, 'jobs'> = {
    owners: confined ? { kind: 'drop' } : (step.owners ?? ownersOf(chosen[0]?.options ?? [], parameters.user)),
    privileges: confined ? 'skip' : step.privileges,
    flags: isText ? [] : flagArguments(pgRestore, step.flags, context.workspace),
  };
  const planned = chosen.map(one => {
    const { name, path, target, contents } = one;
    const mode = modeOf(step, target);
    const transaction = inOneTransaction(step, mode, majors);
    const carried = isCarried(step, mode);
    const keeps = mode === 'into-existing' || mode === 'clean';
    const listed = (keeps && !carried) || !isEverything(selection) || mayMakePublic(one.options);
    const single = (transaction && !carried) || !parallel(one);
    const phasesOf = (sizes?: TableSizes) => restorePhases(step, { cores, freeConnections, sizes }, single);
    const phases = phasesOf(isNear && isEverything(selection) ? one.sizes : undefined);
    const maintenance = chooseMaintenance(parameters.hosts, Math.min(...phases.map(({ jobs }) => jobs.value)), cores);
    const command = (phase: RestorePhase) =>
      clientCommand(
        client,
        'pg_restore',
        restoreArguments(
          { ...options, jobs: phase.jobs.value },
          {
            conninfo: toConninfo(withMaintenance(parameters, maintenance?.value), {
              database: carried ? scratchDatabase : target,
            }),
            archive: join(folder, path),
            sections: listed || phase.sections.length === 3 || step['disable-triggers'] ? [] : phase.sections,
            others: [
              ...(listed ? [useListArgument] : []),
              ...(transaction && !carried ? ['--single-transaction'] : []),
              ...(step.tablespaces === 'keep' ? [] : ['--no-tablespaces']),
              ...(step['disable-triggers'] ? ['--data-only', '--disable-triggers'] : []),
            ],
          },
        ),
        pinnedEnvironment,
      );
    const runs = (): readonly PlannedPhase[] =>
      phases.map(phase => ({
        name: phase.name,
        sections: phase.sections,
        deferred: phase.deferred,
        command: command(phase),
      }));
    const plain = {
      step,
      selection,
      database: one,
      mode,
      sections,
      transaction,
      client,
      connectTo: carried ? scratchDatabase : target,
      parameters,
      owners: options.owners,
      serverMajor: majors.server,
      clientMajorOfDump: source.clientMajor,
      workspace: context.workspace,
    };
    const database: PlannedRestoreDatabase = {
      source: name,
      target,
      mode,
      phases: contents === undefined ? runs() : planPlainRestore(plain),
      rename: planRename(step, { target, mode, transaction, client, options }, context),
    };
    const reasons = [
      ...(maintenance === undefined || contents !== undefined ? [] : [maintenance.reason]),
      ...(transaction ? [`"${target}" is restored in one transaction: all or nothing`] : []),
      ...(mode === 'clean'
        ? [`what it replaces in "${target}" is dropped before, and stays dropped if that fails`]
        : []),
    ];
    const jobReasons = single ? [] : [...new Set(phases.map(({ jobs }) => jobs.reason))];
    const most = (all: readonly RestorePhase[]) => Math.max(1, ...all.map(({ jobs }) => jobs.value));
    return { database, jobs: most(phases), analyzeJobs: most(phasesOf()), jobReasons, reasons };
  });
  return {
    kind: 'restore',
    title: `restore ${chosen.length === 0 ? 'globals' : chosen.map(one => one.target).join(', ')} into ${step.into}`,
    connection: step.into,
    client,
    options: { ...options, jobs: Math.max(1, ...planned.map(({ jobs }) => jobs)) },
    ownersUndecided: step.owners === undefined && options.owners.kind === 'keep',
    notes: [
      ...(source.elsewhere ? [elsewhereNote(step.trust)] : []),
      ...jobNotes(planned),
      ...new Set(planned.flatMap(({ reasons }) => reasons)),
      ...notesOf(pgRestore, options.flags),
      ...throttleNotes(step.throttle, parameters),
      ...(client.warning === undefined ? [] : [client.warning]),
    ],
    folder,
    sections,
    complete: sections.length === dumped.length,
    selection,
    tablespaces: step.tablespaces,
    triggersOff: step['disable-triggers'],
    databases: planned.map(({ database }) => database),
    settings: step.settings,
    locale: step.locale,
    refresh: step.refresh,
    analyze: step.analyze,
    analyzeJobs: planned[0]?.analyzeJobs ?? 1,
    throttle: step.throttle,
    temporary: step.temporary,
    production: step.production,
    elsewhere: source.elsewhere,
    confined,
  };
}

/** Each database has its own sizes: where the reasons differ, they say whose they are. */
function jobNotes(
  planned: readonly {
    readonly database: { readonly target: string };
    readonly jobReasons: readonly string[];
  }[],
): readonly string[] {
  const differ = new Set(planned.map(({ jobReasons }) => jobReasons.join('\n'))).size > 1;
  if (!differ) return planned[0]?.jobReasons ?? [];
  return planned.flatMap(({ database, jobReasons }) => jobReasons.map(reason => `"${database.target}": ${reason}`));
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

/** Whether pg_restore can read its data in several places at once. */
function parallel({ options, contents }: SourceDatabase): boolean {
  return contents === undefined && !options.includes('--format=tar');
}

function refuseJobs({ jobs }: RestoreStep, chosen: readonly SourceDatabase[]): void {
  const several = typeof jobs === 'object' || (typeof jobs === 'number' && jobs > 1);
  if (!several || chosen.every(parallel)) return;
  throw fault(
    'PGR150',
    'only the directory and custom formats can be restored by several jobs',
    'remove jobs, or dump in one of these formats',
  );
}

function noSection(asked: readonly string[]): Error {
  return fault(
    'PGR150',
    `the dump set does not hold the section ${asked.join(', ')}`,
    'remove section, or dump it too',
  );
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
