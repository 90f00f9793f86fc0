import type { DumpOptions } from '../postgres/arguments.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { isChosen } from '../steps/snapshot.ts';
import { shortList } from '../verify/make-check.ts';
import { asksForVisibleRows, holdsRows } from './dumped.ts';
import type { Finding, Subject } from './finding.ts';

export interface GuardedTables {
  readonly role: string;
  /** Tables whose rows policies choose for this role. */
  readonly tables: readonly string[];
  /** Whether the dump is to take what they show. */
  readonly wanted: boolean;
}

/** `row_security_active` knows of owners, FORCE and BYPASSRLS; rows lie in the leaves of a partitioned table. */
export async function readGuardedTables(session: Session, options: DumpOptions): Promise<GuardedTables> {
  const rows = await session.query<{ name: string; role: string }>(
    `select n.nspname || '.' || c.relname as name, current_user::text as role
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.relrowsecurity and row_security_active(c.oid) and ${isChosen(options)}
     order by 1`,
  );
  const tables = holdsRows(options) ? rows.map(({ name }) => name) : [];
  return { role: rows[0]?.role ?? '', tables, wanted: asksForVisibleRows(options) };
}

export function judgeRowSecurity(about: string, { role, tables, wanted }: GuardedTables): Finding {
  const subject: Subject = { check: 'row-level security', about };
  if (tables.length === 0) return { ...subject, verdict: 'ok', says: 'no policy hides rows from the role' };
  const names = shortList(tables);
  if (wanted)
    return {
      ...subject,
      verdict: 'note',
      says: `as asked, only rows that policies show to the role are dumped of ${names}`,
    };
  return {
    ...subject,
    verdict: 'blocks',
    code: 'PGR191',
    says: `row-level security hides rows of ${names} from the role "${role}": a dump would lack them`,
    remedy: `dump as the owner of the tables, or let the role see all rows, as a superuser:\nALTER ROLE ${quoteIdentifier(role)} BYPASSRLS;`,
  };
}
