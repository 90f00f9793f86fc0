import type { ChosenClient } from '../client/choose.ts';
import { clientCommand } from '../client/client.ts';
import type { RestoreStep } from '../config/config.ts';
import { fault } from '../errors.ts';
import { psqlArguments } from '../postgres/arguments.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import { flagArguments } from '../postgres/options/flags.ts';
import { psql } from '../postgres/options/psql.ts';
import { isEverything, type Selection } from '../selection/selection.ts';
import { pinnedEnvironment } from './pinned.ts';
import type { PlannedPhase, PlannedRestore, PlannedRestoreDatabase } from './plan.ts';
import type { SourceDatabase } from './source.ts';

/** What decides how a plain dump is restored. */
export interface PlainRestore {
  readonly step: RestoreStep;
  readonly selection: Selection;
  readonly database: SourceDatabase & { readonly target: string };
  readonly mode: PlannedRestoreDatabase['mode'];
  readonly sections: PlannedRestore['sections'];
  readonly transaction: boolean;
  readonly client: ChosenClient;
  readonly parameters: ConnectionParameters;
  /** The target, or what stands for it. */
  readonly connectTo: string;
  readonly owners: PlannedRestore['options']['owners'];
  readonly serverMajor: number;
  readonly clientMajorOfDump: number;
  readonly workspace: string;
}

/** Psql executes the whole text as it is: throws PGR150 for whatever would have it do something else. */
export function planPlainRestore(given: PlainRestore): readonly PlannedPhase[] {
  refuseChoices(given);
  refuseText(given);
  const { step, database, client, parameters, owners, transaction, sections, workspace } = given;
  const connected = owners.kind === 'role' ? withRole(parameters, owners.role) : parameters;
  const conninfo = toConninfo(connected, {
    database: createsItself(database.options) ? parameters.database : given.connectTo,
  });
  const flags = flagArguments(psql, step.flags, workspace);
  const text = { transaction, withoutTransactionTimeout: given.clientMajorOfDump >= 17 && given.serverMajor < 17 };
  return [
    {
      name: 'all',
      sections,
      deferred: false,
      text,
      command: clientCommand(client, 'psql', psqlArguments({ conninfo, transaction, flags }), pinnedEnvironment),
    },
  ];
}

/** Whether the text makes its database and connects to it. */
export function createsItself(dumpOptions: readonly string[]): boolean {
  return dumpOptions.includes('--format=plain') && dumpOptions.includes('--create');
}

/** What a plain dump without owners makes belongs to whoever runs it. */
export function ownersOf(dumpOptions: readonly string[], user: string): PlannedRestore['options']['owners'] {
  return dumpOptions.includes('--no-owner') ? { kind: 'role', role: user } : { kind: 'keep' };
}

function refuseChoices({ step, selection, sections, database: { options } }: PlainRestore): void {
  const chosen: readonly (readonly [boolean, string])[] = [
    [!isEverything(selection), 'include, exclude, defer, extensions and use-list'],
    [sections.length < step.section.length || step.section.length < 3, 'section'],
    [step.phases === 'separate', 'phases: separate'],
    [typeof step.jobs === 'object' || (step.jobs !== 'auto' && step.jobs > 1), 'jobs'],
    [step.tablespaces !== 'keep', 'tablespaces'],
    [step['disable-triggers'], 'disable-triggers'],
    [step.privileges === 'skip' && !options.includes('--no-privileges'), 'privileges: skip'],
    [step.owners?.kind === 'role' && !options.includes('--no-owner'), 'owners: ROLE'],
    [step.owners?.kind === 'keep' && options.includes('--no-owner'), 'owners: keep'],
  ];
  const refused = chosen.flatMap(([applies, key]) => (applies ? [key] : []));
  // What the dump itself leaves out was not asked for at the restore.
  const keys = refused.filter(key => key !== 'section' || step.section.length < 3);
  if (keys.length === 0) return;
  throw fault(
    'PGR150',
    `a plain dump is executed as it is, which leaves nothing to ${keys.join(', ')}`,
    'say it at the dump (no-owner, no-privileges, section …), or dump in another format',
  );
}

function refuseText({ step, database, mode, transaction }: PlainRestore): void {
  const has = (name: string) => database.options.includes(`--${name}`);
  const drops = has('clean') && has('if-exists');
  if (has('clean') && !has('if-exists') && mode !== 'into-existing')
    throw fault('PGR150', 'the plain dump drops objects that are not there yet', 'add if-exists: true to the dump');
  if (mode === 'clean' && !drops)
    throw fault('PGR150', 'the plain dump drops nothing', 'add clean: true and if-exists: true to the dump');
  if (!createsItself(database.options)) return;
  const itself = `the plain dump makes the database "${database.name}" itself`;
  if (database.target !== database.name || step.rename !== undefined)
    throw fault('PGR150', `${itself}, under that name`, 'remove `as` and `rename`, or dump without create');
  if (mode === 'clean' || mode === 'into-existing')
    throw fault('PGR150', `${itself}, so there is none that could be kept`, `remove ${mode}, or dump without create`);
  if (transaction)
    throw fault(
      'PGR150',
      `${itself}, which no transaction can do`,
      'remove single-transaction: a database that was not restored whole is dropped again',
    );
}

/** As pg_restore's `--role`: whatever is made then belongs to that role. */
function withRole(parameters: ConnectionParameters, role: string): ConnectionParameters {
  const option = `-c role=${role.replaceAll(/[\\ ]/g, found => `\\${found}`)}`;
  return { ...parameters, options: parameters.options === undefined ? option : `${parameters.options} ${option}` };
}
