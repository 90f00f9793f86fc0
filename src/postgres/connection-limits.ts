import type { Session } from './session.ts';
import { type TableSizes, tableSizesOf, tableSizesQuery } from './table-sizes.ts';

/** One limit that a new session may run into. */
export interface Limit {
  /** Fits after "too few for". */
  readonly of: string;
  readonly most: number;
  /** Sessions of others that count towards it now. */
  readonly used: number;
  /** Statement that raises it. */
  readonly raise: string;
}

interface LimitsRow extends Record<string, unknown> {
  readonly superuser: boolean;
  readonly role: string;
  readonly database: string;
  readonly most: string;
  readonly reserved: string;
  readonly used: string;
  readonly roleLimit: string;
  readonly roleUsed: string;
  readonly databaseLimit: string;
  readonly databaseUsed: string;
}

const limitsQuery = `
  with sessions as (
    select usesysid, datname from pg_stat_activity
    where pid <> pg_backend_pid() and datid is not null and coalesce(backend_type, 'client backend') = 'client backend'
  )
  select r.rolsuper as superuser, quote_ident(r.rolname) as role, quote_ident(d.datname) as database,
    current_setting('max_connections') as most,
    (current_setting('superuser_reserved_connections')::int
      + coalesce(current_setting('reserved_connections', true), '0')::int)::text as reserved,
    (select count(*) from sessions)::text as used, r.rolconnlimit::text as "roleLimit",
    (select count(*) from sessions where usesysid = r.oid)::text as "roleUsed", d.datconnlimit::text as "databaseLimit",
    (select count(*) from sessions s where s.datname = d.datname)::text as "databaseUsed"
  from pg_roles r, pg_database d where r.rolname = session_user and d.datname = current_database()`;

/**
 * The limits of the server, the role and the session's database. Superusers are bound by the first alone, and may use
 * what is reserved. Every session counts that has a database: nobody but its role sees more of it.
 */
export async function readLimits(session: Session): Promise<readonly Limit[]> {
  const [row] = await session.query<LimitsRow>(limitsQuery);
  return row === undefined ? [] : limitsOf(row);
}

/** The same, and the sizes of the database's tables with it; undefined where they cannot be told, as for want of a privilege. */
export async function readLimitsAndSizes(
  session: Session,
): Promise<{ readonly limits: readonly Limit[]; readonly sizes: TableSizes | undefined }> {
  try {
    const [row] = await session.query<LimitsRow & { readonly tables: string; readonly bytes: string }>(
      `select * from (${limitsQuery}) limits, (${tableSizesQuery}) sizes`,
    );
    if (row !== undefined) return { limits: limitsOf(row), sizes: tableSizesOf(row) };
  } catch {
    // Whatever is more than that is said by the limits alone.
  }
  return { limits: await readLimits(session), sizes: undefined };
}

function limitsOf(row: LimitsRow): readonly Limit[] {
  const { role, database, superuser } = row;
  const server: Limit = {
    of: `the server (max_connections ${row.most}${superuser ? '' : `, ${row.reserved} of them reserved`})`,
    most: Number(row.most) - (superuser ? 0 : Number(row.reserved)),
    used: Number(row.used),
    raise: 'raise max_connections, or end sessions that are not needed',
  };
  const own = [
    limitOf(`the role ${role}`, row.roleLimit, row.roleUsed, `ALTER ROLE ${role} CONNECTION LIMIT -1;`),
    limitOf(
      `the database ${database}`,
      row.databaseLimit,
      row.databaseUsed,
      `ALTER DATABASE ${database} CONNECTION LIMIT -1;`,
    ),
  ];
  return [server, ...(superuser ? [] : own.flatMap(limit => limit ?? []))];
}

function limitOf(what: string, most: string, used: string, raise: string): Limit | undefined {
  if (Number(most) < 0) return undefined;
  return { of: `${what} (CONNECTION LIMIT ${most})`, most: Number(most), used: Number(used), raise };
}

/** Sessions that may still be opened. */
export function freeOf({ most, used }: Limit): number {
  return Math.max(0, most - used);
}
