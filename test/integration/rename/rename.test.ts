import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkspace, type RunResult, type Workspace } from '../../support/round-trip.ts';
import {
  type Copy,
  checksOf,
  copyOn,
  drill,
  ending,
  findingsOf,
  proven,
  resultsOf,
} from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, queryOn, serverMajors, sharedServer } from '../../support/servers.ts';
import { appSchema, dynamic, questions } from './app-schema.ts';

describe.each([...new Set([serverMajors[0], serverMajors.at(-1)])])('on a server of major %s', major => {
  const role = `reader_${randomBytes(4).toString('hex')}`;
  let source: FreshDatabase;
  let copy: Copy;
  let workspace: Workspace;
  let run: RunResult;

  beforeAll(async () => {
    const server = await sharedServer(major);
    workspace = await makeWorkspace();
    await queryOn(server, 'postgres', `CREATE ROLE ${role}`);
    source = await freshDatabase(server, { sql: appSchema(server.major, role) });
    await source.query(`ALTER DATABASE "${source.name}" SET search_path = app, public`);
    await source.query(`ALTER DATABASE "${source.name}" SET app.tenant = 'all'`);
    await source.query(`ALTER ROLE ${role} SET search_path = 'Other App', app`);
    copy = copyOn(server, `${source.name}_copy`);
    run = await workspace.run({
      connections: { source: source.url, target: source.url },
      steps: drill(source.name, copy.name, { restore: { rename: { schema: { app: 'App Copy' } } } }),
    });
  });

  afterAll(async () => {
    await copy?.[Symbol.asyncDispose]();
    await source?.[Symbol.asyncDispose]();
    await queryOn(await sharedServer(major), 'postgres', `DROP ROLE ${role}`);
    await workspace?.[Symbol.asyncDispose]();
  });

  test('the copy is proven', () => {
    expect(ending(run.report)).toEqual(proven);
    expect(checksOf(run.report).find(({ name }) => name === 'old names')).toMatchObject({ verdict: 'passed' });
    const phases = resultsOf(run.report, 'restore').flatMap(({ databases }) => databases.flatMap(one => one.phases));
    expect(phases.map(({ name }) => name)).toEqual(['all', 'rename', 'analyze']);
  });

  test('the report says what it is called, and what names it from outside', () => {
    expect(run.report.steps[1]?.notes).toEqual(
      expect.arrayContaining([
        'the schema "app" is "App Copy" in the copy',
        `the search_path of role ${role}, in all databases, still names the old schema`,
      ]),
    );
  });

  test('what was said of the database has the new name', async () => {
    const settings = await copy.query(
      `SELECT unnest(setconfig) AS x FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()`,
    );
    expect(settings.map(({ x }) => x)).toEqual(['search_path="App Copy", public', 'app.tenant=all']);
  });

  test('changes of the copy are found, by a comparison in a run of its own that is told the names', async () => {
    await using changed = await freshDatabase(source.server, { template: copy.name });
    await changed.query(
      changes(role)
        .map(([change]) => change)
        .join(';'),
    );
    const { report } = await workspace.run({
      connections: { target: source.url },
      steps: [
        {
          verify: {
            from: 'dumps/set',
            into: 'target',
            as: { [source.name]: changed.name },
            rename: { schema: { app: 'App Copy' } },
          },
        },
      ],
    });
    expect(
      findingsOf(report)
        .map(({ kind, object }) => `${kind} ${object}`)
        .toSorted(),
    ).toEqual(
      [...changes(role).flatMap(([, ...found]) => found), `missing DATABASE PROPERTIES ${source.name}`].toSorted(),
    );
  });

  test.each(questions('"App Copy"'))('it answers %s', async (question, answer) => {
    const [row] = await copy.query(`SET app.tenant = 'all'; SET search_path = pg_catalog; ${question}`);
    expect(Object.values(row ?? {})).toEqual([answer]);
  });
});

const changes = (role: string) => [
  [`INSERT INTO "App Copy".orders VALUES (7, 1, '2023-12-01')`, 'changed App Copy.orders_2023'],
  [`SELECT setval('"App Copy".ticket', 1)`, 'changed App Copy.ticket'],
  ['DROP VIEW "App Copy".aliased', 'missing VIEW App Copy.aliased'],
  ['CREATE TABLE "App Copy".more ()', 'extra TABLE App Copy.more', 'extra ACL App Copy.TABLE more'],
  ['DROP POLICY own ON "App Copy".customer', 'missing POLICY App Copy.customer own'],
  [`REVOKE SELECT ON "App Copy".customer FROM ${role}`, 'missing ACL App Copy.TABLE customer'],
  [
    `CREATE OR REPLACE FUNCTION shared.customers_of_app() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM "App Copy".orders'`,
    'changed FUNCTION shared.customers_of_app()',
  ],
];

test.each([
  [undefined, { verdict: 'failed', exitCode: 3 }, 'could-not-verify'],
  ['all of it was looked at', { verdict: 'passed', exitCode: 0 }, 'skipped'],
] as const)(
  'what nobody can rewrite is named, and leaves the copy unproven; with the reason %s: %j',
  async (reason, ended, verdict) => {
    await using source = await freshDatabase(await sharedServer(), { sql: dynamic });
    await using workspace = await makeWorkspace();
    await using copy = copyOn(source.server, `${source.name}_copy`);
    const { report } = await workspace.run({
      connections: { source: source.url, target: source.url },
      steps: drill(source.name, copy.name, {
        restore: { rename: { schema: { app: 'copy' }, ...(reason && { 'allow-old-names': reason }) } },
      }),
    });
    expect(report).toMatchObject(ended);
    expect(findingsOf(report)).toEqual([]);
    const check = checksOf(report).find(({ name }) => name === 'old names');
    expect(check?.verdict).toBe(verdict);
    const objects = ['FUNCTION copy.alias()', 'FUNCTION copy.dynamic(text)', 'TABLE copy.u'];
    for (const object of objects) expect(check?.note).toContain(object);
    const notes = report.steps[1]?.notes.filter(note => note.includes('old name'));
    expect(notes?.map(note => note.replace(/ may still .*/, '')).toSorted()).toEqual(objects.toSorted());
    expect(await copy.query('SELECT copy.plain()::integer AS n')).toEqual([{ n: 3 }]);
    expect(await copy.query('INSERT INTO copy.t DEFAULT VALUES RETURNING id::integer AS n')).toEqual([{ n: 4 }]);
  },
);
