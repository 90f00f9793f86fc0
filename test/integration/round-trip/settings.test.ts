import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeWorkspace } from '../../support/round-trip.ts';
import { checksOf, copyOn, drill, ending, findingsOf, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, queryOn, sharedServer, type TestServer, urlOf } from '../../support/servers.ts';

const look = `
  SELECT datdba::regrole::text AS owner, datconnlimit AS limit, shobj_description(oid, 'pg_database') AS comment,
    datacl IS NOT NULL AS granted,
    (SELECT json_agg(json_build_array(setrole::regrole::text, setconfig) ORDER BY setrole::regrole::text) FROM pg_db_role_setting
      WHERE setdatabase = d.oid) AS settings
  FROM pg_database d WHERE datname = current_database()`;

async function withRole(server: TestServer, body: (role: string) => Promise<void>): Promise<void> {
  const role = `keeper_${randomBytes(4).toString('hex')}`;
  await queryOn(server, 'postgres', `CREATE ROLE ${role}`);
  try {
    await body(role);
  } finally {
    await queryOn(server, 'postgres', `DROP ROLE ${role}`);
  }
}

test('what the source says of its database is left behind on request, and told', async () => {
  const server = await sharedServer();
  await withRole(server, async role => {
    await using source = await freshDatabase(server, { sql: 'CREATE TABLE t (id integer)' });
    await source.query(`
      ALTER DATABASE ${source.name} SET work_mem = '7MB';
      ALTER ROLE ${role} IN DATABASE ${source.name} SET statement_timeout = '1h';
      ALTER DATABASE ${source.name} CONNECTION LIMIT 33;
      COMMENT ON DATABASE ${source.name} IS 'the source';
      REVOKE TEMPORARY ON DATABASE ${source.name} FROM PUBLIC;
      ALTER DATABASE ${source.name} OWNER TO ${role}`);
    await using workspace = await makeWorkspace();
    await using copy = copyOn(server, `${source.name}_copy`);
    const { report } = await workspace.run({
      connections: { source: source.url, target: source.url },
      steps: drill(source.name, copy.name, { restore: { settings: 'skip' } }),
    });
    expect(ending(report)).toEqual(proven);
    expect(checksOf(report).find(({ name }) => name === 'database')).toMatchObject({
      verdict: 'passed',
      note: expect.stringContaining('left behind by request: owner, settings, grants, comment'),
    });
    expect(await copy.query(look)).toEqual([
      { owner: server.user, limit: -1, comment: null, granted: false, settings: null },
    ]);
  });
});

test.each<readonly [string, string, readonly object[]]>([
  ['the same', `ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`, []],
  ['in other words', `ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8'`, []],
  [
    'another collation',
    `ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`,
    [{ property: 'collation', expected: 'C.UTF-8', actual: 'C' }],
  ],
  [
    'another encoding',
    `ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`,
    [
      { property: 'encoding', expected: 'UTF8', actual: 'LATIN1' },
      { property: 'collation', expected: 'C.UTF-8', actual: 'C' },
      { property: 'character type', expected: 'C.UTF-8', actual: 'C' },
    ],
  ],
])('a database that was there before is compared as a whole: %s', async (_, create, expected) => {
  const server = await sharedServer();
  const name = `whole_${randomBytes(4).toString('hex')}`;
  await using source = copyOn(server, name);
  await using target = copyOn(server, `${name}_there`);
  const made = `TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`;
  await queryOn(server, 'postgres', `CREATE DATABASE ${source.name} ${made}`);
  await queryOn(server, 'postgres', `CREATE DATABASE ${target.name} TEMPLATE template0 ${create}`);
  await source.query(`CREATE TABLE t AS SELECT 'ascii'::text AS word`);
  await using workspace = await makeWorkspace();
  const url = urlOf(server, name);
  const { report } = await workspace.run({
    connections: { source: url, target: url },
    steps: drill(source.name, target.name),
  });
  expect(findingsOf(report).filter(finding => finding.object === `DATABASE ${name}`)).toMatchObject(expected);
  expect(report.exitCode).toBe(expected.length === 0 ? 0 : 3);
  expect(await target.query('SELECT word FROM t')).toEqual([{ word: 'ascii' }]);
});

test('a locale that was asked for is what a database that was there has to have', async () => {
  const server = await sharedServer();
  const name = `whole_${randomBytes(4).toString('hex')}`;
  await using source = copyOn(server, name);
  await using target = copyOn(server, `${name}_there`);
  await queryOn(
    server,
    'postgres',
    `CREATE DATABASE ${name} TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`,
  );
  await queryOn(server, 'postgres', `CREATE DATABASE ${target.name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`);
  await source.query('CREATE TABLE t (id integer)');
  await using workspace = await makeWorkspace();
  const url = urlOf(server, name);
  const { report } = await workspace.run({
    connections: { source: url, target: url },
    steps: drill(source.name, target.name, { restore: { locale: 'C' } }),
  });
  expect(ending(report)).toEqual(proven);
});

test('the connection limit of a database that was there is compared', async () => {
  const server = await sharedServer();
  await using source = await freshDatabase(server, { sql: 'CREATE TABLE t (id integer)' });
  await using target = await freshDatabase(server);
  await using workspace = await makeWorkspace();
  await source.query(`ALTER DATABASE ${source.name} CONNECTION LIMIT 33`);
  const between = [{ sql: { on: 'target', run: `ALTER DATABASE ${target.name} CONNECTION LIMIT 34` } }];
  const { report } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, target.name, { between }),
  });
  expect(report.exitCode).toBe(3);
  expect(findingsOf(report)).toContainEqual({
    kind: 'changed',
    object: `DATABASE ${source.name}`,
    property: 'connection limit',
    expected: '33',
    actual: '34',
  });
});
