import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSession } from '../../../src/postgres/session.ts';
import { refuseInUse } from '../../../src/steps/target.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type Place, runCli } from '../../support/cli.ts';
import { dropDatabase, parametersOf, queryOn, urlOf, withClient } from '../../support/servers.ts';
import {
  assertSucceeded,
  clusterState,
  declared,
  drillSteps,
  failure,
  makeShop,
  placeWith,
  type Step,
  startServer,
  traces,
  urls,
} from './bench.ts';

/** A dump set with globals, made once: what is refused here is refused before anything of it is used. */
let server: ThrowawayServer;
let place: Place;
let dumpSet: readonly string[];

beforeAll(async () => {
  server = await startServer();
  await makeShop(server);
  await queryOn(server, 'postgres', 'CREATE ROLE keeper');
  await queryOn(server, 'shop', 'ALTER TABLE customer OWNER TO keeper; CREATE ROLE bystander');
  place = await placeWith(declared({ steps: [{ dump: { from: 'source', to: 'dumps/set', globals: true } }] }));
  assertSucceeded(await runCli(place, { environment: urls(server) }));
  dumpSet = await place.remains();
  // From here on a restore would have to make both roles.
  await queryOn(server, 'shop', 'ALTER TABLE customer OWNER TO postgres; DROP ROLE keeper, bystander');
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

let before: readonly string[];
beforeEach(async () => {
  before = await clusterState(server);
});

async function refused(restore: Step, target: Step = {}) {
  await place.write(
    'pg-roundtrip.yml',
    declared({ target, steps: [{ restore: { from: 'dumps/set', into: 'target', ...restore } }] }),
  );
  const end = await runCli(place, { environment: urls(server) });
  expect(end.exitCode).toBe(4);
  expect(await traces(place)).toEqual(dumpSet);
  expect(await clusterState(server)).toEqual(before);
  return end;
}

describe('a restore is refused', () => {
  test('into a protected connection', async () => {
    const end = await refused({ as: { shop: 'copy' } }, { protected: true });
    expect(end).toMatchObject(failure('PGR162', /target.* protected/, /./));
  });

  test('into the database that was dumped', async () => {
    expect(await refused({})).toMatchObject(
      failure('PGR161', /"shop" is the very database that was dumped/, /another name under `as`/),
    );
  });

  test('into it although it may be overwritten', async () => {
    expect(await refused({ overwrite: 'shop' })).toMatchObject(failure('PGR161', /"shop"/, /another name under `as`/));
    expect(await queryOn(server, 'shop', 'SELECT count(*)::int AS rows FROM customer')).toEqual([{ rows: 100 }]);
  });

  test.each([
    ['a table', 'CREATE TABLE mine ()'],
    ['a function', `CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['an empty schema', 'CREATE SCHEMA mine'],
    ['a type', `CREATE TYPE mine AS ENUM ('a')`],
    ['a large object', 'SELECT lo_create(0)'],
  ])('into a database that has %s', async (_, sql) => {
    await queryOn(server, 'postgres', 'CREATE DATABASE filled TEMPLATE template0');
    try {
      await queryOn(server, 'filled', sql);
      before = await clusterState(server);
      const end = await refused({ as: { shop: 'filled' } });
      expect(end).toMatchObject(failure('PGR160', /"filled" is not empty: it has 1 object/, /overwrite: \[filled\]/));
    } finally {
      await dropDatabase(server, 'filled');
    }
  });

  test('into a database that others use, not one that the run itself has looked at a moment ago', async () => {
    const open = (database: string, applicationName: string) =>
      openSession(parametersOf(server, database), { applicationName });
    await using control = await open('postgres', 'pg-roundtrip 1');
    await using _own = await open('shop', 'pg-roundtrip 1');
    await refuseInUse(control, 'shop');
    await using _other = await open('shop', 'pg-roundtrip 2');
    await expect(refuseInUse(control, 'shop')).rejects.toMatchObject({ code: 'PGR163' });
  });

  test('into a database that others use', async () => {
    await queryOn(server, 'postgres', 'CREATE DATABASE busy TEMPLATE template0');
    before = await clusterState(server);
    try {
      const end = await withClient(server, 'busy', () => refused({ as: { shop: 'busy' }, overwrite: 'busy' }));
      expect(end).toMatchObject(failure('PGR163', /"busy" is in use by 1 other session/, /disconnect/));
    } finally {
      await dropDatabase(server, 'busy');
    }
  });
});

test('a dump set that exists is not touched', async () => {
  await place.write('pg-roundtrip.yml', declared({ steps: drillSteps() }));
  const end = await runCli(place, { environment: urls(server) });
  expect(end).toMatchObject(
    failure('PGR131', `${join(place.workspace, 'dumps/set')} exists already`, /another folder/),
  );
  expect(await traces(place)).toEqual(dumpSet);
});

test('with two databases, the first is not restored when the second may not be', async () => {
  await using two = await placeWith(
    declared({
      steps: [
        { dump: { from: 'source', databases: ['shop', 'second'], to: 'set' } },
        { restore: { into: 'target', as: { shop: 'copy', second: 'shop' }, overwrite: 'shop' } },
      ],
    }),
  );
  await queryOn(server, 'postgres', 'CREATE DATABASE second TEMPLATE template0');
  try {
    await queryOn(server, 'second', 'CREATE TABLE t AS SELECT 1 AS i');
    const with2 = await clusterState(server);
    const end = await runCli(two, { environment: urls(server) });
    // `shop` is among what was dumped: to overwrite it with the copy of another would lose a source.
    expect(end).toMatchObject(failure('PGR161', /"shop"/, /another name/));
    expect(await clusterState(server)).toEqual(with2);
  } finally {
    await dropDatabase(server, 'second');
  }
});

test('a restore that fails takes back the roles, and the databases before, that it has made', async () => {
  await using source = await startServer();
  await using other = await startServer();
  await makeShop(source);
  await queryOn(source, 'postgres', 'CREATE DATABASE failing TEMPLATE template0');
  await queryOn(
    source,
    'failing',
    `CREATE ROLE maker;
     CREATE FUNCTION fail() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
       IF current_database() <> 'failing' THEN RAISE EXCEPTION 'not here'; END IF; RETURN 1; END $$;
     CREATE MATERIALIZED VIEW failed AS SELECT fail(); ALTER MATERIALIZED VIEW failed OWNER TO maker`,
  );
  const empty = await clusterState(other);
  await using failing = await placeWith(
    declared({
      steps: [
        { dump: { from: 'source', databases: ['shop', 'failing'], globals: true, to: 'set' } },
        { restore: { into: 'target', as: { shop: 'first', failing: 'second' } } },
      ],
    }),
  );
  const end = await runCli(failing, { environment: { ...urls(source), TARGET_URL: urlOf(other, 'postgres') } });
  expect(end).toMatchObject(failure('PGR210', /not here/, /log/));
  expect(await clusterState(other)).toEqual(empty);
});
