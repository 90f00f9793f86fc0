import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/errors.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { runCli } from '../../support/cli.ts';
import { type Fault, type FaultProxyOptions, startFaultProxy } from '../../support/fault-proxy.ts';
import { dropDatabase, queryOn, urlOf } from '../../support/servers.ts';
import {
  assertUnchanged,
  clusterState,
  type Declaration,
  declared,
  drillSteps,
  dumpSetOf,
  failure,
  intoData,
  longTables,
  makeShop,
  placeWith,
  type Step,
  startServer,
  through,
  traces,
  urls,
} from './bench.ts';

let server: ThrowawayServer;
let before: readonly string[];

beforeAll(async () => {
  server = await startServer();
  await makeShop(server, longTables);
  before = await clusterState(server);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

afterEach(async () => {
  await assertUnchanged(server, before);
});

/** Runs a drill whose source (or target) is reached through a proxy that breaks in the middle of a table's data. */
async function broken(
  side: 'dump' | 'restore',
  fault: Omit<FaultProxyOptions, 'upstream' | 'counting' | 'afterBytes'>,
  more: Partial<Declaration> = {},
) {
  await using proxy = await startFaultProxy({
    upstream: server,
    counting: side === 'dump' ? 'from-server' : 'to-server',
    afterBytes: intoData,
    ...fault,
  });
  await using place = await placeWith(declared({ steps: drillSteps(), ...more }));
  const proxied =
    side === 'dump'
      ? { source: urlOf(through(server, proxy), 'shop') }
      : { target: urlOf(through(server, proxy), 'postgres') };
  const end = await runCli(place, { environment: urls(server, proxied) });
  const dumped = await dumpSetOf(place);
  expect(await traces(place)).toEqual(side === 'dump' ? [] : dumped);
  return end;
}

const formats: readonly Step[] = [{ format: 'directory', jobs: 2 }, { format: 'custom' }];

describe.each(formats)('a connection breaks in the middle of a dump, %o', dump => {
  test.each<[Fault, ErrorCode, RegExp]>([
    ['end', 'PGR204', /was lost/],
    ['reset', 'PGR204', /was lost/],
    ['stall', 'PGR500', /no sign of progress for 3 s/],
  ])('%s', async (fault, code, says) => {
    const end = await broken('dump', { fault }, { timeouts: { stall: '3s' }, steps: drillSteps('copy', { dump }) });
    expect(end).toMatchObject(failure(code, says, /run it again/));
  });
});

describe.each([{ jobs: 1 }, { jobs: 2 }])('a connection breaks in the middle of a restore, %o', restore => {
  test.each<[Fault, ErrorCode, RegExp]>([
    ['end', 'PGR204', /was lost/],
    ['reset', 'PGR204', /was lost/],
    ['stall', 'PGR500', /no sign of progress for 3 s/],
  ])('%s', async (fault, code, says) => {
    const end = await broken(
      'restore',
      { fault },
      { timeouts: { stall: '3s' }, steps: drillSteps('copy', { restore }) },
    );
    expect(end).toMatchObject(failure(code, says, /run it again/));
  });
});

describe('the whole network falls silent', () => {
  test('while dumping', async () => {
    const end = await broken('dump', { fault: 'stall', scope: 'everything' }, { timeouts: { stall: '3s' } });
    expect(end).toMatchObject(failure('PGR500', /no sign of progress for 3 s/, /run it again/));
  });

  test('while restoring: the half of a copy that stays behind is named', async () => {
    const end = await broken('restore', { fault: 'stall', scope: 'everything' }, { timeouts: { stall: '3s' } });
    expect(end).toMatchObject(failure('PGR500', /no sign of progress for 3 s/, /run it again/));
    expect(end.output).toMatch(/database "copy" of target could not be dropped/);
    await dropDatabase(server, 'copy');
  });

  test('before the first answer', async () => {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'stall',
      counting: 'to-server',
      afterBytes: 1,
    });
    await using place = await placeWith(declared({ source: { 'connect-timeout': 2 }, steps: drillSteps() }));
    const source = urlOf(through(server, proxy), 'shop');
    const end = await runCli(place, { environment: urls(server, { source }) });
    expect(end).toMatchObject(failure('PGR200', /did not answer within 2 s/, /check host, port and firewall/));
    expect(await traces(place)).toEqual([]);
  });

  test('between login and the first query', async () => {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'stall',
      counting: 'from-server',
      // A login takes some 500 bytes from the server, all that the survey asks about the databases comes after them.
      afterBytes: 900,
      scope: 'everything',
    });
    await using place = await placeWith(
      declared({ timeouts: { stall: '3s' }, steps: drillSteps('copy', { dump: { databases: ['shop', '*'] } }) }),
    );
    const source = urlOf(through(server, proxy), 'shop');
    const end = await runCli(place, { environment: urls(server, { source }) });
    expect([1, 5]).toContain(end.exitCode);
    expect(await traces(place)).toEqual([]);
  });
});

