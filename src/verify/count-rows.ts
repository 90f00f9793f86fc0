import { quoteQualified } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { readInBatches } from './read-in-batches.ts';
import { type RelationName, type RelationReading, relationKey } from './reading.ts';

export interface TableToCount extends RelationName {
  /** A whole WHERE clause, as `pg_extension.extcondition` holds it: trusted as far as pg_dump trusts it. */
  readonly predicate?: string | undefined;
  /** Size, where it is known: big tables are counted first, each in a statement of its own. */
  readonly bytes?: number | undefined;
}

/** Exact number of rows of the table itself, without those of its children and partitions. */
export interface TableCount extends RelationName {
  readonly rows: RelationReading<number>;
}

const tablesPerStatement = 50;
const bytesToCountAlone = 8 * 1024 * 1024;

/**
 * Counts the rows of every table, side by side over the sessions. A partitioned table has none of its own, so its count
 * is 0. The counts come in the order of `tables`; what cannot be counted says why. Throws when a connection is lost.
 */
export async function countRows(
  sessions: readonly Session[],
  tables: readonly TableToCount[],
  onTable: (count: TableCount) => void = () => {},
): Promise<readonly TableCount[]> {
  const counts = new Map<string, TableCount>();
  await readInBatches<TableToCount, { readonly rows: string }>(sessions, intoBatches(tables), {
    select: selectCount,
    onReading: ({ schema, name }, reading) => {
      const rows = reading.kind === 'read' ? ({ kind: 'read', value: Number(reading.value.rows) } as const) : reading;
      const count = { schema, name, rows };
      counts.set(relationKey(count), count);
      onTable(count);
    },
  });
  return tables.map(
    table =>
      counts.get(relationKey(table)) ?? {
        schema: table.schema,
        name: table.name,
        rows: { kind: 'unreadable', reason: 'the table was not counted' },
      },
  );
}

/** Big tables first and alone, so that the last statement to end is a short one. */
function intoBatches(tables: readonly TableToCount[]): readonly (readonly TableToCount[])[] {
  const bytes = (table: TableToCount) => table.bytes ?? 0;
  const sorted = tables.toSorted((one, other) => bytes(other) - bytes(one));
  const big = sorted.filter(table => bytes(table) >= bytesToCountAlone);
  const small = sorted.slice(big.length);
  return [...big.map(table => [table]), ...chunk(small, tablesPerStatement)];
}

export function chunk<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function selectCount({ schema, name, predicate }: TableToCount): string {
  const table = `ONLY ${quoteQualified(schema, name)}`;
  // On lines of its own, as a predicate may end in a comment.
  const from = predicate === undefined ? table : `(SELECT FROM ${table}\n${predicate}\n) AS "chosen"`;
  return `SELECT pg_catalog.count(*)::pg_catalog.text AS "rows" FROM ${from}`;
}
