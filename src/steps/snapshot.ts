import type { DumpOptions } from '../postgres/arguments.ts';
import { effectsOf } from '../postgres/options/flags.ts';
import { pgDump } from '../postgres/options/pg-dump.ts';
import { parsePattern } from '../postgres/pattern.ts';
import { quoteLiteral, quoteQualified } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { rowBytes } from '../postgres/table-sizes.ts';
import { withLockHolders } from './lock-holders.ts';

/** A snapshot that pg_dump can import for as long as its holder's transaction is open. */
export interface HeldSnapshot {
  readonly id: string;
  readonly walPosition: string;
  /** Server time, ISO 8601. */
  readonly takenAt: string;
}

export interface SourceTable {
  readonly schema: string;
  readonly name: string;
  /** With its TOAST table. */
  readonly bytes: number;
  readonly partitioned: boolean;
}

/**
 * Locks the tables, then takes the snapshot. In this order no TRUNCATE or ALTER can come between a table's state in the
 * snapshot and its counting or dumping: such commands are not seen through a snapshot but by their lock. One session
 * locks and counts, as a second one would queue up behind a TRUNCATE that waits for the first. Tables that were made
 * in the last moment are locked without waiting (PGR206).
 */
export async function holdSnapshot(
  session: Session,
  dumps: readonly DumpOptions[],
  lockSeconds: number,
): Promise<HeldSnapshot> {
  // Only their names: a size would wait, one table after another, for whoever has locked them.
  const before = await namesOfTables(session, dumps);
  const isolation = dumps.some(dump => dump.serializableDeferrable)
    ? 'serializable read only deferrable'
    : 'repeatable read read only';
  await session.query(`begin isolation level ${isolation}`);
  await session.query(`set local lock_timeout = '${lockSeconds}s'`);
  await lockTables(session, [...before.values()], '');
  const snapshot = await exportSnapshot(session);
  const after = await namesOfTables(session, dumps);
  const late = [...after].flatMap(([key, table]) => (before.has(key) ? [] : [table]));
  await lockTables(session, late, 'nowait');
  return snapshot;
}

/** Has the session see the rows that the dump takes: all of them or none, unless the dump asks for those that policies show. */
export async function seeRowsLike(session: Session, { flags }: DumpOptions): Promise<void> {
  const hides = effectsOf(pgDump, flags).some(effect => effect.kind === 'hides-rows');
  await session.query(`set local row_security = ${hides ? 'on' : 'off'}`);
}

async function namesOfTables(
  session: Session,
  dumps: readonly DumpOptions[],
): Promise<ReadonlyMap<string, SourceTable>> {
  const tables = new Map<string, SourceTable>();
  for (const options of dumps)
    for (const table of await readTables(session, options, '0')) tables.set(keyOf(table), table);
  return tables;
}

async function lockTables(session: Session, tables: readonly SourceTable[], wait: '' | 'nowait'): Promise<void> {
  for (let at = 0; at < tables.length; at += 200) {
    const some = tables.slice(at, at + 200);
    const names = some.map(({ schema, name }) => `only ${quoteQualified(schema, name)}`);
    try {
      await session.query(`lock table ${names.join(', ')} in access share mode ${wait}`);
    } catch (error) {
      throw await withLockHolders(error, session, some);
    }
  }
}

async function exportSnapshot(session: Session): Promise<HeldSnapshot> {
  const [row] = await session.query<{ id: string; position: string; time: string }>(
    `select pg_export_snapshot() as id,
       (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)::text as position,
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time`,
  );
  return { id: row?.id ?? '', walPosition: row?.position ?? '', takenAt: row?.time ?? '' };
}

function keyOf({ schema, name }: SourceTable): string {
  return JSON.stringify([schema, name]);
}

/**
 * The tables whose data pg_dump will take under these options, biggest first, as far as can be told beforehand. The
 * archive's table of contents has the last word. Of a standby it takes no unlogged tables: their rows are not there.
 */
