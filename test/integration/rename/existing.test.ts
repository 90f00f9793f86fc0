import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeWorkspace } from '../../support/round-trip.ts';
import { drill, ending, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, queryOn, sharedServer } from '../../support/servers.ts';
import { appSchema, dynamic, questions } from './app-schema.ts';

const inUse = `
  CREATE SCHEMA app; CREATE TABLE app.t (id integer PRIMARY KEY, name text);
  INSERT INTO app.t SELECT n, 'mine' FROM generate_series(1, 7) AS n;`;

async function drillIntoExisting(names: Readonly<Record<string, string>>, level = 'counts') {
  const server = await sharedServer();
  await using source = await freshDatabase(server, {
    sql: `${dynamic} DROP FUNCTION app.dynamic; DROP FUNCTION app.alias; DROP TABLE app.u;
      CREATE VIEW app.v AS SELECT count(*) AS n FROM app.t`,
  });
  await using existing = await freshDatabase(server, { sql: inUse });
  await using workspace = await makeWorkspace();
  const declaration = {
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, existing.name, {
      restore: { 'into-existing': existing.name, rename: { schema: names } },
      verify: { level },
    }),
  };
  const planned = await workspace.command(['plan'], declaration);
  const { report } = await workspace.run(declaration);
  const look = (sql: string) => existing.query(sql);
  const scratches = await queryOn(
    server,
    'postgres',
    `SELECT datname FROM pg_database WHERE datname LIKE 'pg\\_roundtrip\\_scratch%'`,
  );
  const copied =
    report.exitCode === 0 ? await look('SELECT copy.plain()::integer AS plain, n::integer AS n FROM copy.v') : [];
  const own = await look(`SELECT count(*)::integer AS n, min(name) AS name FROM app.t`);
  const schemas = await look(
    `SELECT string_agg(nspname::text, ' ' ORDER BY nspname) AS x FROM pg_namespace WHERE nspname !~ '^pg_'`,
  );
  return {
    report,
    planned,
    copied,
    own,
    schemas: schemas[0]?.['x'],
    scratches,
    leftovers: await workspace.leftovers(),
  };
}

test('a schema comes beside the one of the same name in an existing database', async () => {
  const { report, planned, copied, own, scratches, leftovers } = await drillIntoExisting({ app: 'copy' });
  expect(ending(report)).toEqual(proven);
  expect(copied).toEqual([{ plain: 3, n: 3 }]);
  expect(own).toEqual([{ n: 7, name: 'mine' }]);
  expect(scratches).toEqual([]);
  expect(leftovers).toEqual([]);
  const lines = planned.stdout.split('\n').map(line => line.trim());
  expect(lines).toContain('rename schema "app" to "copy", also in the text of functions');
  expect(lines.filter(line => /pg_(dump|restore) .*scratch/.test(line))).toHaveLength(5);
});

test('a part of a database, with what it needs, under another name', async () => {
  const server = await sharedServer();
  const role = `reader_${randomBytes(4).toString('hex')}`;
  await queryOn(server, 'postgres', `CREATE ROLE ${role}`);
  {
    await using source = await freshDatabase(server, { sql: appSchema(server.major, role) });
    await using existing = await freshDatabase(server, {
      sql: `${appSchema(server.major, role)}; DROP EVENT TRIGGER refuse`,
    });
    await existing.query(`DROP PUBLICATION parts; UPDATE app.customer SET owed = 77`);
    await using workspace = await makeWorkspace();
    const { report } = await workspace.run({
      connections: { source: source.url, target: source.url },
      steps: drill(source.name, existing.name, {
        restore: {
          'into-existing': existing.name,
          include: { schema: 'app' },
          rename: { schema: { app: 'app_copy' } },
        },
        verify: { level: 'content' },
      }),
    });
    expect(ending(report)).toMatchObject({ problems: [], findings: [], exitCode: 0 });
    await existing.query('DROP SCHEMA app CASCADE');
    for (const [question, answer] of questions('app_copy')) {
      // Casts and publications are in no schema.
      if (/shared|'app'::/.test(`${question} ${String(answer)}`)) continue;
      const [row] = await existing.query(`SET app.tenant = 'all'; SET search_path = pg_catalog; ${question}`);
      expect([question, ...Object.values(row ?? {})]).toEqual([question, answer]);
    }
  }
  await queryOn(server, 'postgres', `DROP ROLE ${role}`);
});

test('a name that the existing database has already is refused before anything is made', async () => {
  const { report, own, schemas } = await drillIntoExisting({ app: 'public' });
  expect(ending(report)).toMatchObject({
    exitCode: 4,
    problems: [expect.stringMatching(/^PGR160 .* a schema "public"/)],
  });
  expect(own).toEqual([{ n: 7, name: 'mine' }]);
  expect(schemas).toBe('app information_schema public');
});

test.each([
  [{ nothing: 'copy' }, 'PGR180 rename: nothing that is restored is in a schema "nothing"'],
  [{ app: 'shared' }, 'PGR150 the schema "app" cannot be renamed to "shared": the dump has a schema of that name'],
])('%j is refused before anything is made', async (schema, problem) => {
  await using source = await freshDatabase(await sharedServer(), { sql: 'CREATE SCHEMA app; CREATE SCHEMA shared' });
  await using workspace = await makeWorkspace();
  const { report } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, `${source.name}_copy`, { restore: { rename: { schema } } }),
  });
  expect(ending(report)).toMatchObject({ exitCode: 2, problems: [problem] });
  expect(report.databases).toEqual([]);
});
