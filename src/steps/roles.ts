import type { Role } from '../dumpset/manifest.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';

/** Every role of the cluster but the built-in ones. pg_roles can be read by anyone; it holds no passwords. */
export async function readRoles(session: Session): Promise<readonly Role[]> {
  const rows = await session.query<
    Omit<Role, 'memberOf' | 'configuration'> & { readonly memberOf: string; readonly configuration: string }
  >(
    `select rolname::text as name, rolsuper as superuser, rolinherit as inherit, rolcreaterole as "createRole",
       rolcreatedb as "createDatabase", rolcanlogin as login, rolreplication as replication,
       rolbypassrls as "bypassRowSecurity", rolconnlimit as "connectionLimit",
       (select coalesce(json_agg(g.rolname::text order by g.rolname), '[]')::text
          from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid) as "memberOf",
       (select coalesce(to_json(s.setconfig)::text, '[]') from (select) one
          left join pg_db_role_setting s on s.setrole = r.oid and s.setdatabase = 0) as configuration
     from pg_roles r where rolname !~ '^pg_' order by rolname`,
  );
  return rows.map(row => ({
    ...row,
    memberOf: JSON.parse(row.memberOf) as readonly string[],
    configuration: JSON.parse(row.configuration) as readonly string[],
  }));
}

export async function existingRoles(session: Session): Promise<ReadonlySet<string>> {
  const rows = await session.query<{ name: string }>('select rolname::text as name from pg_roles');
  return new Set(rows.map(row => row.name));
}

/**
 * Statements that make the missing roles: first all roles, then who belongs to whom. Without password, without
 * superuser and without replication or BYPASSRLS, which only a superuser could give: a restore must not hand out
 * power that nobody asked for. Then their settings; those in one database come with that database.
 */
export function createRoleStatements(roles: readonly Role[], existing: ReadonlySet<string>): readonly string[] {
  const missing = roles.filter(role => !existing.has(role.name));
  const known = new Set([...existing, ...missing.map(role => role.name)]);
  return [
    ...missing.map(createRole),
    ...missing.flatMap(role =>
      role.memberOf
        .filter(group => known.has(group))
        .map(group => `grant ${quoteIdentifier(group)} to ${quoteIdentifier(role.name)}`),
    ),
    ...missing.flatMap(role => role.settings ?? []),
  ];
}

function createRole(role: Role): string {
  const attributes = [
    role.login ? 'login' : 'nologin',
    role.inherit ? 'inherit' : 'noinherit',
    role.createDatabase ? 'createdb' : 'nocreatedb',
    role.createRole ? 'createrole' : 'nocreaterole',
    ...(role.connectionLimit >= 0 ? [`connection limit ${role.connectionLimit}`] : []),
  ];
  return `create role ${quoteIdentifier(role.name)} with ${attributes.join(' ')}`;
}
