import { fault, type RoundtripError } from '../errors.ts';
import type { ConnectionParameters, Host } from './connection-parameters.ts';
import { sendCancelRequest } from './session-cancel.ts';
import { connect, type OpenedClient } from './session-connect.ts';
import { copyOut } from './session-copy.ts';
import { queryFault } from './session-errors.ts';
import { readTexts, type TextOptions, type TextResult } from './session-texts.ts';
import type { PostgresVersion } from './version.ts';

/** One conversation with a server. Statements run one after another, whoever sends them. */
export interface Session extends AsyncDisposable {
  /**
   * Runs a statement; without values also several, of which the last one's rows come back. int8, numeric, dates, times
   * and intervals come back as the server's text, as JavaScript's own types cannot hold all of their values.
   * @throws RoundtripError PGR204 connection lost, PGR205 refused, PGR206 lock timeout, PGR600 cancelled.
   */
  query<Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /**
   * Runs a `COPY … TO STDOUT` in its turn and gives the bytes as they come. They have to be read to the end: whoever
   * stops before ends the session. Throws as `query` does.
   */
  copyOut(statement: string): AsyncGenerator<Buffer>;
  /** Runs statements that somebody else has written, one result for each, with all values as text. Throws as `query` does. */
  texts(sql: string, options?: TextOptions): Promise<readonly TextResult[]>;
  readonly serverVersion: PostgresVersion;
  readonly backendPid: number;
  /** Which of the hosts answered. */
  readonly host: Host;
  readonly encrypted: boolean;
  /** Whether a pooler stands before the server: one in session mode, as others are refused. */
  readonly pooled: boolean;
}

export interface SessionOptions {
  /** Instead of the database of the parameters. */
  readonly database?: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Ends the session and what it runs on the server, now. */
  readonly signal?: AbortSignal;
  /** Milliseconds that a statement waits for a lock; 30 seconds when not given. */
  readonly lockTimeout?: number;
}

/** Milliseconds that a polite end of a session may take. */
const farewell = 2_000;

/**
 * Opens a session as libpq would with the same parameters, in a state that does not depend on what the role, the
 * database or this process's environment have set.
 * @throws RoundtripError PGR116, PGR200–PGR205, PGR209, PGR600.
 */
export async function openSession(parameters: ConnectionParameters, options: SessionOptions): Promise<Session> {
  const opened = await connect(parameters, options);
  return sessionOf(opened, parameters, options.signal);
}

function sessionOf(opened: OpenedClient, parameters: ConnectionParameters, signal: AbortSignal | undefined): Session {
  const { client, stream, facts } = opened;
  let previous: Promise<unknown> = Promise.resolve();
  let cancelling: Promise<void> | undefined;
  const abort = () => {
    // A server does not notice that its client is gone while it computes; the request stops it.
    cancelling = sendCancelRequest(opened, parameters);
    stream.destroy();
  };
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();

  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (signal?.aborted) throw cancelled();
    try {
      return await work();
    } catch (error) {
      throw signal?.aborted ? cancelled() : queryFault(error, opened.host);
    }
  };
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = previous.then(() => run(work));
    previous = turn.catch(() => undefined);
    return turn;
  };

  return {
    serverVersion: facts.version,
    backendPid: facts.backendPid,
    host: opened.host,
    encrypted: opened.encrypted,
    pooled: opened.pooled,
    query: async <Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]) => {
      const statement = values === undefined ? { text: sql } : { text: sql, values: [...values] };
      return lastRows(await inTurn(() => client.query(statement))) as readonly Row[];
    },
    texts: (sql, options = {}) => inTurn(() => readTexts(client, sql, options)),
    async *copyOut(statement) {
      const before = previous;
      let done: () => void = () => {};
      previous = new Promise<void>(resolve => {
        done = resolve;
      });
      try {
        await before;
        if (signal?.aborted) throw cancelled();
        yield* copyOut(stream, statement);
      } catch (error) {
        throw signal?.aborted ? cancelled() : queryFault(error, opened.host);
      } finally {
        done();
      }
    },
    [Symbol.asyncDispose]: async () => {
      signal?.removeEventListener('abort', abort);
      const limit = setTimeout(() => stream.destroy(), farewell);
      try {
        await Promise.all([stream.destroyed ? undefined : client.end(), cancelling]);
      } finally {
        clearTimeout(limit);
        stream.destroy();
      }
    },
  };
}

function cancelled(): RoundtripError {
  return fault('PGR600', 'the run was cancelled while the server was working', 'start it again when you are ready');
}

/** The driver gives one result for one statement and a list for several. */
function lastRows(result: unknown): readonly unknown[] {
  const last: unknown = Array.isArray(result) ? result.at(-1) : result;
  return typeof last === 'object' && last !== null && 'rows' in last && Array.isArray(last.rows) ? last.rows : [];
}