describe('what is slow is not stalled', () => {
  test.each([
    ['dump', 'while pg_dump reads the catalogs', 20_000],
    ['dump', 'while it reads the data', intoData],
    ['restore', 'while pg_restore writes the data', intoData],
  ] as const)('a very slow network, %s, %s', async (side, _, afterBytes) => {
    await queryOn(server, 'postgres', 'CREATE DATABASE small TEMPLATE template0');
    try {
      await queryOn(
        server,
        'small',
        `CREATE TABLE long AS SELECT i AS id, md5(i::text) || md5((-i)::text) AS words FROM generate_series(1, 45000) i`,
      );
      await using proxy = await startFaultProxy({
        upstream: server,
        fault: 'drip',
        counting: side === 'dump' ? 'from-server' : 'to-server',
        afterBytes,
      });
      await using place = await placeWith(
        declared({
          timeouts: { stall: '2s' },
          steps: [
            { dump: { from: 'source', to: 'set', compress: 0 } },
            { restore: { into: 'target', as: { small: 'copy' }, temporary: true } },
            { verify: {} },
          ],
        }),
      );
      const [source, target] = [urlOf(server, 'small'), urlOf(server, 'postgres')];
      const proxied =
        side === 'dump'
          ? { source: urlOf(through(server, proxy), 'small'), target }
          : { source, target: urlOf(through(server, proxy), 'postgres') };
      const end = await runCli(place, { environment: urls(server, proxied) });
      expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
      expect(end.report?.seconds).toBeGreaterThan(4);
    } finally {
      await dropDatabase(server, 'small');
    }
  });

  test('an index that takes longer to build than a peer may be silent', async () => {
    await queryOn(server, 'postgres', 'CREATE DATABASE quiet TEMPLATE template0');
    try {
      await queryOn(
        server,
        'quiet',
        `CREATE TABLE t AS SELECT 1 AS i;
         CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
           BEGIN IF current_database() <> 'quiet' THEN PERFORM pg_sleep(6); END IF; RETURN $1; END $$;
         CREATE INDEX ON t (slow(i))`,
      );
      await using place = await placeWith(
        declared({
          timeouts: { stall: '2s' },
          steps: [
            { dump: { from: 'source', to: 'set' } },
            { restore: { into: 'target', as: { quiet: 'copy' }, temporary: true } },
            { verify: {} },
          ],
        }),
      );
      const end = await runCli(place, { environment: urls(server, { source: urlOf(server, 'quiet') }) });
      expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
    } finally {
      await dropDatabase(server, 'quiet');
    }
  });

  test('a statement of the user', async () => {
    await using place = await placeWith(
      declared({ timeouts: { stall: '2s' }, steps: [{ sql: { on: 'source', run: 'SELECT pg_sleep(6)' } }] }),
    );
    expect(await runCli(place, { environment: urls(server) })).toMatchObject({ exitCode: 0 });
  });
});
