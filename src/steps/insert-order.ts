import { fault } from '../errors.ts';
import { contentArguments, type DumpOptions } from '../postgres/arguments.ts';
import type { Session } from '../postgres/session.ts';

/**
 * INSERT statements without names of columns go by their order. A child whose inherited columns stand in another order
 * than its parents' gets that of its parents when it is made anew, and then each value the column of another one.
 *
 * @throws PGR183 where a table is such a child.
 */
export async function refuseOtherOrder(session: Session, options: DumpOptions): Promise<void> {
  const given = contentArguments(options);
  const named = given.includes('--column-inserts');
  if (named || !given.some(argument => /^--(?:inserts$|rows-per-insert=)/.test(argument))) return;
  const rows = await session.query<{ readonly name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join lateral (
         select array_agg(a.attname order by a.attnum) as own,
           array_agg(a.attname order by inherited.parent nulls last, inherited.place, a.attnum) as made
         from pg_attribute a left join lateral (
           select i.inhseqno as parent, p.attnum as place from pg_inherits i
             join pg_attribute p on p.attrelid = i.inhparent and p.attname = a.attname and not p.attisdropped
           where i.inhrelid = c.oid order by 1, 2 limit 1) as inherited on true
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns on true
     where c.relkind = 'r' and not c.relispartition and exists (select from pg_inherits where inhrelid = c.oid)
       and columns.own <> columns.made
     order by 1`,
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw fault(
    'PGR183',
    `INSERT statements would put values into other columns of ${names}: it inherits its columns in another order`,
    'write `column-inserts: true`, which names the columns',
  );
}
