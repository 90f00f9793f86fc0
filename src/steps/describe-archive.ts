import type { CountedTable, DumpedDatabase } from '../dumpset/manifest.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { rolesNeeded } from '../postgres/archive/roles.ts';
import { sequencePositions } from '../postgres/archive/sequences.ts';
import { tableDataEntries } from '../postgres/archive/table-data.ts';
import type { Session } from '../postgres/session.ts';
import { readCollations } from '../verify/collations.ts';
import { countLargeObjects, readExtensions } from '../verify/queries.ts';
import { countTables } from './count-tables.ts';

type Described = Pick<
  DumpedDatabase,
  'tocSha256' | 'tables' | 'sequences' | 'largeObjects' | 'extensions' | 'collations' | 'roles'
>;

/** What was known before the archive was there. */
export interface Beforehand {
  readonly counted: readonly CountedTable[];
  /** Whether large objects are left out on purpose: the archive looks the same where there are none. */
  readonly leavesOutLargeObjects: boolean;
  /** Whether rows are hashed as well. */
  readonly hashed: boolean;
}

/**
 * What the archive holds, with the rows of its tables as the snapshot has them. The archive says which tables those
 * are; what was not expected beforehand (configuration tables of extensions, tables made in the last moment) is
 * counted now, by the session that still holds the snapshot.
 */
export async function describeArchive(
  archive: Archive,
  holder: Session,
  { counted, leavesOutLargeObjects, hashed }: Beforehand,
): Promise<Described> {
  const { entries } = archive;
  const known = new Map(counted.map(table => [keyOf(table), table]));
  const archived = tableDataEntries(entries);
  const late = archived.filter(table => !known.has(keyOf(table))).map(table => ({ ...table, bytes: 0 }));
  for (const table of await countTables(holder, late, { hashed })) known.set(keyOf(table), table);
  const largeObjects = entries.some(entry => entry.description === 'BLOBS' || entry.description === 'BLOB METADATA');
  return {
    tocSha256: archive.tocSha256,
    tables: archived.flatMap(table => known.get(keyOf(table)) ?? []),
    sequences: sequencePositions(entries),
    largeObjects: largeObjects ? await countLargeObjects(holder) : leavesOutLargeObjects ? undefined : 0,
    extensions: await readExtensions(holder),
    collations: await readCollations(holder),
    roles: rolesNeeded(entries),
  };
}

function keyOf(table: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([table.schema, table.name]);
}
