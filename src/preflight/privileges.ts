import type { DumpOptions } from '../postgres/arguments.ts';
import type { Session } from '../postgres/session.ts';
import { isChosen } from '../steps/snapshot.ts';
import { shortList } from '../verify/make-check.ts';
import type { RelationName } from '../verify/reading.ts';
import { holdsLargeObjects, holdsRows } from './dumped.ts';
import type { Finding, Subject } from './finding.ts';
import { grantsFor } from './grants.ts';

/** What a dump would read and its role may not. */
export interface Unreadable {
  readonly role: string;
  readonly major: number;
  /** Schemas that the role may not even look into. */
  readonly schemas: readonly string[];
  readonly tables: readonly RelationName[];
  readonly sequences: readonly RelationName[];
  /** Their numbers; only the first ones where there are many. */
  readonly largeObjects: { readonly count: number; readonly first: readonly string[] };
}

/** Large objects that a statement names one by one. */
const mostNamed = 20;

/**
 * Asks the server what pg_dump will ask of it: it locks every table that it dumps, also one without its rows, and reads
 * every sequence. The sequence of a column comes with its table, and that of an identity with nothing else
 * (pg_dump.c, getOwnedSeqs). Of an extension only the configuration tables are read.
 */
export async function readUnreadable(session: Session, options: DumpOptions): Promise<Unreadable> {
  const allRows = { ...options, exclude: { ...options.exclude, 'table-data': [] } };
  const kinds = holdsRows(options) ? `('r', 'p', 'S')` : `('r', 'p')`;
  const relations = await session.query<RelationName & { kind: string; reachable: boolean; readable: boolean }>(
    `with chosen as (
       select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ${kinds} and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and ${isChosen(allRows)}
         and (not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
           or exists (select from pg_extension e where c.oid = any (e.extconfig)))
     ), owned as (
       select d.objid, d.refobjid, d.deptype from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
       where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
     )
     select n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind,
       has_schema_privilege(n.oid, 'usage') as reachable, has_table_privilege(c.oid, 'select') as readable
     from pg_class c join pg_namespace n on n.oid = c.relnamespace left join owned o on o.objid = c.oid
     where c.relkind in ${kinds} and c.relpersistence <> 't'
       and ((c.oid in (select oid from chosen) and o.deptype is distinct from 'i') or o.refobjid in (select oid from chosen))
       and not (has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'))
     order by 1, 2`,
  );
  const [row] = await session.query<{ role: string }>('select current_user::text as role');
  const denied = relations.filter(({ readable }) => !readable);
  const names = (isSequence: boolean) =>
    denied.filter(({ kind }) => (kind === 'S') === isSequence).map(({ schema, name }) => ({ schema, name }));
  return {
    role: row?.role ?? '',
    major: session.serverVersion.major,
    schemas: [...new Set(relations.filter(({ reachable }) => !reachable).map(({ schema }) => schema))],
    tables: names(false),
    sequences: names(true),
    largeObjects: holdsLargeObjects(options) ? await readLargeObjects(session) : { count: 0, first: [] },
  };
}

/** No function tells before 18, and pg_read_all_data says nothing about them. */
async function readLargeObjects(session: Session): Promise<Unreadable['largeObjects']> {
  const [row] = await session.query<{ count: string; first: string[] | null }>(
    `select count(*)::text as count, (array_agg(oid::text order by oid))[1:${mostNamed + 1}] as first
     from pg_largeobject_metadata
     where not pg_has_role(lomowner, 'usage') and current_setting('lo_compat_privileges') = 'off'
       and not exists (select from aclexplode(lomacl) granted where granted.privilege_type = 'SELECT'
         and case when granted.grantee = 0 then true else pg_has_role(granted.grantee, 'usage') end)`,
  );
  return { count: Number(row?.count ?? 0), first: row?.first ?? [] };
}

export function judgePrivileges(about: string, unreadable: Unreadable): Finding {
  const subject: Subject = { check: 'privileges', about };
  const { role, schemas, tables, sequences, largeObjects } = unreadable;
  const things = [
    ...schemas.map(name => `schema ${name}`),
    ...[...tables, ...sequences].map(({ schema, name }) => `${schema}.${name}`),
  ];
  const some = largeObjects.count > mostNamed ? `${largeObjects.count} large objects` : undefined;
  const named = some === undefined ? largeObjects.first.map(oid => `large object ${oid}`) : [some];
  if (things.length + named.length === 0)
    return { ...subject, verdict: 'ok', says: `"${role}" may read all that is to be dumped` };
  return {
    ...subject,
    verdict: 'blocks',
    code: 'PGR190',
    says: `the role "${role}" may not read ${shortList([...things, ...named])}`,
    remedy: `let it, or leave these objects out by \`exclude\`:\n${grantsFor(unreadable).join('\n')}`,
  };
}
