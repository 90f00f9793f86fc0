import { sqlTokens } from '../postgres/archive/sql-tokens.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { grantedToPublic } from '../rename/former-public.ts';
import { renameInFunction } from '../rename/function-text.ts';
import { renameInSql } from '../rename/rename-in-sql.ts';
import type { SchemaNames, SchemaRename } from '../rename/schema-rename.ts';

/** Adds how the server writes the new names. */
export async function spellNames(session: Session, names: SchemaNames): Promise<readonly SchemaRename[]> {
  const renames: SchemaRename[] = [];
  for (const [from, to] of Object.entries(names)) {
    const [row] = await session.query<{ spelled: string }>('select quote_ident($1) as spelled', [to]);
    renames.push({ from, to, spelled: row?.spelled ?? quoteIdentifier(to) });
  }
  return renames;
}

/**
 * Before a restore into an empty database: makes of `public`, where it is to be renamed, a schema like any other, as
 * pg_dump treats the one that initdb made in ways of its own, whatever its name is by then.
 */
export async function prepareSchemas(session: Session, renames: readonly SchemaRename[]): Promise<void> {
  if (!renames.some(({ from }) => from === 'public')) return;
  // As a new database of this major has it.
  const { major } = session.serverVersion;
  const owner = major >= 15 ? ' authorization pg_database_owner' : '';
  await session.query(
    `drop schema public; create schema public${owner}; grant ${grantedToPublic(major)} on schema public to public`,
  );
}

/**
 * Gives the schemas of a restored database their new names. The server holds almost everything by OID: views, defaults,
 * constraints, policies, bodies in the SQL standard's form; all that follows by itself. Functions whose text holds an old
 * name are made anew. All of it or nothing. Returns what a reader should know.
 */
export async function renameSchemas(session: Session, renames: readonly SchemaRename[]): Promise<readonly string[]> {
  await withoutEventTriggers(session);
  await session.query('begin');
  await alterSchemas(session, renames);
  // Bodies may rely on a search_path that is not ours.
  await session.query('set local check_function_bodies = off');
  const foreign: string[] = [];
  for (const { name, definition, ours } of await functionsNaming(session, renames)) {
    const renamed = renameInFunction(definition, renames);
    if (renamed === definition) continue;
    if (ours) await session.query(renamed);
    else foreign.push(name);
  }
  for (const { table, column, value } of await defaultsNaming(session, renames)) {
    const renamed = renameInSql(value, renames, 'names');
    const alter = `alter table only ${table} alter column ${column} set default ${renamed}`;
    if (renamed !== value) await session.query(alter);
  }
  await session.query('commit');
  return [
    ...foreign.map(name => `the function ${name} belongs to another role and still has an old name of a schema`),
    ...(await settingsOfRoles(session, renames)),
  ];
}

/** What the server holds by OID, and nothing else. */
export async function alterSchemas(session: Session, renames: readonly SchemaRename[]): Promise<void> {
  for (const { from, to } of renames)
    await session.query(`alter schema ${quoteIdentifier(from)} rename to ${quoteIdentifier(to)}`);
}

/** They are the source's, and would take the renaming for a change of their schema. A role that may not do this has none. */
export async function withoutEventTriggers(session: Session): Promise<void> {
  await session.query('set session_replication_role = replica').catch(() => undefined);
}

/** Definitions of all functions and procedures whose body or settings say one of the old names in whatever way. */
async function functionsNaming(
  session: Session,
  renames: readonly SchemaRename[],
): Promise<readonly { readonly name: string; readonly definition: string; readonly ours: boolean }[]> {
  const plain = session.serverVersion.major >= 11 ? "p.prokind <> 'a'" : 'not p.proisagg';
  return session.query(
    `select p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as definition,
       pg_has_role(p.proowner, 'usage') as ours
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where ${plain} and n.nspname not in ('pg_catalog', 'information_schema')
       and exists (select from json_array_elements_text($1) as old (name)
         where strpos(lower(p.prosrc || coalesce(p.proconfig::text, '')), lower(old.name)) > 0)
     order by p.oid`,
    [JSON.stringify(renames.map(({ from }) => from))],
  );
}

/** Defaults that find a sequence by text when they are used: `nextval(('app.counter'::text)::regclass)`. */
async function defaultsNaming(
  session: Session,
  renames: readonly SchemaRename[],
): Promise<readonly { readonly table: string; readonly column: string; readonly value: string }[]> {
  const rows = await session.query<{ table: string; column: string; value: string }>(
    `select d.adrelid::regclass::text as "table", quote_ident(a.attname) as "column",
       pg_get_expr(d.adbin, d.adrelid) as "value"
     from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
     where coalesce(to_jsonb(a) ->> 'attgenerated', '') = '' order by 1, 2`,
  );
  return rows.filter(({ value }) => renames.some(({ from }) => value.includes(from)));
}

/** Settings of a role for all databases are not this database's: they stay. */
async function settingsOfRoles(session: Session, renames: readonly SchemaRename[]): Promise<readonly string[]> {
  const rows = await session.query<{ role: string; path: string }>(
    `select r.rolname::text as role, setting as path
     from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
     cross join unnest(s.setconfig) as setting
     where s.setdatabase = 0 and setting like 'search\\_path=%' order by 1`,
  );
  const named = (path: string) => [...sqlTokens(path.slice('search_path='.length))].map(({ value }) => value);
  return rows
    .filter(({ path }) => renames.some(({ from }) => named(path).includes(from)))
    .map(({ role }) => `the search_path of role ${role}, in all databases, still names the old schema`);
}
