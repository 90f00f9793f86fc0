import type { CountedTable } from '../dumpset/manifest.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import type { TableCount } from './count-rows.ts';
import { type RelationName, type RelationReading, relationKey } from './reading.ts';

/** The root through which the rows of a partition are loaded, by the partition's key. */
export type PartitionRoots = ReadonlyMap<string, RelationName>;

/**
 * Partitions whose rows go through their root: pg_dump chooses this where a hash depends on OIDs, as for enums, and then
 * rows may land in other partitions than before. Only their sum can be compared. The archive says so in the entry's
 * definition (pg_dump, `--load-via-partition-root`).
 */
export function partitionRoots(entries: readonly TocEntry[]): PartitionRoots {
  const roots = new Map<string, RelationName>();
  for (const { description, definition, namespace, tag } of entries) {
    if (description !== 'TABLE DATA' || namespace === undefined) continue;
    const root = /^-- load via partition root (.+)$/m.exec(definition ?? '')?.[1];
    if (root === undefined) continue;
    const [schema, name] = [...root.matchAll(/"((?:[^"]|"")+)"|([^".]+)/g)].map(([, quoted, plain]) =>
      quoted === undefined ? plain : quoted.replaceAll('""', '"'),
    );
    roots.set(relationKey({ schema: namespace, name: tag }), { schema: schema ?? namespace, name: name ?? root });
  }
  return roots;
}

/** Expected rows, those of partitions that share a root as one number of the root. */
export function expectedByRoot(tables: readonly CountedTable[], roots: PartitionRoots): readonly CountedTable[] {
  return merge(tables, roots, (sum, table) => ({
    ...sum,
    rows: sum.rows + table.rows,
    bytes: sum.bytes + table.bytes,
  }));
}

/** The same of what was counted. A partition that cannot be counted makes the sum uncountable. */
export function countedByRoot(counts: readonly TableCount[], roots: PartitionRoots): readonly TableCount[] {
  return merge(counts, roots, (sum, count) => ({ ...sum, rows: add(sum.rows, count.rows) }));
}

function add(left: RelationReading<number>, right: RelationReading<number>): RelationReading<number> {
  if (left.kind !== 'read') return left;
  return right.kind === 'read' ? { kind: 'read', value: left.value + right.value } : right;
}

function merge<Relation extends RelationName>(
  relations: readonly Relation[],
  roots: PartitionRoots,
  sum: (one: Relation, other: Relation) => Relation,
): readonly Relation[] {
  const merged = new Map<string, Relation>();
  for (const relation of relations) {
    const root = roots.get(relationKey(relation));
    const renamed = root === undefined ? relation : { ...relation, schema: root.schema, name: root.name };
    const key = relationKey(renamed);
    const before = merged.get(key);
    merged.set(key, before === undefined ? renamed : sum(before, renamed));
  }
  return [...merged.values()];
}
