import type { CountedTable, DumpedDatabase } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import { largeObjectIds } from '../postgres/archive/large-objects.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { rolesNeeded } from '../postgres/archive/roles.ts';
import { sequencePositions } from '../postgres/archive/sequences.ts';
import { tableDataEntries } from '../postgres/archive/table-data.ts';
import type { Session } from '../postgres/session.ts';
import { readCollations } from '../verify/collations.ts';
import { hashLargeObjects, largeObjectMethod } from '../verify/content/large-object-hashes.ts';
import { countLargeObjects, readExtensions } from '../verify/queries.ts';
import { countTables } from './count-tables.ts';

type Described = Pick<
  DumpedDatabase,
  'tocSha256' | 'tables' | 'sequences' | 'largeObjects' | 'largeObjectHashes' | 'extensions' | 'collations' | 'roles'
>;

/** What was known before the archive was there. */
export interface Beforehand {
  readonly counted: readonly CountedTable[];
  /** Whether large objects are left out on purpose: the archive looks the same where there are none. */
  readonly leavesOutLargeObjects: boolean;
  /** Whether rows and large objects are hashed as well. */
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
    largeObjectHashes: hashed && largeObjects ? await hashesOf(holder, largeObjectIds(entries)) : undefined,
    extensions: await readExtensions(holder),
    collations: await readCollations(holder),
    roles: rolesNeeded(entries),
  };
}

async function hashesOf(holder: Session, ids: readonly number[]): Promise<DumpedDatabase['largeObjectHashes']> {
  const hashes = await hashLargeObjects(holder, ids);
  const [missing] = ids.filter(id => !hashes.has(id));
  if (missing !== undefined)
    throw fault('PGR302', `the large object ${missing} is in the dump and not in its snapshot`, 'make the dump again');
  return { method: largeObjectMethod, hashes: Object.fromEntries(hashes) };
}

function keyOf(table: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([table.schema, table.name]);
}
