import { fault } from '../errors.ts';
import type { PlannedRename } from '../plan/plan.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import type { Session } from '../postgres/session.ts';
import { findOldNames } from '../rename/old-names.ts';
import { namesFor, refuseUnknownSchemas, type SchemaRename } from '../rename/schema-rename.ts';
import type { PreparedDatabase } from './prepare-databases.ts';
import { prepareSchemas, renameSchemas, spellNames } from './rename-schemas.ts';
import type { Runtime } from './runtime.ts';
import { readDefinitions } from './scratch.ts';

/**
 * Before anything is made: throws for schemas that no database has (PGR180), and for new names that are taken in the dump
 * (PGR150) or in a database that is to be kept (PGR160).
 */
export async function refuseRenames(
  prepared: readonly PreparedDatabase[],
  connection: string,
  control: Session,
  runtime: Runtime,
): Promise<void> {
  for (const { planned, selected } of prepared) {
    if (planned.rename === undefined) continue;
    const names = namesFor(selected.kept, planned.rename.schemas);
    if (planned.rename.carry === undefined) continue;
    await refuseTaken(connection, planned.target, Object.values(names), control, runtime);
  }
  const schemas = prepared[0]?.planned.rename?.schemas;
  if (schemas === undefined) return;
  refuseUnknownSchemas(
    prepared.map(({ selected }) => selected.kept),
    schemas,
  );
}

async function refuseTaken(
  connection: string,
  database: string,
  names: readonly string[],
  control: Session,
  runtime: Runtime,
): Promise<void> {
  const there = await control.query('select from pg_database where datname = $1', [database]);
  if (there.length === 0) return;
  await using session = await runtime.openSession(connection, { database });
  const schemas = await session.query<{ name: string }>('select nspname::text as name from pg_namespace');
  const taken = schemas.find(({ name }) => names.includes(name));
  if (taken === undefined) return;
  throw fault(
    'PGR160',
    `the database "${database}" has a schema "${taken.name}" already`,
    'choose another new name under `rename`, or drop that schema first',
  );
}

/** Prepares a new, empty database for a restore of these entries, whose schemas will be renamed. */
export async function beginRename(
  { schemas }: PlannedRename,
  entries: readonly TocEntry[],
  connection: string,
  database: string,
  runtime: Runtime,
): Promise<readonly SchemaRename[]> {
  await using session = await runtime.openSession(connection, { database });
  const renames = await spellNames(session, namesFor(entries, schemas));
  await prepareSchemas(session, renames);
  return renames;
}

/** Renames the schemas of a restored database. Returns the new names, and what could not be rewritten, by the name of the object. */
export async function renameRestored(
  { definitions }: PlannedRename,
  renames: readonly SchemaRename[],
  connection: string,
  database: string,
  runtime: Runtime,
): Promise<readonly string[]> {
  await using session = await runtime.openSession(connection, { database });
  const notes = await renameSchemas(session, renames);
  const { entries } = await readDefinitions(runtime, connection, definitions);
  const objects = findOldNames(entries, renames);
  return [
    ...renames.map(({ from, to }) => `the schema "${from}" is "${to}" in the copy`),
    ...notes,
    ...objects.map(object => `${object} may still mean a schema by its old name: look at its text`),
  ];
}
