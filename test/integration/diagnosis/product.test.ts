import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { freshDatabase, queryOn, sharedServer, type TestServer, urlOf } from '../../support/servers.ts';

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
