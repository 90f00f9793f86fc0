import { quoteQualified } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { type BlockRange, stretchesOf } from './block-ranges.ts';
import type { RowStretch } from './chosen-rows.ts';
import type { ContentTable } from './tables.ts';

/** Why a table can only be read whole; undefined where the server can read it in ranges of blocks. */
export function whyWhole(
  table: ContentTable,
  { serverVersion: { major } }: Pick<Session, 'serverVersion'>,
): string | undefined {
  if (major < 14) return `a server of major ${major} can't read a range of blocks`;
  if (table.partitioned) return 'its rows may lie in any partition';
  if (table.predicate !== undefined) return 'the dump holds only some of its rows';
  return undefined;
}

/** Blocks of an ordinary table; undefined of any other relation, whose rows have no blocks or no order. */
export async function readBlocks(session: Session, { schema, name }: ContentTable): Promise<number | undefined> {
  const [row] = await session.query<{ readonly blocks: string }>(
    `select (pg_relation_size(c.oid) / current_setting('block_size')::int8)::text as blocks
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_am a on a.oid = c.relam
     where n.nspname = $1 and c.relname = $2 and c.relkind = 'r' and a.amname = 'heap'`,
    [schema, name],
  );
  return row === undefined ? undefined : Number(row.blocks);
}

/** A condition on `ctid`, for which the server reads these blocks and no others. */
export function inRange({ from, to }: BlockRange): string {
  const start = `ctid >= '(${from},0)'::tid`;
  return to === undefined ? start : `${start} and ctid < '(${to},0)'::tid`;
}

/** The ranges, and what lies between them, with the rows in each. */
export async function countStretches(
  session: Session,
  { schema, name }: ContentTable,
  ranges: readonly BlockRange[],
): Promise<readonly RowStretch[]> {
  const stretches = stretchesOf(ranges);
  const table = `only ${quoteQualified(schema, name)}`;
  const counts = stretches.map(
    (stretch, index) => `select ${index} as place, count(*)::text as rows from ${table} where ${inRange(stretch)}`,
  );
  const rows = await session.query<{ readonly place: number; readonly rows: string }>(counts.join(' union all '));
  const found = new Map(rows.map(row => [row.place, Number(row.rows)]));
  return stretches.map(({ compared }, index) => ({ compared, rows: found.get(index) ?? 0 }));
}
