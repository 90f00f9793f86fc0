import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../../src/postgres/session.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../support/servers.ts';

const applicationName = 'session-copy';
let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase(await sharedServer(), {
    sql: `CREATE TABLE many AS SELECT i, md5(i::text) FROM generate_series(1, 200000) i;
      CREATE FUNCTION fails(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF $1 = 150000 THEN RAISE 'no further'; END IF; RETURN $1; END $$`,
  });
});
afterAll(() => database[Symbol.asyncDispose]());

async function length(bytes: AsyncIterable<Buffer>): Promise<number> {
  let sum = 0;
  for await (const chunk of bytes) sum += chunk.length;
  return sum;
}

describe('COPY out of a session', () => {
  test('gives all bytes, one after another with other statements, whoever waits', async () => {
    await using session = await openSession(database.parameters, { applicationName });
    const [row] = await session.query<{ sum: string }>(
      'SELECT sum(length(i::text || md5) + 2)::text AS sum FROM public.many',
    );
    const copy = 'COPY public.many TO STDOUT';
    const both = await Promise.all([
      length(session.copyOut(copy)),
      session.query('SELECT 1 AS one'),
      length(session.copyOut(copy)),
      session.query('SELECT 2 AS two'),
    ]);
    expect(both).toEqual([Number(row?.sum), [{ one: 1 }], Number(row?.sum), [{ two: 2 }]]);
  });

  test.each([
    ['COPY public.nowhere TO STDOUT', /nowhere" does not exist/],
    ['COPY (SELECT public.fails(i) FROM public.many) TO STDOUT', /no further/],
  ])('%s: what the server refuses is thrown, and the session goes on', async (statement, reason) => {
    await using session = await openSession(database.parameters, { applicationName });
    const read = length(session.copyOut(statement));
    await expect(read).rejects.toMatchObject({ code: 'PGR205', message: expect.stringMatching(reason) });
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('whoever stops early ends the session', async () => {
    await using session = await openSession(database.parameters, { applicationName });
    for await (const _ of session.copyOut('COPY public.many TO STDOUT')) break;
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ code: 'PGR204' });
  });

  test('an aborted run ends it, on the server as well', async () => {
    const stop = new AbortController();
    await using session = await openSession(database.parameters, { applicationName, signal: stop.signal });
    const endless = session.copyOut('COPY (SELECT generate_series(1, 1000000000000)) TO STDOUT');
    const read = (async () => {
      for await (const _ of endless) stop.abort();
    })();
    await expect(read).rejects.toMatchObject({ code: 'PGR600' });
    await expect
      .poll(() =>
        database.query(`SELECT count(*)::int AS left FROM pg_stat_activity WHERE pid = ${session.backendPid}`),
      )
      .toEqual([{ left: 0 }]);
  });

  test('a lost server ends it', async () => {
    await using session = await openSession(database.parameters, { applicationName });
    const read = (async () => {
      let first = true;
      for await (const _ of session.copyOut('COPY (SELECT generate_series(1, 1000000000000)) TO STDOUT')) {
        if (first) await database.query(`SELECT pg_terminate_backend(${session.backendPid})`);
        first = false;
      }
    })();
    await expect(read).rejects.toMatchObject({ code: 'PGR204' });
  });
});
