import type { DumpedDatabase } from '../dumpset/manifest.ts';
import { readLocale } from '../postgres/database-locale.ts';
import type { Session } from '../postgres/session.ts';
import type { DatabaseProperties } from './database-check.ts';
import { type RelationName, relationKey } from './reading.ts';

const notOfSystem =
  "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_(toast_)?temp_'";

/** Tables of extensions whose rows a dump holds, and the WHERE clause that chooses them (empty for all rows). */
export type ConfigurationTable = RelationName & { readonly condition: string };

/** `pg_extension.extconfig` with `extcondition`: pg_dump takes only those rows and does not say so in the archive. */
export async function configurationTables(session: Session): Promise<readonly ConfigurationTable[]> {
  return session.query<ConfigurationTable>(`
    SELECT n.nspname::pg_catalog.text AS "schema", c.relname::pg_catalog.text AS "name",
           COALESCE(e.extcondition[configured.place::pg_catalog.int4], '') AS "condition"
    FROM pg_catalog.pg_extension e
    CROSS JOIN LATERAL pg_catalog.unnest(e.extconfig) WITH ORDINALITY AS configured (oid, place)
    JOIN pg_catalog.pg_class c ON c.oid = configured.oid AND c.relkind IN ('r', 'p')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    ORDER BY 1, 2`);
}

/** Gives the tables of extensions their condition, all others stay as they are. */
export function withConditions<Table extends RelationName>(
  tables: readonly Table[],
  configuration: readonly ConfigurationTable[],
): readonly (Table & { readonly predicate: string | undefined })[] {
  const conditions = new Map(configuration.map(table => [relationKey(table), table.condition]));
  return tables.map(table => {
    const condition = conditions.get(relationKey(table));
    return { ...table, predicate: condition === undefined || condition.trim() === '' ? undefined : condition };
  });
}

/** All large objects, or how many of those with these OIDs there are. */
export async function countLargeObjects(session: Session, among?: readonly number[]): Promise<number> {
  const [row] = await session.query<{ readonly count: string }>(
    `SELECT pg_catalog.count(*)::pg_catalog.text AS "count" FROM pg_catalog.pg_largeobject_metadata
     WHERE $1::pg_catalog.oid[] IS NULL OR oid = ANY ($1)`,
    [among ?? null],
  );
  return Number(row?.count);
}

export async function readExtensions(session: Session): Promise<DumpedDatabase['extensions']> {
  return session.query<DumpedDatabase['extensions'][number]>(`
    SELECT e.extname::pg_catalog.text AS "name", e.extversion AS "version", n.nspname::pg_catalog.text AS "schema"
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    ORDER BY 1`);
}

export type CopiedExtension = Pick<DumpedDatabase['extensions'][number], 'name' | 'version'> & {
  /** What CREATE EXTENSION installs on this server; null where its files are gone. */
  readonly shipped: string | null;
};

export async function readCopiedExtensions(session: Session): Promise<readonly CopiedExtension[]> {
  return session.query<CopiedExtension>(`
    SELECT e.extname::pg_catalog.text AS "name", e.extversion AS "version", a.default_version AS "shipped"
    FROM pg_catalog.pg_extension e LEFT JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname
    ORDER BY 1`);
}

export interface IndexFacts {
  readonly count: number;
  readonly invalid: readonly RelationName[];
}

/**
 * Indexes that no query uses and no unique check relies on: left by a CREATE INDEX CONCURRENTLY that failed. The index of
 * a partitioned table is left out, as it is rightly invalid while a partition lacks its part, and the archive says which.
 */
export async function invalidIndexes(session: Session): Promise<IndexFacts> {
  const rows = await session.query<RelationName & { readonly valid: boolean }>(`
    SELECT n.nspname::pg_catalog.text AS "schema", c.relname::pg_catalog.text AS "name", i.indisvalid AS "valid"
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE ${notOfSystem}
    ORDER BY 1, 2`);
  return { count: rows.length, invalid: rows.filter(row => !row.valid).map(({ schema, name }) => ({ schema, name })) };
}

export async function unpopulatedMaterializedViews(session: Session): Promise<readonly RelationName[]> {
  return session.query<RelationName>(`
    SELECT n.nspname::pg_catalog.text AS "schema", c.relname::pg_catalog.text AS "name"
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'm' AND NOT c.relispopulated
    ORDER BY 1, 2`);
}

export type UnvalidatedConstraint = RelationName & { readonly table: string };

/** Constraints that were never checked against the rows that were there (NOT VALID). */
export async function unvalidatedConstraints(session: Session): Promise<readonly UnvalidatedConstraint[]> {
  return session.query<UnvalidatedConstraint>(`
    SELECT n.nspname::pg_catalog.text AS "schema", c.relname::pg_catalog.text AS "table", k.conname::pg_catalog.text AS "name"
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT k.convalidated AND ${notOfSystem}
    ORDER BY 1, 2, 3`);
}

/**
 * Tables with rows, and how many of these have statistics. A role sees the statistics of what it may read. OFFSET 0 has the
 * size of each looked up once: joined otherwise, it was looked up once for each schema (2,000 tables in 10: 133 ms and 18 ms).
 */
export async function countAnalyzed(session: Session): Promise<{ readonly seen: number; readonly filled: number }> {
  const [row] = await session.query<{ readonly seen: string; readonly filled: string }>(`
    SELECT pg_catalog.count(*)::pg_catalog.text AS "filled",
           pg_catalog.count(*) FILTER (
             WHERE EXISTS (SELECT FROM pg_catalog.pg_stats s WHERE s.schemaname = t.schema AND s.tablename = t.name)
           )::pg_catalog.text AS "seen"
    FROM (
      SELECT c.oid, n.nspname AS schema, c.relname AS name
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND ${notOfSystem}
      OFFSET 0
    ) AS t
    WHERE pg_catalog.pg_relation_size(t.oid) > 0`);
  return { seen: Number(row?.seen ?? 0), filled: Number(row?.filled ?? 0) };
}

/** The session's database as a whole. */
export async function readDatabaseProperties(session: Session): Promise<DatabaseProperties> {
  const [row] = await session.query<{ readonly limit: number }>(
    'SELECT datconnlimit AS "limit" FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()',
  );
  return { ...(await readLocale(session)), connectionLimit: Number(row?.limit ?? -1) };
}
