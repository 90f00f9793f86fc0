import { checkOrigin } from '../dumpset/elsewhere.ts';
import type { Manifest } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedRestore } from '../plan/plan.ts';
import { rolesNeeded } from '../postgres/archive/roles.ts';
import type { Session } from '../postgres/session.ts';
import { sqlStateOf } from '../postgres/session-errors.ts';
import type { RestoreResult } from '../report/model.ts';
import { newTablespace, tablespacesOf } from '../selection/tablespaces.ts';
import { describesDatabase } from '../verify/database-name.ts';
import { shortList } from '../verify/make-check.ts';
import { refuseIncompatible } from './compatibility.ts';
import { dropOwnRole } from './drop-own.ts';
import { checkExtensions, checkTablespaces } from './existing-objects.ts';
import { asUser, loggedInAs, type MadeRole, makeRole } from './made-role.ts';
import type { StepOutcome } from './outcome.ts';
import { type PreparedDatabase, prepareDatabases } from './prepare-databases.ts';
import { refuseLocale } from './refuse-locale.ts';
import { refuseRenames } from './rename-restored.ts';
import { type RestoredDatabase, restoreDatabase } from './restore-database.ts';
import { createRoleStatements, existingRoles } from './roles.ts';
import { parametersOf } from './run-tool.ts';
import type { Runtime } from './runtime.ts';
import { refuseTarget, type Target } from './target.ts';

/**
 * Restores databases of a dump set. Before anything is made on the server every hash of the dump set is checked, or all of an archive from elsewhere decoded, every
 * role that will be needed must exist or come with the globals, and every target must be free. If any database fails,
 * all that this step has made is taken back.
 */
export async function performRestore(plan: PlannedRestore, runtime: Runtime): Promise<StepOutcome<RestoreResult>> {
  const manifest = await runtime.profile.timed({ kind: 'phase', name: 'check of the dump set' }, () =>
    checkOrigin(plan.folder, { onProgress: runtime.touch, signal: runtime.signal, known: runtime.known }),
  );
  await using control = await runtime.openSession(plan.connection);
  const prepared = await prepareDatabases(plan, manifest);
  const losses = await refuseIncompatible(plan, prepared, manifest, control);
  const lookAtRoles = () => planRoles(plan, prepared, manifest, control);
  const roles = await lookAtRoles();
  await checkTablespaces(neededTablespaces(plan, prepared), control);
  await refuseRenames(prepared, plan.connection, control, runtime);
  const notes: string[] = [];
  for (const database of prepared) {
    const found = await refuseTarget(plan, database.planned, manifest, control, runtime);
    if (found === 'missing' || database.planned.mode === 'overwrite') {
      const names = { database: database.planned.source, connection: plan.connection };
      await refuseLocale(control, database.dumped, plan.locale, names);
    }
    notes.push(...(await checkExtensions(plan, database, found !== 'missing', runtime)));
  }
  const rolesMade = await makeRoles(plan, roles, lookAtRoles, control, runtime);
  const owner = plan.confined ? await makeRole(plan.connection, control, runtime) : undefined;
  const restored: RestoredDatabase[] = [];
  try {
    await asOwner(plan, owner, runtime, async inside => {
      for (const database of prepared) restored.push(await restoreDatabase(plan, database, manifest, control, inside));
    });
  } catch (error) {
    for (const { target } of restored.toReversed()) await target.failed();
    await owner?.failed();
    await rolesMade.failed();
    throw error;
  }
  for (const { target } of restored) target.succeeded(plan.temporary);
  owner?.succeeded(plan.temporary);
  rolesMade.succeeded(plan.temporary);
  return {
    result: {
      kind: 'restore',
      from: plan.folder,
      into: plan.connection,
      client: plan.client.version.text,
      sections: plan.sections,
      complete: plan.complete,
      databases: restored.map(one => one.database),
      rolesCreated: rolesMade.names,
    },
    notes: [
      plan.client.reason,
      ...plan.notes,
      ...(plan.confined ? [ownerNote(owner, restored)] : []),
      ...notes,
      ...selectionNotes(restored),
      ...losses,
      ...restored.flatMap(one => one.warnings),
    ],
  };
}

/** Does the work of a restore as the role that was made for it, if any. */
function asOwner(
  { confined, connection }: PlannedRestore,
  owner: MadeRole | undefined,
  runtime: Runtime,
  body: (inside: Runtime) => Promise<void>,
): Promise<void> {
  if (!confined) return body(runtime);
  if (owner !== undefined) return loggedInAs(owner.name, connection, runtime, body);
  return body(asUser(parametersOf(runtime, connection).user, connection, runtime));
}

