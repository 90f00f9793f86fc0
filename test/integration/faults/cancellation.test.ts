import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hashFile } from '../../../src/dumpset/checksums.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type CliEnd, type CliRun, type Place, runCli, startCli } from '../../support/cli.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { dropDatabase, queryOn, urlOf, withClient } from '../../support/servers.ts';
import {
  assertSucceeded,
  assertUnchanged,
  clusterState,
  declared,
  drillSteps,
  dumpSetOf,
  eventually,
  failure,
  intoData,
  longTables,
  makeShop,
  placeWith,
  type Step,
  sessionsOfRuns,
  smallTables,
  startServer,
  struck,
  through,
  traces,
  urls,
} from './bench.ts';

/** Sends a signal and asserts that everything is over soon: first the tools, then the run, with nothing left. */
async function cancel(run: CliRun, place: Place, signal: NodeJS.Signals, kept: readonly string[]): Promise<CliEnd> {
  const tools = async () => (await place.processes()).filter(one => one.pid !== run.pid);
  const sent = performance.now();
  run.signal(signal);
  await eventually('the tools are gone', async () => (await tools()).length === 0);
  // Two seconds are promised; a machine that runs other tests as well may need more.
  expect(performance.now() - sent).toBeLessThan(6_000);
  const end = await run.ended;
  expect(performance.now() - sent).toBeLessThan(15_000);
  expect(await traces(place)).toEqual(kept);
  return end;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

const cancelled = (signal: NodeJS.Signals) => failure('PGR600', `the run was cancelled (${signal})`, /run it again/);

// The signals side by side, each with a server of its own; a signal's tests one after another, as they look at all of it.
describe.concurrent.each(signals)('%s', signal => {
  describe('leaves nothing', { concurrent: false }, () => {
    phases(signal);
  });
});

function phases(signal: (typeof signals)[number]): void {
  let server: ThrowawayServer;
  let before: readonly string[];

  beforeAll(async () => {
    server = await startServer();
    await makeShop(server, longTables);
    await queryOn(server, 'postgres', 'CREATE DATABASE small TEMPLATE template0');
    await queryOn(server, 'small', smallTables);
    before = await clusterState(server);
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  afterEach(async () => {
    await eventually('no session is left', async () => (await sessionsOfRuns(server)).length === 0);
    await assertUnchanged(server, before);
  });

  test('while the servers are looked at', async () => {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'stall',
      counting: 'to-server',
      afterBytes: 1,
    });
    await using place = await placeWith(declared({ steps: drillSteps() }));
    const source = urlOf(through(server, proxy), 'shop');
    const run = startCli(place, { environment: urls(server, { source }) });
    await struck(proxy, run);
    expect(await cancel(run, place, signal, [])).toMatchObject(cancelled(signal));
  });

  test('while a dump waits for a lock', async () => {
    await using place = await placeWith(declared({ steps: drillSteps() }));
    await withClient(server, 'shop', async client => {
      await client.query('BEGIN; LOCK TABLE long_one IN ACCESS EXCLUSIVE MODE');
      const run = startCli(place, { environment: urls(server) });
      await eventually('it waits', async () =>
        (await sessionsOfRuns(server)).some(doing => /: lock table/.test(doing)),
      );
      expect(await cancel(run, place, signal, [])).toMatchObject(cancelled(signal));
    });
  });

  test.each<[string, Step]>([
    ['directory', { jobs: 2, globals: true }],
    ['custom', { format: 'custom' }],
  ])('in the middle of a dump, format %s', async (_, dump) => {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'stall',
      counting: 'from-server',
      afterBytes: intoData,
    });
    await using place = await placeWith(declared({ steps: drillSteps('copy', { dump }) }));
    const source = urlOf(through(server, proxy), 'shop');
    const run = startCli(place, { environment: urls(server, { source }) });
    await struck(proxy, run);
    expect(await cancel(run, place, signal, [])).toMatchObject(cancelled(signal));
  });

  describe('with a dump set', () => {
    let place: Place;
    let kept: readonly string[];

    beforeAll(async () => {
      place = await placeWith(declared({ steps: [{ dump: { from: 'source', to: 'set', globals: true } }] }));
      assertSucceeded(await runCli(place, { environment: urls(server) }));
      kept = await place.remains();
    });

    afterAll(async () => {
      await place[Symbol.asyncDispose]();
    });

    const restore = (more: Step = {}) => ({ restore: { from: 'set', into: 'target', as: { shop: 'copy' }, ...more } });

    test('while a restore begins: its database is being made', async () => {
      await place.write('pg-roundtrip.yml', declared({ steps: [restore()] }));
      // CREATE DATABASE waits for whoever uses its template.
      await withClient(server, 'postgres', async client => {
        await client.query(`UPDATE pg_database SET datallowconn = true WHERE datname = 'template0'`);
        try {
          await withClient(server, 'template0', async () => {
            const run = startCli(place, { environment: urls(server) });
            await eventually('it waits', async () =>
              (await sessionsOfRuns(server)).some(doing => /: create database/.test(doing)),
            );
            expect(await cancel(run, place, signal, kept)).toMatchObject(cancelled(signal));
          });
        } finally {
          await client.query(`UPDATE pg_database SET datallowconn = false WHERE datname = 'template0'`);
        }
      });
    });

    test.each([1, 2])('in the middle of a restore with %i jobs', async jobs => {
      await using proxy = await startFaultProxy({
        upstream: server,
        fault: 'stall',
        counting: 'to-server',
        afterBytes: intoData,
      });
      await place.write('pg-roundtrip.yml', declared({ steps: [restore({ jobs })] }));
      const target = urlOf(through(server, proxy), 'postgres');
      const run = startCli(place, { environment: urls(server, { target }) });
      await struck(proxy, run);
      expect(await cancel(run, place, signal, kept)).toMatchObject(cancelled(signal));
    });

    test('while a copy is verified', async () => {
      await place.write('pg-roundtrip.yml', declared({ steps: [restore()] }));
      expect(await runCli(place, { environment: urls(server) })).toMatchObject({ exitCode: 0 });
      try {
        const step = { verify: { from: 'set', into: 'target', as: { shop: 'copy' } } };
        await place.write('pg-roundtrip.yml', declared({ timeouts: { lock: '5m' }, steps: [step] }));
        await withClient(server, 'copy', async client => {
          await client.query('BEGIN; LOCK TABLE long_one IN ACCESS EXCLUSIVE MODE');
          const run = startCli(place, { environment: urls(server) });
          await eventually('pg_dump waits', async () =>
            (await sessionsOfRuns(server)).some(doing => /: LOCK TABLE/.test(doing)),
          );
          expect(await cancel(run, place, signal, kept)).toMatchObject(cancelled(signal));
        });
      } finally {
        await dropDatabase(server, 'copy');
      }
    });

    test('while an index is built', async () => {
      await using slow = await placeWith(
        declared({
          steps: [{ dump: { from: 'source', to: 'set' } }, { restore: { into: 'target', as: { slow: 'copy' } } }],
        }),
      );
      await queryOn(server, 'postgres', 'CREATE DATABASE slow TEMPLATE template0');
      try {
        await queryOn(
          server,
          'slow',
          `CREATE TABLE t AS SELECT 1 AS i;
           CREATE FUNCTION sleepy(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
             BEGIN IF current_database() <> 'slow' THEN PERFORM pg_sleep(100); END IF; RETURN $1; END $$;
           CREATE INDEX ON t (sleepy(i))`,
        );
        const run = startCli(slow, { environment: urls(server, { source: urlOf(server, 'slow') }) });
        await eventually('the index is built', async () =>
          (await sessionsOfRuns(server)).some(doing => /active: CREATE INDEX/.test(doing)),
        );
        const dumped = (await slow.remains()).filter(path => path.startsWith('workspace/set'));
        expect(await cancel(run, slow, signal, dumped)).toMatchObject(cancelled(signal));
      } finally {
        await dropDatabase(server, 'slow');
      }
    });

    test('while SQL runs', async () => {
      await place.write(
        'pg-roundtrip.yml',
        declared({ steps: [{ sql: { on: 'target', run: 'SELECT pg_sleep(100)' } }] }),
      );
      const run = startCli(place, { environment: urls(server) });
      await eventually('it runs', async () =>
        (await sessionsOfRuns(server)).some(doing => /active: .*sleep/.test(doing)),
      );
      expect(await cancel(run, place, signal, kept)).toMatchObject(cancelled(signal));
    });
  });

  /** A dump set that takes seconds to read: it has one more file, of nothing but zeros. */
  async function largeDumpSet(bytes: number, sha256?: string): Promise<Place> {
    const place = await placeWith(declared({ steps: [{ dump: { from: 'source', to: 'set' } }] }));
    const source = urlOf(server, 'small');
    expect(await runCli(place, { environment: urls(server, { source }) })).toMatchObject({ exitCode: 0 });
    const large = join(place.workspace, 'set/large');
    await writeFile(large, '');
    await truncate(large, bytes);
    await appendFile(join(place.workspace, 'set/SHA256SUMS'), `${sha256 ?? (await hashFile(large))}  large\n`);
    await place.write(
      'pg-roundtrip.yml',
      declared({ steps: [{ publish: { from: 'set', folder: 'deep/published' } }] }),
    );
    return place;
  }

  test('while a large dump set is checked before it is published', async () => {
    await using place = await largeDumpSet(4 * 1024 ** 3, '0'.repeat(64));
    const kept = await place.remains();
    const run = startCli(place, { environment: urls(server) });
    await eventually('it has begun', () => run.output().includes('publish to'));
    expect(await cancel(run, place, signal, kept)).toMatchObject(cancelled(signal));
  });

  test('while a large dump set is copied', async () => {
    await using place = await largeDumpSet(512 * 1024 ** 2);
    const kept = await place.remains();
    const run = startCli(place, { environment: urls(server) });
    await eventually('copying has begun', async () => (await place.remains()).length > kept.length + 3);
    expect((await place.remains()).join()).toMatch(/workspace\/deep\/published\.[0-9a-f]{12}-\d+\.partial/);
    expect(await cancel(run, place, signal, kept)).toMatchObject(cancelled(signal));
  });

  if (signal !== 'SIGINT') return;

  test('a second SIGINT in the middle of a dump leaves no dump set, half or whole', async () => {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'stall',
      counting: 'from-server',
      afterBytes: intoData,
    });
    await using place = await placeWith(declared({ steps: drillSteps('copy', { dump: { jobs: 2 } }) }));
    const source = urlOf(through(server, proxy), 'shop');
    const run = startCli(place, { environment: urls(server, { source }) });
    await struck(proxy, run);
    run.signal('SIGINT');
    // Two signals at once would be one to the kernel.
    await delay(20);
    run.signal('SIGINT');
    expect((await run.ended).exitCode).toBe(130);
    await eventually('the tools are gone', async () => (await place.processes()).length === 0);
    const left = await traces(place);
    expect(left.filter(path => path !== 'workspace/dumps')).toEqual([]);
  });

  test('a second SIGINT ends the run at once, and all that is left is a database, which is named', async () => {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'stall',
      counting: 'to-server',
      afterBytes: intoData,
      scope: 'everything',
    });
    await using place = await placeWith(declared({ steps: drillSteps() }));
    const target = urlOf(through(server, proxy), 'postgres');
    const run = startCli(place, { environment: urls(server, { target }) });
    await struck(proxy, run);
    // The database cannot be dropped through a dead network, so the run would try for some seconds.
    run.signal('SIGINT');
    await eventually('the tools are gone', async () => (await place.processes()).length === 1);
    run.signal('SIGINT');
    const end = await run.ended;
    expect(end.exitCode).toBe(130);
    expect(end.output).toMatch(/database "copy" of target is left/);
    expect(end.output).not.toMatch(/FAILED in/);
    expect(await traces(place)).toEqual(await dumpSetOf(place));
    await dropDatabase(server, 'copy');
  });
}