export async function readTables(
  session: Session,
  options: DumpOptions,
  size: '0' | typeof rowBytes = rowBytes,
): Promise<readonly SourceTable[]> {
  const rows = await session.query<{ schema: string; name: string; bytes: string; kind: string }>(
    // The order is by the column, as the size would be computed twice otherwise.
    `select n.nspname::text as schema, c.relname::text as name, (${size})::int8 as bytes, c.relkind::text as kind
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and c.relpersistence <> 't' and not (c.relpersistence = 'u' and pg_is_in_recovery()) and has_table_privilege(c.oid, 'select')
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
       and ${isChosen(options)}
     order by bytes desc, 1, 2`,
  );
  return rows.map(row => ({
    schema: row.schema,
    name: row.name,
    bytes: Number(row.bytes),
    partitioned: row.kind === 'p',
  }));
}

/** Whether the filters let the data of a relation through: a condition on `pg_class c` and its `pg_namespace n`. */
export function isChosen(options: Pick<DumpOptions, 'include' | 'exclude' | 'flags'>): string {
  const { include, exclude } = withFamilies(options);
  // Where tables are named, pg_dump does not look at schemas at all (manual, -t).
  const outOfSchema = include.table.length > 0 ? [] : exclude.schema;
  return `(${anyOf(include.table, tablePattern) ?? anyOf(include.schema, schemaPattern) ?? 'true'})
    and not (${anyOf(outOfSchema, schemaPattern) ?? 'false'})
    and not (${anyOf([...exclude.table, ...exclude['table-data']], tablePattern) ?? 'false'})`;
}

/** Tables that are named together with their children: these themselves are found in the archive. */
function withFamilies({
  include,
  exclude,
  flags,
}: Pick<DumpOptions, 'include' | 'exclude' | 'flags'>): Pick<DumpOptions, 'include' | 'exclude'> {
  const patterns = (name: string) =>
    flags.flatMap(flag => (flag.startsWith(`--${name}=`) ? [flag.slice(name.length + 3)] : []));
  return {
    include: { ...include, table: [...include.table, ...patterns('table-and-children')] },
    exclude: { ...exclude, table: [...exclude.table, ...patterns('exclude-table-and-children')] },
  };
}

function anyOf(patterns: readonly string[], condition: (pattern: string) => string): string | undefined {
  return patterns.length === 0 ? undefined : patterns.map(condition).join(' or ');
}

function schemaPattern(pattern: string): string {
  return `n.nspname ~ ${quoteLiteral(parsePattern(pattern).name)}`;
}

function tablePattern(pattern: string): string {
  const { schema, name } = parsePattern(pattern);
  const table = `c.relname ~ ${quoteLiteral(name)}`;
  // pg_dump would look at the search_path here. A table too many is counted for nothing; one too few is counted later.
  return schema === undefined ? table : `(n.nspname ~ ${quoteLiteral(schema)} and ${table})`;
}

/**
 * Names under `exclude` that match nothing. pg_dump takes them in silence, and what was to stay out is dumped: a misspelt
 * name must not publish a table. A pattern with wildcards may be meant for what is not there yet.
 */
export async function idleExcludes(session: Session, options: DumpOptions): Promise<readonly string[]> {
  const { exclude } = withFamilies(options);
  const idle: string[] = [];
  const look = async (pattern: string, from: string): Promise<void> => {
    const [row] = await session.query<{ found: boolean }>(`select exists (select from ${from}) as found`);
    if (row?.found !== true) idle.push(pattern);
  };
  const relations =
    "pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r','p','v','m','S','f')";
  const named = (patterns: readonly string[]) => patterns.filter(pattern => !/[*?]/.test(pattern));
  for (const pattern of named(exclude.schema)) await look(pattern, `pg_namespace n where ${schemaPattern(pattern)}`);
  for (const pattern of named([...exclude.table, ...exclude['table-data']])) {
    await look(pattern, `${relations} and ${tablePattern(pattern)}`);
  }
  return idle;
}
