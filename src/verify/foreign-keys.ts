import { quoteIdentifier, quoteQualified } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, unreadCheck } from './make-check.ts';
import { readInBatches } from './read-in-batches.ts';
import { attempt, type RelationName, relationKey, relationLabel } from './reading.ts';

interface ForeignKey {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly parentSchema: string;
  readonly parentTable: string;
  /** Kinds of the two tables, as `pg_class.relkind` has them. */
  readonly kind: string;
  readonly parentKind: string;
  /** True for MATCH FULL: a key is given whole or not at all. */
  readonly full: boolean;
  /** True for a key with a period (Postgres 18), which no equality says. */
  readonly period: boolean;
  /** JSON: pairs of columns with the operator between parent and child, as `OPERATOR(s.=)`. */
  readonly columns: string;
}

interface ColumnPair {
  readonly own: string;
  readonly parent: string;
  readonly operator: string;
}

/**
 * Rows that violate a foreign key of these tables or to them. The server has not looked at them when they were restored
 * with triggers disabled, and does not by itself afterwards.
 */
export async function checkForeignKeys(session: Session, tables: readonly RelationName[]): Promise<Check> {
  const name = 'foreign keys';
  const restored = new Set(tables.map(relationKey));
  const reading = await attempt(() => readForeignKeys(session));
  if (reading.kind === 'unreadable') return unreadCheck(name, 'counts', reading.reason);
  const keys = reading.value.filter(
    key =>
      restored.has(relationKey({ schema: key.schema, name: key.table })) ||
      restored.has(relationKey({ schema: key.parentSchema, name: key.parentTable })),
  );
  const findings: Finding[] = [];
  const unread = keys.filter(({ period }) => period).map(key => `${labelOf(key)} (it has a period)`);
  const plain = keys.filter(({ period }) => !period).map(key => [key]);
  await readInBatches<ForeignKey, { readonly rows: string }>([session], plain, {
    select: violations,
    onReading: (key, found) => {
      if (found.kind !== 'read')
        unread.push(`${labelOf(key)} (${found.kind === 'missing' ? 'it is gone' : found.reason})`);
      else if (found.value.rows !== '0') findings.push(violated(key, found.value.rows));
    },
  });
  return makeCheck({ name, level: 'counts', compared: keys.length, findings, unread });
}

async function readForeignKeys(session: Session): Promise<readonly ForeignKey[]> {
  const period = session.serverVersion.major >= 18 ? 'k.conperiod' : 'false';
  return session.query<ForeignKey & Record<string, unknown>>(`
    SELECT n.nspname::pg_catalog.text AS "schema", c.relname::pg_catalog.text AS "table", k.conname::pg_catalog.text AS "name",
      pn.nspname::pg_catalog.text AS "parentSchema", p.relname::pg_catalog.text AS "parentTable",
      c.relkind::pg_catalog.text AS "kind", p.relkind::pg_catalog.text AS "parentKind",
      k.confmatchtype = 'f' AS "full", ${period} AS "period",
      (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('own', a.attname, 'parent', pa.attname, 'operator',
                pg_catalog.format('OPERATOR(%I.%s)', os.nspname, o.oprname)) ORDER BY pair.place)::pg_catalog.text
       FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conpfeqop))
         WITH ORDINALITY AS pair (own, parent, operator, place)
       JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.own
       JOIN pg_catalog.pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = pair.parent
       JOIN pg_catalog.pg_operator o ON o.oid = pair.operator
       JOIN pg_catalog.pg_namespace os ON os.oid = o.oprnamespace) AS "columns"
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class p ON p.oid = k.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated
    ORDER BY 1, 2, 3`);
}

function violations(key: ForeignKey): string {
  const columns = JSON.parse(key.columns) as readonly ColumnPair[];
  const own = columns.map(column => `c.${quoteIdentifier(column.own)}`);
  const matches = columns.map(
    ({ parent, operator }, index) => `p.${quoteIdentifier(parent)} ${operator} ${own[index]}`,
  );
  const isGiven = own.map(column => `${column} IS NOT NULL`);
  const considered = `(${isGiven.join(key.full ? ' OR ' : ' AND ')})`;
  return `SELECT pg_catalog.count(*)::pg_catalog.text AS "rows" FROM ${only(key.kind)}${quoteQualified(key.schema, key.table)} c
    WHERE ${considered} AND NOT EXISTS (
      SELECT FROM ${only(key.parentKind)}${quoteQualified(key.parentSchema, key.parentTable)} p WHERE ${matches.join(' AND ')})`;
}

/** A key holds for the rows of its table alone, without those that inherit from it; but a partitioned one has none. */
function only(kind: string): string {
  return kind === 'p' ? '' : 'ONLY ';
}

function labelOf({ schema, table, name }: ForeignKey): string {
  return `${relationLabel({ schema, name: table })} ${name}`;
}

function violated(key: ForeignKey, rows: string): Finding {
  const object = `FK CONSTRAINT ${labelOf(key)}`;
  return { kind: 'changed', object, property: 'rows without a match', expected: '0', actual: rows };
}
