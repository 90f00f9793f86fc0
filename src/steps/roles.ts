import type { Membership, Role } from '../dumpset/manifest.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';

/** Every role of the cluster but the built-in ones. pg_roles can be read by anyone; it holds no passwords. */
export async function readRoles(session: Session): Promise<readonly Role[]> {
  // The same membership may have been given by several roles.
  const options =
    session.serverVersion.major < 16 ? '' : ", 'inherit', bool_or(m.inherit_option), 'set', bool_or(m.set_option)";
  const rows = await session.query<
    Omit<Role, 'memberOf' | 'memberships' | 'configuration'> & {
      readonly memberships: string;
      readonly configuration: string;
    }
  >(
    `select rolname::text as name, rolsuper as superuser, rolinherit as inherit, rolcreaterole as "createRole",
       rolcreatedb as "createDatabase", rolcanlogin as login, rolreplication as replication,
       rolbypassrls as "bypassRowSecurity", rolconnlimit as "connectionLimit",
       (select coalesce(json_agg(given order by name), '[]')::text from (
          select g.rolname as name, json_build_object('role', g.rolname::text, 'admin', bool_or(m.admin_option)${options}) as given
          from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid group by g.rolname) each) as memberships,
       (select coalesce(to_json(s.setconfig)::text, '[]') from (select) one
          left join pg_db_role_setting s on s.setrole = r.oid and s.setdatabase = 0) as configuration
     from pg_roles r where rolname !~ '^pg_' order by rolname`,
  );
  return rows.map(row => {
    const memberships = JSON.parse(row.memberships) as readonly Membership[];
    const configuration = JSON.parse(row.configuration) as readonly string[];
    return { ...row, memberOf: memberships.map(({ role }) => role), memberships, configuration };
  });
}

export async function existingRoles(session: Session): Promise<ReadonlySet<string>> {
  const rows = await session.query<{ name: string }>('select rolname::text as name from pg_roles');
  return new Set(rows.map(row => row.name));
}

/**
 * Statements that make the missing roles: first all roles, then who belongs to whom. Without password, without
 * superuser and without replication or BYPASSRLS, which only a superuser could give: a restore must not hand out
 * power that nobody asked for. A membership comes without ADMIN OPTION, and gives no more than it gave where the server
 * can say so. Then their settings; those in one database come with that database.
 *
 * @param major of the server that gets the roles
 */
export function createRoleStatements(
  roles: readonly Role[],
  existing: ReadonlySet<string>,
  major: number,
): readonly string[] {
  const missing = roles.filter(role => !existing.has(role.name));
  const known = new Set([...existing, ...missing.map(role => role.name)]);
  return [
    ...missing.map(createRole),
    ...missing.flatMap(role =>
      role.memberOf
        .filter(group => known.has(group))
        .map(
          group =>
            `grant ${quoteIdentifier(group)} to ${quoteIdentifier(role.name)}${restrictions(role, group, major)}`,
        ),
    ),
    ...missing.flatMap(role => role.settings ?? []),
  ];
}

/** Only what the server would not do by itself. */
function restrictions({ inherit, memberships }: Role, group: string, major: number): string {
  const given = memberships?.find(({ role }) => role === group);
  if (given === undefined || major < 16) return '';
  const options = [
    ...(given.inherit === undefined || given.inherit === inherit ? [] : [`inherit ${given.inherit}`]),
    ...(given.set === false ? ['set false'] : []),
  ];
  return options.length === 0 ? '' : ` with ${options.join(', ')}`;
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
