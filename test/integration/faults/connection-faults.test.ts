import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** Of sources that take their time: half a megabyte of rows, and an index that is slow to build in a copy. */
const slowTables = `
  CREATE TABLE long AS SELECT i AS id, md5(i::text) || md5((-i)::text) AS words FROM generate_series(1, 13000) i`;
const slowIndex = `
  CREATE TABLE t AS SELECT 1 AS i;
  CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
    BEGIN IF current_database() <> 'quiet' THEN PERFORM pg_sleep(5); END IF; RETURN $1; END $$;
  CREATE INDEX ON t (slow(i))`;

beforeAll(async () => {
  // From 15 on, who makes or drops a database waits for every session of the server, also for one whose client has fallen
  // silent in the middle of COPY (ProcSignalBarrier): tests side by side would hold each other up.
  server = await startServer({}, 14);
  await makeShop(server, longTables);
  for (const [name, sql] of [
    ['small', slowTables],
    ['quiet', slowIndex],
  ] as const) {
    await queryOn(server, 'postgres', `CREATE DATABASE ${name} TEMPLATE template0`);
    await queryOn(server, name, sql);
  }
  before = await clusterState(server);
});

afterAll(async () => {
  await assertUnchanged(server, before);
  await server[Symbol.asyncDispose]();
});

let copies = 0;

/** Runs a drill whose source (or target) is reached through a proxy that breaks in the middle of a table's data. */
async function broken(
  side: 'dump' | 'restore',
  fault: Omit<FaultProxyOptions, 'upstream' | 'counting' | 'afterBytes'>,
  more: Omit<Partial<Declaration>, 'steps'> = {},
  options: Parameters<typeof drillSteps>[1] = {},
) {
  await using proxy = await startFaultProxy({
    upstream: server,
    counting: side === 'dump' ? 'from-server' : 'to-server',
    afterBytes: intoData,
    ...fault,
  });
  copies += 1;
  const copy = `copy_${copies}`;
  await using place = await placeWith(declared({ steps: drillSteps(copy, options), ...more }));
  const proxied =
    side === 'dump'
      ? { source: urlOf(through(server, proxy), 'shop') }
      : { target: urlOf(through(server, proxy), 'postgres') };
  const end = await runCli(place, { environment: urls(server, proxied) });
  const left = await traces(place);
  const dumped = await dumpSetOf(place);
  return { end, copy, left, dumped, isThere: (await clusterState(server)).includes(`database ${copy}`) };
}

/** Nothing is left of the run, but the finished dump set where a later step has failed. */
function expectNothingLeft(side: 'dump' | 'restore', { left, dumped, isThere }: Awaited<ReturnType<typeof broken>>) {
  expect(left).toEqual(side === 'dump' ? [] : dumped);
  expect(isThere).toBe(false);
}

const faults: readonly (readonly [Fault, ErrorCode, RegExp])[] = [
  ['end', 'PGR204', /was lost/],
  ['reset', 'PGR204', /was lost/],
  ['stall', 'PGR500', /no sign of progress for 10 s/],
];

const sides: readonly (readonly ['dump' | 'restore', Step])[] = [
  ['dump', { format: 'directory', jobs: 2 }],
  ['dump', { format: 'custom' }],
  ['restore', { jobs: 1 }],
  ['restore', { jobs: 2 }],
];

// Most of the time goes by in waiting: for programs that start, and for limits. Ten seconds are enough for five at once.
describe.concurrent.each(sides)('a connection breaks in the middle of a %s, %o', (side, options) => {
  test.each(faults)('%s', async (fault, code, says) => {
    const run = await broken(side, { fault }, { timeouts: { stall: '10s' } }, { [side]: options });
    expect(run.end).toMatchObject(failure(code, says, /run it again/));
    // A dump that is cut says in what; a restore that is reset may learn of it anywhere.
    expect(run.end.output).toMatch(
      side === 'dump' && fault !== 'stall' ? /table "(?:public\.)?long_(?:one|two)"/ : /restore|dump/,
    );
    expectNothingLeft(side, run);
  });
});

/** With `retries: 1`, as is the default. */
describe.concurrent('a connection that breaks once', () => {
  const once = sides.map(([side, options], index) => [side, options, index % 2 === 0 ? 'end' : 'reset'] as const);
  test.each(once)('in the middle of a %s, %o: the step begins anew and is proven, %s', async (side, options, fault) => {
    const { end, copy, left, dumped } = await broken(
      side,
      { fault, strikes: 1 },
      { retries: undefined },
      { [side]: options, ...(side === 'restore' ? {} : { restore: { temporary: true } }) },
    );
    expect(end.exitCode, end.output).toBe(0);
    expect(end.report?.verdict).toBe('passed');
    const told = /begun anew after \d+ s \(1 of at most 1 times\), as it failed: PGR204 .* was lost/;
    expect(end.output).toMatch(told);
    const notes = end.report?.steps.map(step => step.notes.filter(note => told.test(note)).length);
    expect(notes).toEqual(side === 'dump' ? [1, 0, 0, 0] : [0, 1, 0, 0]);
    expect(left.filter(path => /temporary|\.partial/.test(path))).toEqual([]);
    expect(dumped).toContain('workspace/dumps/set/SHA256SUMS');
    if (side === 'restore') await dropDatabase(server, copy);
  });
});

