import type { Manifest } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import { createsItself } from '../plan/plain-restore.ts';
import type { PlannedRestore, PlannedRestoreDatabase } from '../plan/plan.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { renameEntry } from '../rename/rename-entry.ts';
import type { SchemaRename } from '../rename/schema-rename.ts';
import type { RestoreResult } from '../report/model.ts';
import { entryName } from '../selection/entry-name.ts';
import { expectedContents } from '../selection/expected-contents.ts';
import { canBePresent } from '../selection/restored-entries.ts';
import { finishDatabase } from './after-restore.ts';
import { fillByScratch } from './carry.ts';
import { databaseStatements } from './database-statements.ts';
import { fillDatabase } from './fill-database.ts';
import type { PreparedDatabase } from './prepare-databases.ts';
import { matchPublicSchema, publicDiffers } from './public-schema.ts';
import type { Runtime } from './runtime.ts';
import { prepareTarget, type Target } from './target.ts';

/** Names of what was left out that a report holds. */
const mostListed = 1_000;

export interface RestoredDatabase {
  readonly database: RestoreResult['databases'][number];
  readonly warnings: readonly string[];
  /** For the caller to say, when all is done, whether it may stay. */
  readonly target: Target;
}

/**
 * Restores one database. If that fails, a database that this step has made is dropped again: nothing is left half restored.
 * Where a role was made for a dump that is not trusted, the database is made for it, and all else is done as that role.
 */
export async function restoreDatabase(
  plan: PlannedRestore,
  prepared: PreparedDatabase,
  manifest: Manifest,
  outside: Session,
  runtime: Runtime,
): Promise<RestoredDatabase> {
  const { planned, dumped } = prepared;
  const { outer, role } = runtime.confined ?? { outer: runtime, role: undefined };
  const target = await prepareTarget(ownedBy(plan, role), planned, prepared, manifest, outside, outer);
  try {
    if (role !== undefined && !target.created) throw isNotItsOwn(planned.target);
    if (role !== undefined) await handOverPublic(plan, planned.target, role, outer);
    await using own = role === undefined ? undefined : await runtime.openSession(plan.connection);
    const control = own ?? outside;
    const carry = planned.rename?.carry;
    const isMade = target.created && !createsItself(dumped.options);
    if (isMade && publicDiffers(manifest.server.major, control.serverVersion.major))
      await adjustPublic(plan, planned.target, runtime);
    const filled =
      carry === undefined
        ? await fillDatabase(plan, prepared, runtime)
        : await fillByScratch(plan, prepared, carry, runtime);
    const { restored, present, schemasCreated, renames, warnings } = filled;
    const phases = [...filled.phases];
    // A database that is to be kept stays as it is; one that its text makes has all that belongs to it.
    const settings = carry === undefined && !createsItself(dumped.options) ? restored.kept : [];
    await applyDatabaseStatements(plan, planned, settings, target.created, renames, control);
    const named = restored.kept.map(entry => renameEntry(entry, renames));
    phases.push(...(await finishDatabase(plan, planned.target, named, runtime)));
    return {
      target,
      database: {
        source: planned.source,
        target: planned.target,
        created: target.created,
        tables: expectedContents(dumped, restored.kept, plan.sections).tables.length,
        phases,
        leftOut: { count: restored.leftOut.length, objects: restored.leftOut.slice(0, mostListed).map(entryName) },
        deferred: [...restored.deferred].map(entryName),
        present: present === undefined ? undefined : restored.present.filter(canBePresent).map(entryName),
        schemasCreated,
      },
      warnings,
    };
  } catch (error) {
    await target.failed(error);
    throw error;
  }
}

function isNotItsOwn(target: string): Error {
  return fault(
    'PGR174',
    `a dump from elsewhere is restored into a database that is made for it, and "${target}" is there already`,
    `choose another name under \`as\`, write \`overwrite: [${target}]\`, or say why it may be trusted under trust: REASON`,
  );
}

function ownedBy(plan: PlannedRestore, role: string | undefined): PlannedRestore {
  return role === undefined ? plan : { ...plan, options: { ...plan.options, owners: { kind: 'role', role } } };
}

/** From 15 on it belongs to whoever owns the database. */
async function handOverPublic(plan: PlannedRestore, target: string, role: string, outer: Runtime): Promise<void> {
  await using session = await outer.openSession(plan.connection, { database: target });
  if (session.serverVersion.major < 15) await session.query(`alter schema public owner to ${quoteIdentifier(role)}`);
}

async function adjustPublic(plan: PlannedRestore, target: string, runtime: Runtime): Promise<void> {
  await using session = await runtime.openSession(plan.connection, { database: target });
  await matchPublicSchema(session, plan.options.owners);
}

async function applyDatabaseStatements(
  plan: PlannedRestore,
  planned: PlannedRestoreDatabase,
  entries: readonly TocEntry[],
  created: boolean,
  renames: readonly SchemaRename[],
  control: Session,
): Promise<void> {
  const renamed = entries.map(entry => renameEntry(entry, renames));
  for (const statement of databaseStatements(renamed, { ...planned, created }, plan.options, plan.settings))
    await control.query(statement);
}
