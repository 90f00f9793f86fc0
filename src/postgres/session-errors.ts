import { fault, RoundtripError } from '../errors.ts';
import { isSocketFolder } from './connection/exposure.ts';
import type { Host } from './connection-parameters.ts';

/** The SQLSTATE of an error that a server sent, also when it is the cause of one of ours; else undefined. */
export function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof RoundtripError) return error.cause === undefined ? undefined : sqlStateOf(error.cause);
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** For people: `db.example.com:5432`, `[::1]:5432`, or the socket's file. */
export function hostName({ host, address, port }: Host): string {
  if (isSocketFolder(host)) return `${host}/.s.PGSQL.${port}`;
  const name = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return address === undefined || address === host ? name : `${name} (${address})`;
}

const gone = /^(?:08|57P0[123]$)/;

/** What became of a statement: PGR204 to PGR206, and PGR217. */
export function queryFault(error: unknown, host: Host): RoundtripError {
  if (error instanceof RoundtripError) return error;
  const state = sqlStateOf(error);
  const said = wordsOf(error);
  if (state === undefined || gone.test(state)) {
    const reason = state === undefined ? lossReason(error) : said;
    return fault(
      'PGR204',
      `the connection to ${hostName(host)} was lost: ${reason}`,
      'run the step again; the log of the server says why it ended the connection',
      error,
    );
  }
  if (state === '55P03')
    return fault(
      'PGR206',
      `a lock was not obtained in time: ${said}`,
      'run it when nothing changes the schema, or find the blocker with pg_blocking_pids()',
      error,
    );
  const remedy = hintOf(error) ?? remedyFor(state);
  if (state === '53200') return fault('PGR217', `the server ran out of memory or locks: ${said}`, remedy, error);
  return fault('PGR205', `the server refused a statement: ${said} (SQLSTATE ${state})`, remedy, error);
}

function remedyFor(state: string): string {
  if (state === '42501') return 'grant the role what it lacks, or connect as a role that has it';
  if (state === '57014')
    return 'somebody or a time limit cancelled the statement: look at statement_timeout and at the log of the server';
  if (state.startsWith('53')) return 'the server lacks disk, memory or locks: see the words of the server and its log';
  if (state.startsWith('42')) return 'correct the statement, or what it names, and run it again';
  return 'mend what the server names, and run it again; its log has the statement';
}

/** What the server itself advises. */
function hintOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'hint' in error && typeof error.hint === 'string')) return undefined;
  const hint = error.hint.replace(/\s*\p{Cc}+\s*/gu, ' ').trim();
  return hint === '' ? undefined : `the server says: ${hint}`;
}

/** The driver's own words for a closed connection say nothing. */
function lossReason(error: unknown): string {
  const text = wordsOf(error);
  return /^Connection terminated|^Client (?:has|was)/.test(text) ? 'the server closed it' : text;
}

/** The code of a system's or Node's error; empty without one. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** One line; the words come from a server or the system and hold no secret of ours. */
export function wordsOf(error: unknown): string {
  // OpenSSL's message is a line of its source; the reason in it is what a person can read.
  const reason =
    error instanceof Error && 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
  const text = reason ?? (error instanceof Error ? error.message : String(error));
  return text.replace(/\s*\p{Cc}+\s*/gu, ' ').trim();
}
