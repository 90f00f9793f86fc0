import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';
import { checkDumpSet } from '../dumpset/read.ts';
import { fault } from '../errors.ts';
import type { PlannedRestore } from '../plan/plan.ts';
import type { Session } from '../postgres/session.ts';
import type { RestoreResult } from '../report/model.ts';
import type { StepOutcome } from './outcome.ts';
import { restoreDatabase } from './restore-database.ts';
import { createRoleStatements, existingRoles } from './roles.ts';
import type { Runtime } from './runtime.ts';

/**
 * Restores databases of a dump set. Before anything is sent to the server every hash of the dump set is checked, and
 * every role that will be needed must exist or come with the globals.
 */
export async function performRestore(plan: PlannedRestore, runtime: Runtime): Promise<StepOutcome<RestoreResult>> {
  const manifest = await checkDumpSet(plan.folder, runtime.touch);
  await using control = await runtime.openSession(plan.connection);
  const rolesCreated = await provideRoles(plan, manifest, control);
  const databases: RestoreResult['databases'][number][] = [];
  const warnings: string[] = [];
  for (const planned of plan.databases) {
    const restored = await restoreDatabase(
      plan,
      planned,
      databaseNamed(manifest, planned.source),
      manifest,
      control,
      runtime,
    );
    databases.push(restored.database);
    warnings.push(...restored.warnings);
  }
  return {
    result: { kind: 'restore', client: plan.client.installation.version.text, databases, rolesCreated },
    notes: [plan.client.reason, ...plan.notes, ...warnings],
  };
}

function databaseNamed(manifest: Manifest, name: string): DumpedDatabase {
  const database = manifest.databases.find(one => one.name === name);
  if (database !== undefined) return database;
  throw fault(
    'PGR180',
    `the dump set has no database "${name}"`,
    `it holds: ${manifest.databases.map(one => one.name).join(', ')}`,
  );
}

/** Makes the roles that the globals define and the server lacks; throws PGR164 for roles that nothing can provide. */
async function provideRoles(plan: PlannedRestore, manifest: Manifest, control: Session): Promise<readonly string[]> {
  const existing = await existingRoles(control);
  const statements = createRoleStatements(manifest.globals?.roles ?? [], existing);
  const created = (manifest.globals?.roles ?? []).map(role => role.name).filter(name => !existing.has(name));
  const needed = plan.databases.flatMap(({ source }) => rolesOf(plan, databaseNamed(manifest, source)));
  const missing = [...new Set(needed)].filter(role => !existing.has(role) && !created.includes(role));
  if (missing.length > 0) throw rolesMissing(missing, plan.ownersUndecided);
  for (const statement of statements) await control.query(statement);
  return created;
}

/** With all owners remapped and no privileges, only the one role has to be there. */
function rolesOf({ options }: PlannedRestore, database: DumpedDatabase): readonly string[] {
  const { owners, privileges } = options;
  return [
    ...(owners.kind === 'role' ? [owners.role] : []),
    ...(owners.kind === 'keep' || privileges === 'keep' ? database.roles : []),
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
