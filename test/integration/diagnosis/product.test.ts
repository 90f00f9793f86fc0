import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { Secret } from '../../../src/secret.ts';
import { startThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import {
  freshDatabase,
  programsOf,
  queryOn,
  sharedServer,
  type TestServer,
  urlOf,
  withClient,
} from '../../support/servers.ts';

let server: TestServer;
let workspace: Workspace;

beforeAll(async () => {
  server = await sharedServer(15);
  workspace = await makeWorkspace();
});

afterAll(() => workspace[Symbol.asyncDispose]());

const hostile = '::error::forged | <b>x</b>';

test('a database that cannot be restored is told by its cause, wherever a run is told of', async () => {
  await using source = await freshDatabase(server, {
    sql: `CREATE TABLE lookup (a integer); INSERT INTO lookup VALUES (1);
          CREATE FUNCTION "${hostile}"(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN (SELECT a FROM lookup WHERE a = $1); END';
          CREATE TABLE t (a integer CHECK ("${hostile}"(a) > 0)); INSERT INTO t VALUES (1);
          CREATE INDEX i ON t ("${hostile}"(a))`,
  });
  const { report, stdout, exitCode, junit } = await workspace.run({
    connections: { source: source.url },
    steps: [
      { dump: { from: 'source', to: 'dumps/defect' } },
      { restore: { into: 'source', as: { [source.name]: `${source.name}_copy` } } },
    ],
  });
  expect(exitCode).toBe(1);
  expect(report.errors).toMatchObject([
    {
      step: expect.stringMatching(/^restore /),
      class: 'defect',
      code: 'PGR213',
      kind: 'function-without-search-path',
      object: 'TABLE DATA public.t',
      follow: 0,
      message: expect.stringMatching(/names lookup without its schema/),
      fix: expect.stringContaining('ALTER FUNCTION'),
      said: expect.stringMatching(/^pg_restore: error: COPY failed for table "t": ERROR: /),
    },
  ]);
  const summary = await readFile(join(workspace.folder, 'report/summary.md'), 'utf8');
  expect(stdout).toMatch(
    /^ {4}PGR213 pg_restore: .*\n(?: {11}.*\n)* {11}→ .*\n(?: {11}.*\n)* {11}object: TABLE DATA public\.t\n {11}\| /m,
  );
  expect(summary).toMatch(
    /\*\*PGR213\*\* .*<br>object: `TABLE DATA public\.t`<details><summary>as the tool said it<\/summary>/,
  );
  expect(junit).toContain('object: TABLE DATA public.t');
  for (const text of [stdout, summary]) expect(text).not.toMatch(/^\s*::error::forged/m);
  expect(summary).not.toContain('<b>');
});

test('a role that may do little is told of at most three causes, the others counted', async () => {
  const role = `few_${Math.trunc(Math.random() * 1e9)}`;
  await queryOn(server, 'postgres', `CREATE ROLE ${role} LOGIN CREATEDB PASSWORD 'lowly'; CREATE ROLE ${role}_owner`);
  try {
    await using source = await freshDatabase(server, {
      sql: `CREATE SCHEMA app AUTHORIZATION ${role}_owner; SET ROLE ${role}_owner;
            CREATE TABLE app.a (id integer PRIMARY KEY); CREATE VIEW app.v AS SELECT * FROM app.a;
            RESET ROLE; CREATE PUBLICATION p FOR ALL TABLES; CREATE FOREIGN DATA WRAPPER w;
            CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
            CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()`,
    });
    const low = { ...server, user: role, password: new Secret('lowly') };
    const { report } = await workspace.run({
      connections: { source: source.url, target: urlOf(low, 'postgres') },
      steps: [
        { dump: { from: 'source', to: 'dumps/few' } },
        { restore: { into: 'target', as: { [source.name]: `${source.name}_copy` } } },
      ],
    });
    const more = expect.stringMatching(/ \(and 2 errors that follow from it\); and 2 more causes: see the log above$/);
    expect(report.errors).toMatchObject([
      { kind: 'not-member-of-role', class: 'fixable', code: 'PGR192', object: 'SCHEMA app', follow: 2, message: more },
      { kind: 'not-member-of-role', object: 'FUNCTION public.f()' },
      { kind: 'superuser-only-object', object: 'FOREIGN DATA WRAPPER w' },
    ]);
  } finally {
    await queryOn(server, 'postgres', `DROP ROLE ${role}, ${role}_owner`);
  }
});

test('rows without those that they refer to are told of, with what lets them in', async () => {
  await using source = await freshDatabase(server, {
    sql: `CREATE TABLE author (id integer PRIMARY KEY); CREATE TABLE title (author integer REFERENCES author);
          INSERT INTO author VALUES (1); INSERT INTO title VALUES (1)`,
  });
  const { report } = await workspace.run({
    connections: { source: source.url },
    steps: [
      { dump: { from: 'source', to: 'dumps/orphans', exclude: { 'table-data': ['public.author'] } } },
      { restore: { into: 'source', as: { [source.name]: `${source.name}_copy` } } },
    ],
  });
  expect(report.errors).toMatchObject([{ code: 'PGR215', object: 'FK CONSTRAINT public.title title_author_fkey' }]);
});

describe('a copy of another encoding', () => {
  const made: string[] = [];

  async function databaseOf(encoding: string, sql = ''): Promise<string> {
    const name = `encoded_${Math.trunc(Math.random() * 1e9)}`;
    made.push(name);
    await queryOn(server, 'postgres', `CREATE DATABASE ${name} ENCODING ${encoding} LOCALE 'C' TEMPLATE template0`);
    if (sql !== '') await queryOn(server, name, sql);
    return name;
  }

  async function restored(source: string, copy: string): Promise<RunReport['errors']> {
    const steps = [
      { dump: { from: 'source', to: `dumps/${source}` } },
      { restore: { into: 'target', as: { [source]: copy }, 'into-existing': [copy] } },
    ];
    const connections = { source: urlOf(server, source), target: urlOf(server, 'postgres') };
    return (await workspace.run({ connections, steps })).report.errors;
  }

  afterAll(async () => {
    for (const name of made) await queryOn(server, 'postgres', `DROP DATABASE ${name}`);
  });

  test('that has not all characters is told of', async () => {
    const source = await databaseOf('UTF8', `CREATE TABLE note (line text); INSERT INTO note VALUES ('数据')`);
    expect(await restored(source, await databaseOf('LATIN1'))).toMatchObject([
      { code: 'PGR218', object: 'TABLE DATA public.note' },
    ]);
  });

  test('is refused for bytes of no encoding, as the server would take what is no text', async () => {
    const source = await databaseOf('SQL_ASCII', 'CREATE TABLE note (line text); INSERT INTO note VALUES (chr(233))');
    expect(await restored(source, await databaseOf('UTF8'))).toMatchObject([{ code: 'PGR165' }]);
  });
});

test('a server that has no lock for each of its tables is told of, with the setting', async () => {
  const settings = { max_connections: '8', max_locks_per_transaction: '10' };
  await using small = await startThrowawayServer({ programs: await programsOf(15), settings });
  await withClient(small, 'postgres', async client => {
    for (let from = 0; from < 1_000; from += 100)
      await client.query(
        `DO $$ BEGIN FOR n IN ${from}..${from + 99} LOOP EXECUTE 'CREATE TABLE t' || n || ' ()'; END LOOP; END $$`,
      );
  });
  const { report } = await workspace.run({
    connections: { source: urlOf(small, 'postgres') },
    steps: [{ dump: { from: 'source', to: 'dumps/many' } }],
  });
  expect(report.errors).toMatchObject([{ code: 'PGR217', fix: expect.stringContaining('max_locks_per_transaction') }]);
});
