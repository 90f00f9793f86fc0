import type { Session } from '../../postgres/session.ts';
import { type RelationName, relationKey } from '../reading.ts';

/**
 * How a column holds names of objects (`regclass` and its kin), which the server prints as they are at that moment.
 * `name`: with their schemas; `schema`: names of schemas; `list`: arrays of either; `nested`: inside of another type.
 */
export interface NameColumn {
  readonly name: string;
  readonly shape: 'name' | 'schema' | 'list of names' | 'list of schemas' | 'nested';
}

/** Columns of the session's database that hold names which change with those of schemas, by the tables' keys. */
export async function readNameColumns(session: Session): Promise<ReadonlyMap<string, readonly NameColumn[]>> {
  const rows = await session.query<RelationName & { readonly column: string; readonly shape: NameColumn['shape'] }>(
    `with recursive held as (
       select a.attrelid, a.attnum, a.atttypid as type, false as list, false as nested
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
         and a.attnum > 0 and not a.attisdropped
       union
       select held.attrelid, held.attnum, inner_type.type, held.list or inner_type.list, held.nested or inner_type.nested or (held.list and inner_type.list)
       from held join pg_type t on t.oid = held.type
       join lateral (
         select t.typbasetype as type, false as list, false as nested where t.typtype = 'd'
         union all select t.typelem, true, false where t.typcategory = 'A' and t.typelem <> 0
         union all select part.atttypid, false, true from pg_attribute part
           where t.typtype = 'c' and part.attrelid = t.typrelid and part.attnum > 0 and not part.attisdropped
       ) as inner_type on true)
     select n.nspname::text as schema, c.relname::text as name, a.attname::text as "column",
       case when bool_or(held.nested) then 'nested'
            when bool_or(t.typname = 'regnamespace') then case when bool_or(held.list) then 'list of schemas' else 'schema' end
            when bool_or(held.list) then 'list of names' else 'name' end as shape
     from held join pg_type t on t.oid = held.type and t.typnamespace = 'pg_catalog'::regnamespace
       and t.typname in ('regclass', 'regproc', 'regprocedure', 'regoper', 'regoperator', 'regtype', 'regconfig', 'regdictionary',
                         'regcollation', 'regnamespace')
     join pg_class c on c.oid = held.attrelid join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = held.attrelid and a.attnum = held.attnum
     group by 1, 2, 3`,
  );
  const tables = new Map<string, NameColumn[]>();
  for (const { column, shape, ...table } of rows) {
    const key = relationKey(table);
    tables.set(key, [...(tables.get(key) ?? []), { name: column, shape }]);
  }
  return tables;
}