function ownerNote(owner: MadeRole | undefined, restored: readonly RestoredDatabase[]): string {
  if (owner === undefined)
    return "the connection's own role is no superuser and may not make roles, so it has restored the dump itself";
  const copies = restored.map(({ database }) => `"${database.target}"`).join(', ');
  return `${copies} belongs to the role ${owner.name}, which was made for it and cannot log in any more; what a superuser does in there can run the dump's code`;
}

function neededTablespaces({ tablespaces }: PlannedRestore, prepared: readonly PreparedDatabase[]): readonly string[] {
  return prepared
    .flatMap(({ selected }) => tablespacesOf(selected.kept))
    .map(tablespace => newTablespace(tablespace, tablespaces));
}

/** What a reader should know of copies that are not a whole database. */
function selectionNotes(restored: readonly RestoredDatabase[]): readonly string[] {
  return restored.flatMap(({ database: { target, leftOut, present, schemasCreated } }) => [
    ...(leftOut.count === 0
      ? []
      : [`left out of "${target}" by request: ${shortList(leftOut.objects, leftOut.count)}`]),
    ...(present === undefined || present.length === 0
      ? []
      : [`in "${target}" before, and left as they were: ${shortList(present)}`]),
    ...(schemasCreated.length === 0
      ? []
      : [
          `created in "${target}", as the dump does not make them: ${shortList(schemasCreated.map(name => `SCHEMA ${name}`))}`,
        ]),
  ]);
}

interface RolesToMake {
  readonly names: readonly string[];
  readonly statements: readonly string[];
}

/** The roles that the globals define and the server lacks; throws PGR164 for roles that nothing can provide. */
async function planRoles(
  plan: PlannedRestore,
  prepared: readonly PreparedDatabase[],
  manifest: Manifest,
  control: Session,
): Promise<RolesToMake> {
  const existing = await existingRoles(control);
  const statements = createRoleStatements(manifest.globals?.roles ?? [], existing, control.serverVersion.major);
  const created = (manifest.globals?.roles ?? []).map(role => role.name).filter(name => !existing.has(name));
  const needed = prepared.flatMap(database => rolesOf(plan, database));
  const missing = [...new Set(needed)].filter(role => !existing.has(role) && !created.includes(role));
  if (missing.length > 0) throw rolesMissing(missing, plan.ownersUndecided);
  return { names: created, statements };
}

interface RolesMade extends Pick<Target, 'succeeded' | 'failed'> {
  readonly names: readonly string[];
}

/** Another run may make the same roles at the same time, or take its own back. */
const crossings: readonly (string | undefined)[] = ['42710', '23505', '42704', '40P01'];
const mostLooks = 10;

/**
 * In one transaction, so that all of them are made or none. Those of a temporary copy go with it. A role that somebody
 * else has made in the same moment is like one that was there before: they are looked at again.
 */
async function makeRoles(
  plan: PlannedRestore,
  planned: RolesToMake,
  look: () => Promise<RolesToMake>,
  control: Session,
  runtime: Runtime,
): Promise<RolesMade> {
  let roles = planned;
  for (let looks = 1; roles.names.length > 0; looks += 1) {
    try {
      await control.query(['begin', ...roles.statements].join('; '));
      break;
    } catch (error) {
      if (looks === mostLooks || !crossings.includes(sqlStateOf(error))) throw error;
      await control.query('rollback');
      roles = await look();
    }
  }
  const { names } = roles;
  if (names.length === 0) return { names, succeeded() {}, failed: async () => {} };
  const { connection } = plan;
  const made = names.map(name => ({ name, gone: runtime.undo.record({ kind: 'role', connection, name }) }));
  await control.query('commit');
  return {
    names,
    succeeded(temporary) {
      if (!temporary) for (const { gone } of made) gone();
    },
    async failed() {
      for (const { name, gone } of made.toReversed()) if (await dropOwnRole(runtime, connection, name)) gone();
    },
  };
}

/** With all owners remapped and no privileges, only the one role has to be there. */
function rolesOf({ options, settings }: PlannedRestore, { selected }: PreparedDatabase): readonly string[] {
  const { owners, privileges } = options;
  const restored = selected.kept.filter(entry => settings === 'keep' || !describesDatabase(entry));
  return [
    ...(owners.kind === 'role' ? [owners.role] : []),
    ...(owners.kind === 'keep' || privileges === 'keep' ? rolesNeeded(restored) : []),
  ];
}

function rolesMissing(missing: readonly string[], undecided: boolean): Error {
  const names = missing.map(name => `"${name}"`).join(', ');
  const choice = undecided
    ? 'add `globals: true` to the dump to bring them along, or give everything to one role with `owners: ROLE` and `privileges: skip`'
    : 'create them on the target, or use `owners: ROLE` with `privileges: skip`';
  return fault(
    'PGR164',
    `the target lacks ${missing.length === 1 ? 'the role' : 'the roles'} ${names}, which the dump needs`,
    choice,
  );
}
