import type { TocEntry } from '../../postgres/archive/model.ts';
import type { Session } from '../../postgres/session.ts';
import { type PartitionRoots, partitionRoots } from '../partition-roots.ts';
import { configurationTables } from '../queries.ts';
import { type RelationName, relationKey } from '../reading.ts';
import { columnList } from './copy-statement.ts';

/** A table whose rows are to be compared: where they are in the archive, and how to ask the copy for the same. */
export interface ContentTable extends RelationName {
  /** Entries that hold its rows: several for partitions whose rows may lie in other ones than before. */
  readonly members: readonly TocEntry[];
  /** As the archive writes it, with parentheses. Undefined for a dump of INSERT statements. */
  readonly columns: string | undefined;
  readonly predicate: string | undefined;
  readonly partitioned: boolean;
}

/** The tables of an archive, those of partitions that share a root as one. */
export function contentTables(
  entries: readonly TocEntry[],
  conditions: ReadonlyMap<string, string>,
): readonly ContentTable[] {
  const roots = partitionRoots(entries);
  const tables = new Map<string, ContentTable>();
  for (const entry of entries) {
    if (entry.description !== 'TABLE DATA' || entry.namespace === undefined) continue;
    const table = contentTable(entry, entry.namespace, conditions, roots);
    const key = relationKey(table);
    const before = tables.get(key);
    tables.set(key, before === undefined ? table : { ...before, members: [...before.members, entry] });
  }
  return [...tables.values()];
}

function contentTable(
  entry: TocEntry,
  schema: string,
  conditions: ReadonlyMap<string, string>,
  roots: PartitionRoots,
): ContentTable {
  const own = { schema, name: entry.tag };
  const root = roots.get(relationKey(own));
  const predicate = conditions.get(relationKey(own));
  return {
    ...(root ?? own),
    members: [entry],
    columns: entry.copyStatement === undefined ? undefined : columnList(entry.copyStatement),
    predicate: predicate?.trim() === '' ? undefined : predicate,
    partitioned: root !== undefined,
  };
}

/** Conditions of extensions' configuration tables, by the tables' keys. */
export async function readConditions(session: Session): Promise<ReadonlyMap<string, string>> {
  const tables = await configurationTables(session);
  return new Map(tables.map(table => [relationKey(table), table.condition]));
}

/** Names of the primary key's columns in its own order, else those of a unique index over columns that are never null. */
export async function readKey(session: Session, { schema, name }: RelationName): Promise<readonly string[]> {
  const [row] = await session.query<{ readonly columns: string }>(
    `select (select json_agg(a.attname::text order by k.place) from unnest(i.indkey[0:i.indnkeyatts - 1]) with ordinality as k (number, place)
              join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number)::text as columns
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2 and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
       and not exists (select from unnest(i.indkey[0:i.indnkeyatts - 1]) as k (number)
                       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number where not a.attnotnull)
     order by i.indisprimary desc, i.indnkeyatts, i.indexrelid limit 1`,
    [schema, name],
  );
  return row === undefined ? [] : (JSON.parse(row.columns) as readonly string[]);
}
