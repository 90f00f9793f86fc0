import { join } from 'node:path';
import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';
import type { PlannedRename, PlannedRestore, PlannedRestoreDatabase } from '../plan/plan.ts';
import { readArchive } from '../postgres/archive/read.ts';
import { findOldNames } from '../rename/old-names.ts';
import { namesFor, refuseUnknownSchemas, type SchemaRename } from '../rename/schema-rename.ts';
import { prepareSchemas, renameSchemas, spellNames } from './rename-schemas.ts';
import type { Runtime } from './runtime.ts';
import { readDefinitions } from './scratch.ts';

export interface Renaming {
  readonly planned: PlannedRename;
  readonly renames: readonly SchemaRename[];
}

/** Before anything is made: throws for schemas that no database has (PGR180), and for names that are taken (PGR150). */
export async function refuseRenames(plan: PlannedRestore, manifest: Manifest): Promise<void> {
  const renamed = plan.databases.filter(({ rename }) => rename !== undefined);
  const archives = await Promise.all(
    renamed.map(async ({ source, rename }) => {
      const path = manifest.databases.find(({ name }) => name === source)?.path;
      if (path === undefined) return [];
      const { entries } = await readArchive(join(plan.folder, path));
      namesFor(entries, rename?.schemas ?? {});
      return entries;
    }),
  );
  const [first] = renamed;
  if (first !== undefined) refuseUnknownSchemas(archives, first.rename?.schemas ?? {});
}

/** Prepares a new, empty database for a restore whose schemas will be renamed. */
export async function beginRename(
  plan: PlannedRestore,
  { target, rename }: PlannedRestoreDatabase,
  dumped: DumpedDatabase,
  runtime: Runtime,
): Promise<Renaming | undefined> {
  if (rename === undefined) return undefined;
  const { entries } = await readArchive(join(plan.folder, dumped.path));
  const names = namesFor(entries, rename.schemas);
  await using session = await runtime.openSession(plan.connection, { database: target });
  const renames = await spellNames(session, names);
  await prepareSchemas(session, renames);
  return { planned: rename, renames };
}

/** Renames the schemas of a restored database. Returns what could not be rewritten, by the name of the object. */
export async function renameRestored(
  { planned, renames }: Renaming,
  connection: string,
  database: string,
  runtime: Runtime,
): Promise<readonly string[]> {
  await using session = await runtime.openSession(connection, { database });
  const notes = await renameSchemas(session, renames);
  const { entries } = await readDefinitions(runtime, connection, planned.definitions);
  const objects = findOldNames(entries, renames);
  return [...notes, ...objects.map(object => `${object} may still mean a schema by its old name: look at its text`)];
}
