import { quoteQualified } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { readInBatches } from '../read-in-batches.ts';
import { type RelationName, type RelationReading, relationKey } from '../reading.ts';
import { chooseHashMethod, type HashMethod, rowHash } from './hash-expression.ts';
import type { HashedColumn } from './hashed-column.ts';

export interface TableToHash extends RelationName {
  /** A whole WHERE clause, as `pg_extension.extcondition` holds it. */
  readonly predicate?: string | undefined;
  readonly bytes?: number | undefined;
  /** That of the hash it is to be compared with; without one, the best that server and table allow. */
  readonly method?: HashMethod | undefined;
}

/** Rows of a table and the sum of their hashes: equal for the same rows in any order. */
export interface TableHash {
  readonly rows: number;
  /** Decimal; sums of more than 2⁶³ are normal. */
  readonly sum: string;
  readonly method: HashMethod;
}

const tablesPerStatement = 50;
const bytesToHashAlone = 8 * 1024 * 1024;
const bytesOfPart = 64 * 1024 * 1024;

/**
 * Hashes the rows of every table itself, without its children and partitions, side by side over the sessions. Tables of
 * more than 64 MB are split by blocks where the server can read a range of them (since 14), so that one big table does
 * not hold up the rest. Throws when a connection is lost.
 */
export async function hashTables(
  sessions: readonly [Session, ...Session[]],
  tables: readonly TableToHash[],
  onTable: (table: RelationName) => void = () => {},
): Promise<ReadonlyMap<string, RelationReading<TableHash>>> {
  const [session] = sessions;
  const columns = await readColumns(session);
  const { major } = session.serverVersion;
  const parts = tables.flatMap(table => partsOf(table, major >= 14));
  const methodOf = ({ method, ...table }: TableToHash) =>
    method ?? chooseHashMethod(major, columns.get(relationKey(table)) ?? []);
  const hashes = new Map<string, RelationReading<TableHash>>();
  await readInBatches<Part, { readonly rows: string; readonly sum: string }>(sessions, intoBatches(parts), {
    select: part => select(part, columns.get(relationKey(part.table)) ?? [], methodOf(part.table)),
    onReading: ({ table }, reading) => {
      const key = relationKey(table);
      hashes.set(key, add(hashes.get(key), reading, methodOf(table)));
      onTable(table);
    },
  });
  return hashes;
}

interface Part {
  readonly table: TableToHash;
  /** Condition on the place of rows. */
  readonly range: string | undefined;
}

const blockBytes = 8192;

function partsOf(table: TableToHash, canSplit: boolean): readonly Part[] {
  const count = Math.ceil((table.bytes ?? 0) / bytesOfPart);
  if (!canSplit || count < 2) return [{ table, range: undefined }];
  const blocks = Math.floor(bytesOfPart / blockBytes);
  return Array.from({ length: count }, (_, index) => {
    const from = `"src".ctid >= '(${index * blocks},0)'::pg_catalog.tid`;
    const to = `"src".ctid < '(${(index + 1) * blocks},0)'::pg_catalog.tid`;
    // The last part has no end: the size was that of another moment.
    return { table, range: index === count - 1 ? from : `${from} AND ${to}` };
  });
}

function intoBatches(parts: readonly Part[]): readonly (readonly Part[])[] {
  const bytes = (part: Part) => part.table.bytes ?? 0;
  const sorted = parts.toSorted((one, other) => bytes(other) - bytes(one));
  const big = sorted.filter(part => bytes(part) >= bytesToHashAlone);
  const small = sorted.slice(big.length);
  const batches = Array.from({ length: Math.ceil(small.length / tablesPerStatement) }, (_, index) =>
    small.slice(index * tablesPerStatement, (index + 1) * tablesPerStatement),
  );
  return [...big.map(part => [part]), ...batches];
}

function select({ table, range }: Part, columns: readonly HashedColumn[], method: HashMethod): string {
  const relation = `ONLY ${quoteQualified(table.schema, table.name)}`;
  // On lines of its own, as a predicate may end in a comment.
  const from = table.predicate === undefined ? relation : `(SELECT * FROM ${relation}\n${table.predicate}\n)`;
  return `SELECT pg_catalog.count(*)::pg_catalog.text AS "rows",
    COALESCE(pg_catalog.sum(${rowHash(columns, method)}), 0)::pg_catalog.text AS "sum"
    FROM ${from} AS "src"${range === undefined ? '' : ` WHERE ${range}`}`;
}

function add(
  before: RelationReading<TableHash> | undefined,
  reading: RelationReading<{ readonly rows: string; readonly sum: string }>,
  method: HashMethod,
): RelationReading<TableHash> {
  if (before !== undefined && before.kind !== 'read') return before;
  if (reading.kind !== 'read') return reading;
  const { rows, sum } = before?.value ?? { rows: 0, sum: '0' };
  const value = {
    rows: rows + Number(reading.value.rows),
    sum: String(BigInt(sum) + BigInt(reading.value.sum)),
    method,
  };
  return { kind: 'read', value };
}

/** Columns of every table in the order of their names, as the physical order may differ; without generated ones, as in a dump. */
async function readColumns(session: Session): Promise<ReadonlyMap<string, readonly HashedColumn[]>> {
  const rows = await session.query<RelationName & { readonly columns: string }>(
    `select n.nspname::text as schema, c.relname::text as name,
       json_agg(json_build_object('name', a.attname, 'type', case when base.typnamespace = 'pg_catalog'::regnamespace and not exists (
           select from pg_cast where castsource = base.oid and casttarget = 'text'::regtype and castmethod = 'f' and oid >= 16384
         ) then base.typname end)
         order by a.attname collate "C")::text as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       join lateral (
         with recursive chain as (
           select t.oid, t.typname, t.typnamespace, t.typtype, t.typbasetype from pg_type t where t.oid = a.atttypid
           union all
           select t.oid, t.typname, t.typnamespace, t.typtype, t.typbasetype from pg_type t join chain on chain.typtype = 'd' and t.oid = chain.typbasetype)
         select oid, typname::text, typnamespace from chain where typtype <> 'd'
       ) as base on true
     where c.relkind in ('r', 'p', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     group by 1, 2`,
  );
  return new Map(
    rows.map(row => [
      relationKey(row),
      (JSON.parse(row.columns) as { name: string; type: string | null }[]).map(({ name, type }) => ({
        name,
        type: type ?? undefined,
      })),
    ]),
  );
}
