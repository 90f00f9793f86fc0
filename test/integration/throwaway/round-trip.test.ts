import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { handOver } from '../../support/cli.ts';
import { freshDatabase, serverMajors, sharedServer } from '../../support/servers.ts';
import { declared, placeWith, serverTraces, start } from './bench.ts';

const sql = `
  CREATE TABLE customer (id int PRIMARY KEY, name text);
  INSERT INTO customer SELECT i, 'customer ' || i FROM generate_series(1, 100) i`;

describe.each(serverMajors)('a source of major %i', major => {
  test('is proven on a server of its own major, of which nothing is left', async () => {
    await using source = await freshDatabase(await sharedServer(major), { sql });
    const steps = [
      { dump: { from: 'source', to: 'dumps/set' } },
      { restore: { into: 'scratch', as: { [source.name]: 'copy' } } },
      { sql: { on: 'scratch', database: 'copy', run: 'SELECT 1 / count(*) FROM customer' } },
      { verify: {} },
    ];
    await using place = await placeWith(declared({ steps }));
    const end = await start(place, source.url).ended;
    expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'passed', databases: [] } });
    expect(end.output).toMatch(new RegExp(`== throwaway server ${major}[.\\d]* for scratch .*: the major of source`));
    expect(await serverTraces(place)).toEqual([]);
  });

  test('says the major by its dump set alone', async () => {
    await using source = await freshDatabase(await sharedServer(major), { sql });
    await using place = await placeWith(declared({ steps: [{ dump: { from: 'source', to: 'dumps/set' } }] }));
    expect((await start(place, source.url).ended).exitCode).toBe(0);
    const steps = [{ restore: { from: 'dumps/set', into: 'scratch' } }, { verify: {} }];
    await place.write('pg-roundtrip.yml', declared({ steps }));
    // The source is not asked again.
    const end = await start(place, 'postgresql://nobody@127.0.0.1:1/none').ended;
    expect(end).toMatchObject({ exitCode: 0 });
    expect(end.output).toMatch(
      new RegExp(`throwaway server ${major}[.\\d]* for scratch .*: the major that was dumped`),
    );
    expect(await serverTraces(place)).toEqual([]);
  });
});

test('what a step has put on a throwaway server can be dumped from there, and proven on another', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql });
  const steps = [
    { dump: { from: 'source', to: 'dumps/one' } },
    { restore: { into: 'scratch', as: { [source.name]: 'copy' } } },
    { sql: { on: 'scratch', database: 'copy', run: 'DELETE FROM customer WHERE id > 10' } },
    { dump: { from: 'scratch', databases: ['copy'], to: 'dumps/two' } },
    { restore: { from: 'dumps/two', into: 'other' } },
    { verify: {} },
    { sql: { on: 'other', database: 'copy', run: 'SELECT 1 / (count(*) = 10)::int FROM customer' } },
  ];
  const declaration = JSON.parse(declared({ steps }));
  declaration.connections.other = { throwaway: true };
  await using place = await placeWith(JSON.stringify(declaration));
  const end = await start(place, source.url).ended;
  expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'unproven' } });
  expect(end.output).toMatch(/for other .*: the major of source/);
  expect(await serverTraces(place)).toEqual([]);
});

test.skipIf(process.geteuid?.() !== 0)('an ordinary user needs no other one', async () => {
  const nobody = 65_534;
  await using source = await freshDatabase(await sharedServer(), { sql });
  const steps = [{ dump: { from: 'source', to: 'dumps/set' } }, { restore: { into: 'scratch' } }, { verify: {} }];
  await using place = await placeWith(declared({ steps }));
  await handOver(place, nobody);
  // What the tests keep belongs to root.
  const environment = { XDG_CACHE_HOME: join(place.home, 'cache') };
  const end = await start(place, source.url, { user: nobody, environment }).ended;
  expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
  expect(await serverTraces(place)).toEqual([]);
});

test('a plan starts nothing and says what would be started', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql });
  const steps = [{ dump: { from: 'source', to: 'dumps/set' } }, { restore: { into: 'scratch' } }, { verify: {} }];
  await using place = await placeWith(declared({ steps }));
  const plan = start(place, source.url, { command: ['plan'] });
  const { exitCode, stdout } = await plan.ended;
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^before: start throwaway server \d[.\d]* for scratch from .*: the major of source$/m);
  expect(stdout).toMatch(/pg_restore .*host='\\''127\.0\.0\.1'\\'' port='\\''0'\\''/);
  const json = await start(place, source.url, { command: ['plan', '--json'] }).ended;
  expect(JSON.parse(json.stdout).servers).toMatchObject([{ connection: 'scratch', reason: 'the major of source' }]);
  expect(await place.remains()).toEqual([]);
  expect(await serverTraces(place)).toEqual([]);
});

test('a server that nothing can be had for stands in the way before anything is done', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql });
  const steps = [{ dump: { from: 'source', to: 'dumps/set' } }, { restore: { into: 'scratch' } }];
  await using place = await placeWith(declared({ scratch: { version: 99 }, steps }));
  const end = await start(place, source.url).ended;
  expect(end).toMatchObject({
    exitCode: 2,
    problem: { code: 'PGR153', remedy: expect.stringContaining('Postgres 99') },
  });
  expect(await place.remains()).toEqual([]);
});

test('nothing is started for a plan that cannot be carried out', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql });
  const steps = [{ dump: { from: 'source', to: 'dumps/set' } }, { restore: { into: 'scratch', as: { nowhere: 'x' } } }];
  await using place = await placeWith(declared({ steps }));
  const end = await start(place, source.url).ended;
  expect(end).toMatchObject({ exitCode: 2, problem: { code: 'PGR180' } });
  expect(end.output).not.toContain('throwaway server');
});
