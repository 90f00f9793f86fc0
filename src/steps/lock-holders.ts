import { fault, RoundtripError } from '../errors.ts';
import { quoteQualified } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';

/**
 * The error of a lock that was not obtained (PGR206), with the names of the tables and of the sessions that have them or
 * wait for all of them: the server itself names neither. It ends the transaction. Any other error comes back as it is,
 * and so does one whose cause is gone.
 */
export async function withLockHolders(
  error: unknown,
  session: Session,
  tables: readonly { readonly schema: string; readonly name: string }[],
): Promise<unknown> {
  if (!(error instanceof RoundtripError) || error.code !== 'PGR206') return error;
  const wanted = new Set(tables.map(({ schema, name }) => quoteQualified(schema, name)));
  const holders = (await readHolders(session).catch(() => [])).filter(({ table }) => wanted.has(table));
  const [first] = holders;
  if (first === undefined) return error;
  const named = holders.slice(0, 3).map(({ table, pid, who }) => `${table}, which session ${pid} (${who}) holds`);
  const more = holders.length > named.length ? `, and ${holders.length - named.length} more` : '';
  return fault(
    'PGR206',
    `a lock was not obtained in time: on ${named.join('; ')}${more}`,
    `run it when that session is done, raise \`timeouts.lock\`, or end it: select pg_terminate_backend(${first.pid})`,
    error.cause,
  );
}

interface Holder {
  readonly table: string;
  readonly pid: number;
  readonly who: string;
}

/** Only an ACCESS EXCLUSIVE lock keeps readers away, also one that still waits: they queue up behind it. */
async function readHolders(session: Session): Promise<readonly Holder[]> {
  await session.query('rollback');
  const rows = await session.query<{ schema: string; name: string; pid: number; who: string }>(
    `select n.nspname::text as schema, c.relname::text as name, l.pid,
       concat_ws(', ', a.usename, nullif(a.application_name, '')) as who
     from pg_locks l
       join pg_class c on c.oid = l.relation
       join pg_namespace n on n.oid = c.relnamespace
       left join pg_stat_activity a on a.pid = l.pid
     where l.mode = 'AccessExclusiveLock' and l.pid <> pg_backend_pid()
       and l.database = (select oid from pg_database where datname = current_database())
     order by l.granted desc, a.xact_start, 1, 2`,
  );
  return rows.map(({ schema, name, pid, who }) => ({ table: quoteQualified(schema, name), pid, who }));
}
