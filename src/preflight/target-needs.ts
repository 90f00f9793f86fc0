import type { DumpedDatabase } from '../dumpset/manifest.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { shortList } from '../verify/make-check.ts';
import { readExtensions } from '../verify/queries.ts';
import type { Finding, Subject } from './finding.ts';

/** What a restore needs to find on its target. */
export interface Needs {
  readonly extensions: readonly string[];
  readonly roles: readonly string[];
  /** Roles that the restore makes where they are missing. */
  readonly brought: readonly string[] | 'all';
  /** False where filters, or statements that run before, may change what is needed or there. */
  readonly certain: boolean;
}

export interface Offered {
  readonly extensions: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
}

/** What a copy of a whole database needs. What a dump set needs, its manifest says. */
export async function readNeeds(session: Session): Promise<Pick<Needs, 'extensions' | 'roles'>> {
  const extensions = await readExtensions(session);
  return {
    extensions: extensions.map(({ name }) => name).filter(isInstalled),
    roles: await readRolesOfObjects(session),
  };
}

export function needsOf({ extensions, roles }: DumpedDatabase): Pick<Needs, 'extensions' | 'roles'> {
  return { extensions: extensions.map(({ name }) => name).filter(isInstalled), roles };
}

/** It is on every server. */
function isInstalled(extension: string): boolean {
  return extension !== 'plpgsql';
}

/**
 * Owners, and roles in grants, policies, user mappings and settings of the database. The server keeps a list, but for the role
 * that has made the cluster, which can't be dropped. Extensions and what belongs to them are owned by whoever restores.
 */
async function readRolesOfObjects(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    `select distinct r.rolname::text as name from pg_shdepend s join pg_roles r on r.oid = s.refobjid
       join pg_database d on d.datname = current_database()
     where s.refclassid = 'pg_authid'::regclass and s.deptype in ('o', 'a', 'r')
       and (s.dbid = d.oid or (s.dbid = 0 and s.classid = 'pg_database'::regclass and s.objid = d.oid))
       and s.classid <> 'pg_extension'::regclass and not (s.deptype = 'o' and exists (
         select from pg_depend e where e.classid = s.classid and e.objid = s.objid and e.deptype = 'e'))
       and not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where s.classid = 'pg_class'::regclass and c.oid = s.objid and n.nspname ~ '^pg_')
     union select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()
     union select r.rolname::text from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
       join pg_database d on d.oid = s.setdatabase and d.datname = current_database()
     union select r.rolname::text from pg_roles r where r.oid = 10 and exists (
       select from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relowner = r.oid and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
         and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
         and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))
     order by 1`,
  );
  return rows.map(({ name }) => name);
}

export function judgeExtensions(about: string, needs: Needs, { extensions }: Offered): Finding {
  const subject: Subject = { check: 'extensions', about };
  const missing = needs.extensions.filter(name => !extensions.has(name));
  if (missing.length === 0) {
    const says = needs.extensions.length === 0 ? 'none are needed' : `all that are needed can be created there`;
    return { ...subject, verdict: 'ok', says };
  }
  const says = `the server of ${about} does not have the ${missing.length === 1 ? 'extension' : 'extensions'} ${shortList(missing)}`;
  const remedy = 'use a server image that has them, or install their packages there';
  return needs.certain
    ? { ...subject, verdict: 'blocks', code: 'PGR165', says, remedy: `${remedy}; or leave them out by \`exclude\`` }
    : { ...subject, verdict: 'warning', says, remedy: `${remedy}, unless what is restored does not need them` };
}

export function judgeRoles(about: string, needs: Needs, { roles }: Offered): Finding {
  const subject: Subject = { check: 'roles', about };
  const { brought } = needs;
  const missing = needs.roles.filter(name => !roles.has(name) && brought !== 'all' && !brought.includes(name));
  if (missing.length === 0)
    return { ...subject, verdict: 'ok', says: 'all that are needed are there, or come with the globals' };
  const says = `${about} lacks the ${missing.length === 1 ? 'role' : 'roles'} ${missing.map(name => `"${name}"`).join(', ')}, which the dump needs`;
  const made = missing.map(name => `CREATE ROLE ${quoteIdentifier(name)} NOLOGIN;`).join('\n');
  const remedy = `bring them along with \`globals: true\` in the dump, leave them behind with \`owners: ROLE\` and \`privileges: skip\`, or create them there:\n${made}`;
  return needs.certain
    ? { ...subject, verdict: 'blocks', code: 'PGR164', says, remedy }
    : { ...subject, verdict: 'warning', says, remedy: `if what is restored needs them, ${remedy}` };
}