describe.concurrent('beginning anew has an end', () => {
  test('after so many times, with the last error', async () => {
    const run = await broken('dump', { fault: 'reset' }, { retries: 2 });
    expect(run.end).toMatchObject(failure('PGR204', /was lost/, /run it again/));
    expect(run.end.report?.steps[0]?.notes.filter(note => note.startsWith('begun anew'))).toHaveLength(2);
    expectNothingLeft('dump', run);
  });

  test('where a database that was there is half filled: with the error that led to it', async () => {
    await queryOn(server, 'postgres', 'CREATE DATABASE there TEMPLATE template0');
    const options = { upstream: server, fault: 'reset', counting: 'to-server', afterBytes: intoData } as const;
    await using proxy = await startFaultProxy({ ...options, strikes: 1 });
    await using place = await placeWith(declared({ retries: 1, steps: drillSteps('there', { restore: { jobs: 2 } }) }));
    const target = urlOf(through(server, proxy), 'postgres');
    const end = await runCli(place, { environment: urls(server, { target }) });
    await dropDatabase(server, 'there');
    expect(end).toMatchObject(failure('PGR204', /was lost/, /run it again/));
    expect(end.output).toMatch(/begun anew/);
  });

  test('with a stall, which has taken its whole limit', async () => {
    const timeouts = { stall: '10s' };
    const run = await broken('restore', { fault: 'stall', strikes: 1 }, { retries: 2, timeouts });
    expect(run.end).toMatchObject(failure('PGR500', /no sign of progress/, /run it again/));
    expect(run.end.output).not.toMatch(/begun anew/);
    expect(run.isThere, run.end.output).toBe(false);
    expectNothingLeft('restore', run);
  });
});

describe.concurrent('the whole network falls silent', () => {
  test('while dumping', async () => {
    const run = await broken('dump', { fault: 'stall', scope: 'everything' }, { timeouts: { stall: '10s' } });
    expect(run.end).toMatchObject(failure('PGR500', /no sign of progress for 10 s/, /run it again/));
    expectNothingLeft('dump', run);
  });

  test('while restoring: the half of a copy that stays behind is named', async () => {
    const run = await broken('restore', { fault: 'stall', scope: 'everything' }, { timeouts: { stall: '10s' } });
    expect(run.end).toMatchObject(failure('PGR500', /no sign of progress for 10 s/, /run it again/));
    expect(run.left).toEqual(run.dumped);
    expect(run.isThere).toBe(true);
    expect(run.end.output).toContain(`database "${run.copy}" of target could not be dropped`);
    await dropDatabase(server, run.copy);
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
      declared({ timeouts: { stall: '10s' }, steps: drillSteps('copy', { dump: { databases: ['shop', '*'] } }) }),
    );
    const source = urlOf(through(server, proxy), 'shop');
    const end = await runCli(place, { environment: urls(server, { source }) });
    expect([1, 5]).toContain(end.exitCode);
    expect(await traces(place)).toEqual([]);
  });
});

// One after another: a limit of two seconds is short for a machine that is busy.
describe('what is slow is not stalled', () => {
  const drillOf = (database: string): Step[] => [
    { dump: { from: 'source', to: 'set', compress: 0 } },
    { restore: { into: 'target', as: { [database]: 'copy' }, temporary: true } },
    { verify: {} },
  ];

  test.each([
    ['dump', 'while pg_dump reads the catalogs', 20_000],
    ['restore', 'while pg_restore writes the data', 100_000],
  ] as const)('a very slow network, %s, %s', async (side, _, afterBytes) => {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'drip',
      counting: side === 'dump' ? 'from-server' : 'to-server',
      afterBytes,
    });
    await using place = await placeWith(declared({ timeouts: { stall: '2s' }, steps: drillOf('small') }));
    const [source, target] = [urlOf(server, 'small'), urlOf(server, 'postgres')];
    const proxied =
      side === 'dump'
        ? { source: urlOf(through(server, proxy), 'small'), target }
        : { source, target: urlOf(through(server, proxy), 'postgres') };
    const end = await runCli(place, { environment: urls(server, proxied) });
    expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
    expect(end.report?.seconds).toBeGreaterThan(4);
  });

  test('an index that takes longer to build than a peer may be silent', async () => {
    await using place = await placeWith(declared({ timeouts: { stall: '2s' }, steps: drillOf('quiet') }));
    const end = await runCli(place, { environment: urls(server, { source: urlOf(server, 'quiet') }) });
    expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
    expect(end.report?.seconds).toBeGreaterThan(5);
  });

  test('a statement of the user', async () => {
    await using place = await placeWith(
      declared({ timeouts: { stall: '2s' }, steps: [{ sql: { on: 'source', run: 'SELECT pg_sleep(5)' } }] }),
    );
    expect(await runCli(place, { environment: urls(server) })).toMatchObject({ exitCode: 0 });
  });
});
