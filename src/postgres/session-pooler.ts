import { fault, type RoundtripError } from '../errors.ts';
import type { Host } from './connection-parameters.ts';
import type { Attempted, OpenedClient } from './session-attempt.ts';
import { hostName, sqlStateOf } from './session-errors.ts';

/**
 * Throws PGR116 unless a pooler leaves its server session to us for as long as we are connected. One in transaction mode
 * gives it to whoever comes next, with the search path that pg_dump has set: the application then finds no tables, and
 * pg_dump itself reports success (measured with PgBouncer 1.18). What tells: our session changes between transactions, or
 * a second client that begins a transaction is given the same one. Changes nothing on the server.
 */
export async function refuseSharedSession(first: OpenedClient, openSecond: () => Promise<Attempted>): Promise<void> {
  const { host } = first;
  // Several times, as a pooler may go round its server sessions.
  const ours = new Set([first.facts.backendPid, await backendOf(first), await backendOf(first)]);
  if (ours.size > 1) throw shared(host);
  const attempted = await openSecond();
  if (attempted.kind !== 'opened') throw noSecond(host, attempted.error);
  const second = attempted.opened;
  try {
    await beginTransaction(second);
    if (ours.has(await backendOf(second))) throw shared(host);
    if (!ours.has(await backendOf(first))) throw shared(host);
    await second.client.query('rollback');
    await second.client.end();
  } finally {
    second.stream.destroy();
  }
}

async function backendOf({ client }: OpenedClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
  return Number(rows[0]?.pid);
}

/** A pooler in statement mode allows no transaction at all. */
async function beginTransaction({ client, host }: OpenedClient): Promise<void> {
  try {
    await client.query('begin');
  } catch (error) {
    throw sqlStateOf(error) === undefined ? error : shared(host, error);
  }
}

function shared(host: Host, cause?: unknown): RoundtripError {
  return fault(
    'PGR116',
    `at ${hostName(host)} is a connection pooler in transaction mode: what a dump or restore sets in a session there would reach its other clients and break them`,
    `use the direct address of the server, or the pooler in session mode${hint(host)}`,
    cause,
  );
}

/** Of services whose addresses tell. */
function hint({ host, port }: Host): string {
  if (/-pooler\./.test(host)) return ': the direct host has the same name without "-pooler"';
  return port === 6543 && /supa/.test(host) ? ', which is at port 5432 of the same host' : '';
}

function noSecond(host: Host, cause: RoundtripError): RoundtripError {
  return fault(
    'PGR209',
    `the connection pooler at ${hostName(host)} gives no second session, and a run needs several: ${cause.problems[0].message}`,
    'use the direct address of the server, or make the pool larger',
    cause,
  );
}
