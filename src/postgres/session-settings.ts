import { fromServerVersionNumber, type PostgresVersion } from './version.ts';

/**
 * What a session is pinned to before anything else runs in it, so that neither ALTER ROLE … SET, ALTER DATABASE … SET
 * nor the server's configuration changes what a statement means or how a value is printed. pg_dump pins most of them too.
 */
const pinned: readonly (readonly [name: string, value: string])[] = [
  // Every value in one spelling, whatever the server's region.
  ['TimeZone', 'UTC'],
  ['DateStyle', 'ISO, MDY'],
  ['IntervalStyle', 'postgres'],
  ['bytea_output', 'hex'],
  ['lc_monetary', 'C'],
  // Shortest exact floats from 12 on for any value above 0; before, only 3 prints all digits.
  ['extra_float_digits', '3'],
  ['client_encoding', 'UTF8'],
  // Definitions (pg_get_…def) in one spelling.
  ['quote_all_identifiers', 'off'],
  // A backslash in a literal is a backslash, so quoting cannot be broken out of.
  ['standard_conforming_strings', 'on'],
  // Reading a big table or holding the dump's snapshot takes as long as it takes; the run has its own watchdog.
  ['statement_timeout', '0'],
  ['idle_in_transaction_session_timeout', '0'],
  ['idle_session_timeout', '0'],
  ['transaction_timeout', '0'],
  // Hashing rows took 7 to 18 % longer with compiled expressions (measured with 15): each statement compiles them anew.
  ['jit', 'off'],
  // An error instead of quietly reading only the rows that a policy lets through.
  ['row_security', 'off'],
];

/** What the server says of itself when a session begins. */
export interface ServerFacts {
  readonly version: PostgresVersion;
  readonly backendPid: number;
  readonly inRecovery: boolean;
  readonly readOnly: boolean;
}

/**
 * All of it in one round trip. The search path comes first and alone: until it is pinned, an operator of another schema
 * could stand in for one of the system's. Settings that this server does not have are left out by the join.
 * @param lockTimeout milliseconds.
 * @param ownBackend the process that alone may keep the settings, as it was named at the login. Behind a pooler it is another
 * one, and the settings end with this transaction: a server session that others get next must not keep them. Undefined keeps
 * them in any case.
 */
export function openingStatements(lockTimeout: number, ownBackend: number | undefined): string {
  const local =
    ownBackend === undefined
      ? 'false'
      : `pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.<>) '${ownBackend}'::pg_catalog.int4`;
  const wanted = [...pinned, ['lock_timeout', String(Math.max(0, Math.trunc(lockTimeout)))] as const];
  const rows = wanted.map(([name, value]) => `('${name}', '${value}')`).join(', ');
  return `SELECT pg_catalog.set_config('search_path', 'pg_catalog', ${local});
    SELECT pg_catalog.set_config(known.name, wanted.value, ${local})
      FROM (VALUES ${rows}) AS wanted (name, value) JOIN pg_catalog.pg_settings AS known ON known.name = wanted.name;
    SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text, pg_backend_pid() AS pid,
      pg_is_in_recovery() AS in_recovery, current_setting('transaction_read_only') AS read_only`;
}

/** Reads the last statement's one row; undefined if the peer answers something else. */
export function readServerFacts(result: unknown): ServerFacts | undefined {
  const last: unknown = Array.isArray(result) ? result.at(-1) : undefined;
  if (typeof last !== 'object' || last === null || !('rows' in last) || !Array.isArray(last.rows)) return undefined;
  const row: unknown = last.rows[0];
  if (typeof row !== 'object' || row === null || !('number' in row) || !('text' in row) || !('pid' in row))
    return undefined;
  return {
    version: fromServerVersionNumber(Number(row.number), String(row.text)),
    backendPid: Number(row.pid),
    inRecovery: 'in_recovery' in row && row.in_recovery === true,
    readOnly: 'read_only' in row && row.read_only === 'on',
  };
}
