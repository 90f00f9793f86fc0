import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { startThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { urlOf } from '../../support/databases.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { checksOf, databaseExists, drill, ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import { programsOf, queryOn, withClient } from '../../support/servers.ts';

let source: ThrowawayServer;
let target: ThrowawayServer;
let workspace: Workspace;

const password = randomBytes(9).toString('hex');
const roles = ['books_admin', 'books_owner', 'books_reader', "o'reader"];

beforeEach(async () => {
  const programs = await programsOf();
  [source, target] = await Promise.all([startThrowawayServer({ programs }), startThrowawayServer({ programs })]);
  workspace = await makeWorkspace();
  await queryOn(source, 'postgres', 'CREATE DATABASE books');
  await queryOn(
    source,
    'books',
    `
    CREATE ROLE books_owner NOLOGIN NOINHERIT CREATEDB;
    CREATE ROLE books_reader LOGIN CONNECTION LIMIT 5 PASSWORD '${password}';
    CREATE ROLE "o'reader" LOGIN CREATEROLE;
    CREATE ROLE books_admin SUPERUSER REPLICATION BYPASSRLS LOGIN PASSWORD '${password}';
    GRANT books_owner TO books_reader, books_admin;
    GRANT books_reader TO "o'reader";
    ALTER DATABASE books OWNER TO books_owner;
    CREATE SCHEMA store AUTHORIZATION books_owner;
    CREATE TABLE store.books (id integer PRIMARY KEY, title text);
    ALTER TABLE store.books OWNER TO books_owner;
    INSERT INTO store.books VALUES (1, 'one'), (2, 'two');
    GRANT SELECT ON store.books TO books_reader;
    GRANT USAGE ON SCHEMA store TO books_reader, "o'reader";
    CREATE VIEW store.titles AS SELECT title FROM store.books;
    ALTER VIEW store.titles OWNER TO books_admin`,
  );
});
afterEach(async () => {
  await Promise.all([source, target, workspace].map(each => each[Symbol.asyncDispose]()));
});

function run(options: Parameters<typeof drill>[2]) {
  return workspace.run({
    connections: { source: urlOf(source, 'books'), target: urlOf(target, 'postgres') },
    steps: drill('books', 'books', options),
  });
}

const ownRoles = `
  SELECT rolname::text AS name FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres' ORDER BY rolname COLLATE "C"`;

test('roles and memberships come along with the globals, without power and passwords', async () => {
  const { report, exitCode } = await run({ dump: { globals: true } });
  expect({ ...ending(report), exitCode }).toEqual(proven);
  expect(resultsOf(report, 'restore')[0]?.rolesCreated.toSorted()).toEqual(roles);
  expect(
    await queryOn(
      target,
      'postgres',
      `
      SELECT rolname::text AS name, rolcanlogin AS login, rolinherit AS inherit, rolcreatedb AS createdb,
        rolcreaterole AS createrole, rolconnlimit AS "limit", rolsuper OR rolreplication OR rolbypassrls AS power,
        rolpassword IS NOT NULL AS password,
        ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = a.oid ORDER BY 1) AS groups
      FROM pg_authid a WHERE rolname !~ '^pg_' AND rolname <> 'postgres' ORDER BY rolname COLLATE "C"`,
    ),
  ).toEqual(
    [
      {
        name: 'books_admin',
        login: true,
        inherit: true,
        createdb: false,
        createrole: false,
        limit: -1,
        groups: ['books_owner'],
      },
      { name: 'books_owner', login: false, inherit: false, createdb: true, createrole: false, limit: -1, groups: [] },
      {
        name: 'books_reader',
        login: true,
        inherit: true,
        createdb: false,
        createrole: false,
        limit: 5,
        groups: ['books_owner'],
      },
      {
        name: "o'reader",
        login: true,
        inherit: true,
        createdb: false,
        createrole: true,
        limit: -1,
        groups: ['books_reader'],
      },
    ].map(role => ({ ...role, power: false, password: false })),
  );
  expect(
    await queryOn(
      target,
      'books',
      `
      SELECT relname::text AS name, relowner::regrole::text AS owner FROM pg_class
      WHERE relnamespace = 'store'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname`,
    ),
  ).toEqual([
    { name: 'books', owner: 'books_owner' },
    { name: 'titles', owner: 'books_admin' },
  ]);
  const globals = await readFile(join(workspace.folder, 'dumps/set/globals.sql'), 'utf8');
  expect(globals).toContain('books_reader');
  expect(globals).not.toMatch(/PASSWORD|SCRAM/);
});

test('globals do not touch roles that are there', async () => {
  await queryOn(target, 'postgres', 'CREATE ROLE books_reader NOLOGIN CONNECTION LIMIT 1');
  const { report } = await run({ dump: { globals: true } });
  expect(ending(report)).toEqual(proven);
  const note = checksOf(report).find(({ name }) => name === 'roles')?.note;
  expect(note).toContain('other than in the source: books_reader (login, connection limit, member of)');
  expect(resultsOf(report, 'restore')[0]?.rolesCreated.toSorted()).toEqual(
    roles.filter(role => role !== 'books_reader'),
  );
  expect(
    await queryOn(
      target,
      'postgres',
      `
      SELECT rolcanlogin AS login, rolconnlimit AS "limit",
        (SELECT count(*)::integer FROM pg_auth_members WHERE member = r.oid) AS groups
      FROM pg_roles r WHERE rolname = 'books_reader'`,
    ),
  ).toEqual([{ login: false, limit: 1, groups: 0 }]);
});

test('a role that somebody else makes in the same moment is one that was there', async () => {
  await withClient(target, 'postgres', async other => {
    await other.query('BEGIN; CREATE ROLE books_owner');
    const running = run({ dump: { globals: true } });
    const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%create role%'`;
    await expect.poll(() => queryOn(target, 'postgres', waits), { timeout: 30_000 }).toHaveLength(1);
    await other.query('COMMIT');
    const { report } = await running;
    expect(ending(report)).toEqual(proven);
    const made = resultsOf(report, 'restore')[0]?.rolesCreated.toSorted();
    expect(made).toEqual(roles.filter(role => role !== 'books_owner'));
  });
});

test('a role that is not as it was made any more is found out; powers left behind are told', async () => {
  await queryOn(source, 'postgres', `ALTER ROLE books_reader SET search_path = store, "o'clock"`);
  const change = `
    ALTER ROLE books_reader NOLOGIN; ALTER ROLE books_reader SET search_path = store; ALTER ROLE "o'reader" BYPASSRLS;
    REVOKE books_owner FROM books_reader`;
  const { report, exitCode } = await run({
    dump: { globals: true },
    between: [{ sql: { on: 'target', run: change } }],
    verify: { level: 'objects' },
  });
  expect(exitCode).toBe(3);
  const changed = (name: string, property: string, expected: string, actual: string) => {
    return { kind: 'changed', object: `ROLE ${name}`, property, expected, actual };
  };
  const failed = checksOf(report).filter(({ verdict }) => verdict === 'failed');
  expect(failed.map(({ name }) => name)).toEqual(['roles']);
  expect(failed[0]?.findings).toEqual([
    changed('books_reader', 'login', 'true', 'false'),
    changed('books_reader', 'member of', 'books_owner', ''),
    changed('books_reader', 'setting search_path', 'a hidden value', 'another value'),
    changed("o'reader", 'bypassrls', 'false', 'true'),
  ]);
  expect(failed[0]?.note).toContain('which a restore gives to nobody: books_admin');
});

test('owners left open and roles missing: refused before the dump, and nothing is made', async () => {
  const { report, exitCode } = await run({});
  expect(exitCode).toBe(2);
  expect(report.steps[0]).toMatchObject({
    status: 'failed',
    problems: [{ code: 'PGR164', remedy: expect.stringContaining('owners: ROLE') }],
  });
  for (const role of roles) expect(report.steps[0]?.problems[0]?.message).toContain(`"${role}"`);
  expect(await databaseExists(target, 'books')).toBe(false);
  expect(await queryOn(target, 'postgres', ownRoles)).toEqual([]);
});

test('with `owners: keep` missing roles are refused as well', async () => {
  const { report, exitCode } = await run({ restore: { owners: 'keep' } });
  expect(exitCode).toBe(2);
  expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR164' }]);
  expect(await databaseExists(target, 'books')).toBe(false);
});

test('everything can be given to one role, without grants', async () => {
  await queryOn(target, 'postgres', 'CREATE ROLE "one \'owner" NOLOGIN');
  const { report, exitCode } = await run({ restore: { owners: "one 'owner", privileges: 'skip' } });
  expect({ ...ending(report), exitCode }).toEqual(proven);
  expect(resultsOf(report, 'restore')[0]?.rolesCreated).toEqual([]);
  expect(await queryOn(target, 'postgres', ownRoles)).toEqual([{ name: "one 'owner" }]);
  expect(
    await queryOn(
      target,
      'books',
      `
      SELECT relname::text AS name, pg_get_userbyid(relowner)::text AS owner, relacl::text AS grants FROM pg_class
      WHERE relnamespace = 'store'::regnamespace
      UNION ALL SELECT nspname, pg_get_userbyid(nspowner), nspacl::text FROM pg_namespace WHERE nspname = 'store'
      UNION ALL SELECT 'database', pg_get_userbyid(datdba), NULL FROM pg_database WHERE datname = 'books'
      ORDER BY 1`,
    ),
  ).toEqual(
    ['books', 'books_pkey', 'database', 'store', 'titles'].map(name => ({ name, owner: "one 'owner", grants: null })),
  );
});

test('everything can be given to one role while grants are kept, if their roles are there', async () => {
  await queryOn(target, 'postgres', 'CREATE ROLE one_owner NOLOGIN');
  const missing = await run({ to: 'dumps/first', restore: { owners: 'one_owner' } });
  expect(missing.exitCode).toBe(2);
  expect(missing.report.steps[0]?.problems).toMatchObject([{ code: 'PGR164' }]);

  const { report } = await run({ to: 'dumps/second', dump: { globals: true }, restore: { owners: 'one_owner' } });
  expect(ending(report)).toEqual(proven);
  expect(
    await queryOn(
      target,
      'books',
      `
      SELECT relowner::regrole::text AS owner, has_table_privilege('books_reader', oid, 'select') AS granted
      FROM pg_class WHERE relname = 'books'`,
    ),
  ).toEqual([{ owner: 'one_owner', granted: true }]);
});

test('grants that a role passes on come after its own, however many workers there are', async () => {
  await queryOn(
    source,
    'books',
    `CREATE ROLE passer; CREATE ROLE getter; GRANT USAGE ON SCHEMA store TO passer;
     GRANT SELECT ON store.books TO passer WITH GRANT OPTION; GRANT SELECT ON store.titles TO passer WITH GRANT OPTION;
     SET ROLE passer; GRANT SELECT ON store.books TO getter; GRANT SELECT ON store.titles TO getter`,
  );
  // Workers of pg_restore take grants side by side: here, those on a schema take longer.
  await queryOn(target, 'postgres', 'CREATE DATABASE books');
  await queryOn(
    target,
    'books',
    `CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS
       $$ BEGIN IF current_query() ILIKE '%ON SCHEMA%' THEN PERFORM pg_sleep(1); END IF; END $$;
     CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('GRANT') EXECUTE FUNCTION slow()`,
  );
  const [dump] = drill('books', 'books', { dump: { globals: true } });
  const { report } = await workspace.run({
    connections: { source: urlOf(source, 'books'), target: urlOf(target, 'postgres') },
    steps: [
      dump ?? {},
      { restore: { into: 'target', jobs: 4, 'into-existing': ['books'], 'single-transaction': false } },
    ],
  });
  expect(report.steps.flatMap(({ problems }) => problems)).toEqual([]);
});
