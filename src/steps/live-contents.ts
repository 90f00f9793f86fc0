import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { rowBytes } from '../postgres/table-sizes.ts';
import { type ExpectedObject, largeObjectsOf } from '../verify/content/compare-large-objects.ts';
import { copyStatement } from '../verify/content/copy-statement.ts';
import { hashLargeObjects, objectsAtOnce } from '../verify/content/large-object-hashes.ts';
import type { ContentTable } from '../verify/content/tables.ts';
import { configurationTables, withConditions } from '../verify/queries.ts';
import type { RelationName } from '../verify/reading.ts';

/** A table of a live database, with the columns that a dump would hold. */
export interface LiveTable extends ContentTable {
  /** With its TOAST table. */
  readonly bytes: number;
}

/**
 * Every table whose rows a dump would hold, whether it may be read or not: of an extension's own the configuration tables
 * alone, and of these only the rows that are not the extension's.
 */
export async function liveTables(session: Session): Promise<readonly LiveTable[]> {
  const rows = await session.query<RelationName & { readonly bytes: string; readonly columns: string }>(
    `select n.nspname::text as schema, c.relname::text as name, (${rowBytes})::text as bytes,
       (select coalesce(json_agg(a.attname order by a.attnum), '[]')::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and (not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
         or exists (select from pg_extension e where c.oid = any (e.extconfig)))
     order by 1, 2`,
  );
  return withConditions(rows, await configurationTables(session)).map(({ schema, name, bytes, columns, predicate }) => {
    const names = (JSON.parse(columns) as readonly string[]).map(quoteIdentifier);
    const list = names.length === 0 ? '' : `(${names.join(', ')})`;
    return { schema, name, bytes: Number(bytes), members: [], columns: list, predicate, partitioned: false };
  });
}

/** Rows of a live database, each table by a session that no other table uses meanwhile. */
export function liveRows(sessions: readonly Session[], encoding: string) {
  const free = [...sessions];
  const waiting: ((session: Session) => void)[] = [];
  const acquire = async (): Promise<Session> =>
    free.pop() ?? (await new Promise<Session>(resolve => waiting.push(resolve)));
  const release = (session: Session): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(session);
    else next(session);
  };
  return async function* rows(table: ContentTable): AsyncGenerator<Buffer> {
    const session = await acquire();
    try {
      yield* session.copyOut(copyStatement({ ...table, columns: table.columns ?? '', encoding }));
    } finally {
      release(session);
    }
  };
}

/** Every large object of a live database, hashed there. */
export async function* liveLargeObjects(session: Session): AsyncGenerator<ExpectedObject> {
  const ids = await largeObjectsOf(session);
  for (let at = 0; at < ids.length; at += objectsAtOnce)
    for (const [id, hash] of await hashLargeObjects(session, ids.slice(at, at + objectsAtOnce))) yield { id, hash };
}
