import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type Place, runCli, startCli } from '../../support/cli.ts';
import { queryOn, type TestServer, urlOf, withClient } from '../../support/servers.ts';
import {
  assertUnchanged,
  clusterState,
  declared,
  eventually,
  failure,
  makeShop,
  placeWith,
  type Step,
  sessionsOfRuns,
  startServer,
  traces,
  urls,
} from './bench.ts';

let server: ThrowawayServer;
let before: readonly string[];
let place: Place;

beforeAll(async () => {
  server = await startServer();
  await makeShop(server);
  await queryOn(server, 'shop', `CREATE ROLE clerk LOGIN PASSWORD 'correct horse'; GRANT SELECT ON customer TO clerk`);
  before = await clusterState(server);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const dumpWith = (dump: Step = {}) =>
  declared({ timeouts: { lock: '1s' }, steps: [{ dump: { from: 'source', to: 'dumps/set', ...dump } }] });

beforeEach(async () => {
  place = await placeWith(dumpWith());
});

afterEach(async () => {
  const left = await traces(place);
  if (left.length > 0) throw new Error(`left behind: ${left.join()}`);
  await assertUnchanged(server, before);
  await place[Symbol.asyncDispose]();
});

const asClerk = () => {
  const clerk: TestServer = { ...server, user: 'clerk', password: new Secret('correct horse') };
  return urls(server, { source: urlOf(clerk, 'shop') });
};

describe('a role that may not see everything', () => {
  test('a table that it may not read', async () => {
    const end = await runCli(place, { environment: asClerk() });
    expect(end).toMatchObject(
      failure('PGR190', /may not read public\.purchase/, /exclude[\s\S]*GRANT pg_read_all_data TO "clerk";/),
    );
  });

  test('excluding the table is a way out', async () => {
    await using other = await placeWith(dumpWith({ exclude: { table: 'public.purchase' } }));
    expect(await runCli(other, { environment: asClerk() })).toMatchObject({ exitCode: 0 });
  });

  test('a table whose rows a policy hides', async () => {
    await queryOn(
      server,
      'shop',
      `GRANT SELECT ON purchase TO clerk; ALTER TABLE purchase ENABLE ROW LEVEL SECURITY;
       CREATE POLICY own ON purchase USING (id < 10)`,
    );
    try {
      const end = await runCli(place, { environment: asClerk() });
      expect(end).toMatchObject(failure('PGR191', /row-level security hides rows of public\.purchase/, /BYPASSRLS/));
    } finally {
      await queryOn(server, 'shop', 'DROP POLICY own ON purchase; ALTER TABLE purchase DISABLE ROW LEVEL SECURITY');
      await queryOn(server, 'shop', 'REVOKE SELECT ON purchase FROM clerk');
    }
  });
});

describe('a table that somebody has locked', () => {
  test('while the run lasts', async () => {
    const end = await withClient(server, 'shop', async client => {
      await client.query('BEGIN; LOCK TABLE purchase IN ACCESS EXCLUSIVE MODE');
      return runCli(place, { environment: urls(server) });
    });
    expect(end).toMatchObject(
      failure(
        'PGR206',
        /lock .*not obtained in time: on "public"\."purchase", which session \d+ \(\w+\) holds/,
        /pg_terminate_backend\(\d+\)/,
      ),
    );
    expect(await sessionsOfRuns(server)).toEqual([]);
  });

  test('and then drops: the dump begins anew, without it', async () => {
    await queryOn(server, 'shop', 'CREATE TABLE doomed AS SELECT 1 AS id');
    const steps = [{ dump: { from: 'source', to: 'set' } }];
    await using waiting = await placeWith(declared({ timeouts: { lock: '20s' }, steps }));
    const end = await withClient(server, 'shop', async client => {
      await client.query('BEGIN; DROP TABLE doomed');
      const run = startCli(waiting, { environment: urls(server) });
      await eventually('it waits', async () =>
        (await sessionsOfRuns(server)).some(doing => /active: lock table/.test(doing)),
      );
      await client.query('COMMIT');
      return run.ended;
    });
    expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'unproven' } });
    expect(end.output).toMatch(/doomed.* does not exist.*; beginning anew/);
    const { databases } = JSON.parse(await readFile(join(waiting.workspace, 'set/manifest.json'), 'utf8'));
    expect(databases[0].tables.map(({ name }: { name: string }) => name).toSorted()).toEqual(['customer', 'purchase']);
  });

  test('while the copy is verified', async () => {
    await using drill = await placeWith(
      declared({
        timeouts: { lock: '1s' },
        steps: [{ dump: { from: 'source', to: 'set' } }, { restore: { into: 'target', as: { shop: 'copy' } } }],
      }),
    );
    expect(await runCli(drill, { environment: urls(server) })).toMatchObject({ exitCode: 0 });
    await drill.write(
      'pg-roundtrip.yml',
      declared({
        timeouts: { lock: '1s' },
        steps: [{ verify: { from: 'set', into: 'target', as: { shop: 'copy' } } }],
      }),
    );
    const end = await withClient(server, 'copy', async client => {
      await client.query('BEGIN; LOCK TABLE purchase IN ACCESS EXCLUSIVE MODE');
      return runCli(drill, { environment: urls(server) });
    });
    // Not 3: nothing was found to differ, it could not be looked at.
    expect([1, 3]).toContain(end.exitCode);
    expect(end.output).toMatch(/lock/);
    expect(end.report).toMatchObject({ verdict: 'failed' });
    await queryOn(server, 'postgres', 'DROP DATABASE copy WITH (FORCE)');
  });
});
