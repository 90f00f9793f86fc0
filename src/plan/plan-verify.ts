import { join, resolve } from 'node:path';
import { clientCommand } from '../client/client.ts';
import type { VerifyStep } from '../config/config.ts';
import { fault } from '../errors.ts';
import { restoreArguments, schemaArguments, useListArgument } from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import { dumpedSections } from '../postgres/dumped-sections.ts';
import { argumentsWith, effectsOf } from '../postgres/options/flags.ts';
import type { Effect } from '../postgres/options/model.ts';
import { pgDump } from '../postgres/options/pg-dump.ts';
import { pgRestore } from '../postgres/options/pg-restore.ts';
import type { Command, Program } from '../postgres/process.ts';
import { mayMakePublic } from '../selection/restored-entries.ts';
import { everything, isEverything } from '../selection/selection.ts';
import { chooseSessions } from './choices.ts';
import { connectionNamed, type PlanningContext, plannedRestoreOf, serverNamed } from './context.ts';
import { pinnedEnvironment, withPinnedOptions } from './pinned.ts';
import { ownersOf } from './plain-restore.ts';
import type { PlannedComparison, PlannedRestore, PlannedVerify } from './plan.ts';
import { clientFor, type Source, selectDatabases, sourceAt } from './source.ts';

/** Stand for names that are made up while the run goes on. */
export const scratchDatabase = '<scratch database>';
export const privateFile = '<private file>';

/**
 * What a scratch database is made of: what the copy is, as a view may say something else until its post-data is there. What
 * is in post-data alone needs the rest.
 */
export function scratchSections(
  restored: PlannedComparison['restored']['sections'],
): readonly ('pre-data' | 'post-data')[] {
  const both = ['pre-data', 'post-data'] as const;
  return restored.includes('pre-data') ? both.filter(section => restored.includes(section)) : both;
}

export function planVerify(step: VerifyStep, context: PlanningContext): PlannedVerify {
  const folder = resolve(context.workspace, step.from);
  const source = sourceAt(context, folder);
  const parameters = withPinnedOptions(connectionNamed(context, step.into));
  const client = clientFor(context, step.into, source);
  refuseUnknownDatabases(step, source);
  const command = (program: Program, args: readonly string[]) =>
    clientCommand(client, program, args, pinnedEnvironment);
  const definitionsOf = (database: string, printing: readonly string[]): Command =>
    command(
      'pg_dump',
      schemaArguments({
        conninfo: toConninfo(parameters, { database }),
        file: privateFile,
        lockSeconds: context.config.timeouts.lock,
        printing,
      }),
    );
  return {
    kind: 'verify',
    title: `verify ${step.level} in ${step.into}`,
    connection: step.into,
    client,
    level: step.level,
    sessions: chooseSessions(context.survey.cores, serverNamed(context, step.into).freeConnections),
    sample: step.sample,
    showKeys: step['show-keys'],
    mayMakeScratch: context.config.connections[step.into]?.protected !== true,
    checks: step.checks,
    source: step.checks.some(({ on }) => on !== 'target') ? step.source : undefined,
    pgtap: step.pgtap.map(path => resolve(context.workspace, path)),
    foreignKeys: step['foreign-keys'],
    complete: step.complete,
    ignore: step.ignore,
    folder,
    databases: selectDatabases(source, step).map(({ name, path, contents, options, target }) => {
      const made = plannedRestoreOf(context, folder, step.into, { source: name, target });
      const restored = restoredAs(made, target, options, parameters.user);
      const listed = !isEverything(restored.selection) || mayMakePublic(options);
      return {
        source: name,
        target,
        restored,
        rename: step.rename,
        command: definitionsOf(target, argumentsWith(pgDump, options, 'prints')),
        scratch: {
          restore: command(
            'pg_restore',
            restoreArguments(
              // Owners and grants are no part of a definition, and roles of the source may be missing here.
              { jobs: 1, owners: { kind: 'drop' }, privileges: 'skip', flags: [] },
              {
                conninfo: toConninfo(parameters, { database: scratchDatabase }),
                archive: join(folder, contents ?? path),
                sections: listed ? [] : scratchSections(restored.sections),
                others: [
                  ...(listed ? [useListArgument] : []),
                  ...(restored.tablespaces === 'keep' ? [] : ['--no-tablespaces']),
                ],
              },
            ),
          ),
          dump: definitionsOf(scratchDatabase, argumentsWith(pgDump, options, 'prints')),
        },
      };
    }),
  };
}

/** A check of a database that is not compared would be passed over in silence. */
function refuseUnknownDatabases(step: VerifyStep, source: Source): void {
  const compared = selectDatabases(source, step).map(({ name }) => name);
  for (const { name, database } of step.checks) {
    if (database === undefined || compared.includes(database)) continue;
    throw fault(
      'PGR180',
      `the check "${name}" is about the database "${database}", which is not compared`,
      `write one of ${compared.join(', ')}`,
    );
  }
}

/** What was restored by something else is taken for a whole and faithful restore. */
function restoredAs(
  restore: PlannedRestore | undefined,
  target: string,
  dumped: readonly string[],
  user: string,
): PlannedComparison['restored'] {
  const effects = [...effectsOf(pgRestore, restore?.options.flags ?? []), ...effectsOf(pgDump, dumped)];
  const resets = (kind: Effect['kind']) => effects.some(effect => effect.kind === kind);
  return {
    owners: restore?.options.owners ?? ownersOf(dumped, user),
    privileges: restore?.options.privileges ?? 'keep',
    accessMethods: resets('resets-access-methods') ? 'reset' : 'keep',
    sections: restore?.sections ?? dumpedSections(dumped),
    selection: restore?.selection ?? everything,
    tablespaces: resets('resets-tablespaces') ? 'drop' : (restore?.tablespaces ?? 'keep'),
    triggersOff: restore?.triggersOff ?? false,
    mode: restore?.databases.find(one => one.target === target)?.mode ?? 'new',
    settings: restore?.settings ?? 'keep',
    locale: restore?.locale,
    refresh: restore?.refresh ?? false,
  };
}
