import pg from 'pg';
import type { Row } from '../../support/databases.ts';

type Query = (sql: string) => Promise<readonly Row[]>;

/** Numbers of relations by kind, constraints, triggers, functions and extensions, as recipes for a check of a copy count them. */
const catalogs = `
  SELECT 'relations ' || relkind::text AS what, count(*)::text AS number FROM pg_class c
    WHERE relnamespace IN (own) GROUP BY relkind
  UNION ALL SELECT 'constraints', count(*)::text FROM pg_constraint WHERE connamespace IN (own)
  UNION ALL SELECT 'triggers', count(*)::text FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace IN (own)
  UNION ALL SELECT 'functions', count(*)::text FROM pg_proc WHERE pronamespace IN (own)
  UNION ALL SELECT 'extensions', count(*)::text FROM pg_extension
  ORDER BY 1`.replaceAll(
  /\bown\b/g,
  "SELECT oid FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'",
);

/** What people count, with the rows of every table, as one text: two databases differ in it or they do not. */
export async function plainCounts(query: Query): Promise<string> {
  const numbers = await query(catalogs);
  const tables = await query(
    `SELECT schemaname::text AS schema, tablename::text AS name FROM pg_tables
     WHERE schemaname <> 'information_schema' AND schemaname !~ '^pg_' ORDER BY 1, 2`,
  );
  const counts = tables.map(({ schema, name }) => {
    const table = [schema, name].map(part => pg.escapeIdentifier(String(part))).join('.');
    return `SELECT ${pg.escapeLiteral(table)} AS what, count(*)::text AS number FROM ${table}`;
  });
  const rows = counts.length === 0 ? [] : await query(counts.join(' UNION ALL '));
  return [...numbers, ...rows].map(({ what, number }) => `${String(what)} ${String(number)}`).join('\n');
}
