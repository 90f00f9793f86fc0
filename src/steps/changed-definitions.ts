import { fault } from '../errors.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';

/**
 * Definitions that pg_dump reads, with the server's help, as they are now and not as its snapshot has them, and that no
 * lock of ours protects: each with a row that tells whether it changed. Grants are read through the snapshot.
 */
const definitions: readonly { readonly kind: string; readonly catalog: string; readonly rows: string }[] = [
  {
    kind: 'schema',
    catalog: 'pg_namespace',
    rows: `select n.oid, n.xmax as changed, nspname, quote_ident(nspname) as name, nspname::text as definition
      from pg_namespace n`,
  },
  {
    kind: 'view',
    catalog: 'pg_class',
    rows: `select c.oid, case r.xmax::text when '0' then c.xmax else r.xmax end as changed, nspname,
        quote_ident(nspname) || '.' || quote_ident(relname) as name,
        jsonb_build_array(nspname, relname, ev_action::text, ev_qual::text)::text as definition
      from pg_rewrite r join pg_class c on c.oid = ev_class join pg_namespace n on n.oid = relnamespace
      where relkind in ('v', 'm')`,
  },
  {
    kind: 'function',
    catalog: 'pg_proc',
    rows: `select p.oid, p.xmax as changed, nspname, quote_ident(nspname) || '.' || quote_ident(proname) as name,
        (to_jsonb(p) - 'proacl')::text as definition
      from pg_proc p join pg_namespace n on n.oid = pronamespace`,
  },
  {
    kind: 'type',
    catalog: 'pg_type',
    rows: `select t.oid, t.xmax as changed, nspname, quote_ident(nspname) || '.' || quote_ident(typname) as name,
        (to_jsonb(t) - 'typacl')::text as definition
      from pg_type t join pg_namespace n on n.oid = typnamespace where typtype in ('d', 'e', 'r')`,
  },
];

const shown = 5;

/**
 * Throws PGR208 when a definition of the database is no longer what the snapshot of `holder` has. Tables need no look:
 * they are locked. What was made since is not seen through the snapshot, and so in no dump.
 */
export async function refuseChangedDefinitions(holder: Session, openSession: () => Promise<Session>): Promise<void> {
  const touched = await read(holder, "changed::text <> '0'");
  if (touched.length === 0) return;
  await using session = await openSession();
  // The same row of the catalog twice is a change that was taken back, or one that is not committed.
  const now = await read(session, `oid in (${touched.map(({ oid }) => oid).join(', ')})`);
  const same = new Set(now.map(keyOf));
  const changed = touched.filter(row => !same.has(keyOf(row))).map(({ kind, name }) => `${kind} ${name}`);
  if (changed.length === 0) return;
  const more = changed.length > shown ? ` and ${changed.length - shown} more` : '';
  throw fault(
    'PGR208',
    `definitions were changed while dumps shared a snapshot: ${changed.slice(0, shown).join(', ')}${more}`,
    'run it when nobody changes definitions: Postgres shows some of them as they are now, whatever the snapshot',
  );
}

interface Definition extends Record<string, unknown> {
  readonly kind: string;
  readonly oid: string;
  readonly name: string;
  readonly definition: string;
}

async function read(session: Session, condition: string): Promise<readonly Definition[]> {
  const all = definitions.map(
    ({ kind, catalog, rows }) =>
      `select ${quoteLiteral(kind)} as kind, oid::text as oid, name, md5(definition) as definition
       from (${rows}) as definitions
       where ${condition} and nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (
         select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = oid and d.deptype = 'e')`,
  );
  return session.query<Definition>(`${all.join(' union all ')} order by 1, 3`);
}

function keyOf({ kind, oid, definition }: Definition): string {
  return JSON.stringify([kind, oid, definition]);
}
