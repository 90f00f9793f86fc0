import { setTimeout as delay } from 'node:timers/promises';
import { type FreshDatabase, withClient } from '../../../support/databases.ts';

/** Rows of `giver` and `taker` together in every committed state, so a torn copy shows. */
export const wanderers = 100;

/** Enough rows, of text that hardly compresses, that a dump takes a good while. */
export const movingTables = `
CREATE TABLE ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);
INSERT INTO ledger (body)
  SELECT (SELECT string_agg(md5(n::text || '-' || part::text), '') FROM generate_series(1, 12) AS part)
  FROM generate_series(1, 250000) AS n;
CREATE TABLE giver (id integer PRIMARY KEY);
CREATE TABLE taker (id integer PRIMARY KEY);
INSERT INTO giver SELECT n FROM generate_series(1, ${wanderers}) AS n;
CREATE TABLE refilled (id integer PRIMARY KEY, round integer NOT NULL);
INSERT INTO refilled SELECT n, 0 FROM generate_series(1, 50) AS n;
CREATE SEQUENCE ticket;
ANALYZE;
`;

/** What one session does over and over. */
interface Routine {
  readonly pauseMilliseconds: number;
  readonly sql: (round: number) => string;
}

const routines: readonly Routine[] = [
  {
    pauseMilliseconds: 5,
    sql: round => `
      INSERT INTO ledger (body) SELECT md5(random()::text) FROM generate_series(1, 7);
      UPDATE ledger SET body = body || '.' WHERE id = 1 + ${round} * 7919 % 200000;
      SELECT nextval('ticket')`,
  },
  { pauseMilliseconds: 5, sql: round => `DELETE FROM ledger WHERE id = 1 + ${round} * 104729 % 200000` },
  {
    pauseMilliseconds: 5,
    // One statement is one transaction, so no committed state lacks the row or has it twice.
    sql: () => `
      WITH moved AS (DELETE FROM giver WHERE id = 1 + floor(random() * ${wanderers}) RETURNING *)
        INSERT INTO taker SELECT * FROM moved`,
  },
  {
    pauseMilliseconds: 5,
    sql: () => `
      WITH moved AS (DELETE FROM taker WHERE id = 1 + floor(random() * ${wanderers}) RETURNING *)
        INSERT INTO giver SELECT * FROM moved`,
  },
  {
    pauseMilliseconds: 40,
    sql: round =>
      `CREATE TABLE made_${round} AS SELECT n, md5(n::text) AS body FROM generate_series(1, ${(round % 5) * 10}) AS n`,
  },
  {
    // As often as not while a dump runs, and for most of its time queued up behind its locks.
    pauseMilliseconds: 600,
    sql: round => `
      BEGIN;
      TRUNCATE refilled;
      INSERT INTO refilled SELECT n, ${round} FROM generate_series(1, ${1 + (round % 90)}) AS n;
      COMMIT`,
  },
];

export interface Writers extends AsyncDisposable {
  /** Ends the writers after what they are at; throws what any of them met. Returns how often each was through. */
  stop(): Promise<readonly number[]>;
}

/** Starts a session for each routine. */
export function startWriters(database: FreshDatabase): Writers {
  let stopped = false;
  const sessions = routines.map(({ pauseMilliseconds, sql }) =>
    withClient(database.server, database.name, async client => {
      let round = 0;
      while (!stopped) {
        await client.query(sql(++round));
        await delay(pauseMilliseconds);
      }
      return round;
    }),
  );
  const all = Promise.all(sessions);
  all.catch(() => undefined); // thrown by `stop`
  return {
    async stop() {
      stopped = true;
      return await all;
    },
    async [Symbol.asyncDispose]() {
      stopped = true;
      await Promise.allSettled(sessions);
    },
  };
}
