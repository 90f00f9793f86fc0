import { afterAll, beforeAll, expect, test } from 'vitest';
import { fingerprints } from '../../support/fingerprints.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { copyOn, databaseExists, drill, ending, resultsOf } from '../../support/round-trip-results.ts';
import {
  type FreshDatabase,
  freshDatabase,
  queryOn,
  serverMajors,
  sharedServer,
  urlOf,
  withClient,
  withServer,
} from '../../support/servers.ts';

let source: FreshDatabase;
let workspace: Workspace;

beforeAll(async () => {
  source = await freshDatabase(await sharedServer(), { shop: true });
  workspace = await makeWorkspace();
});

afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
});

const run = (steps: readonly object[]) =>
  workspace.run({ connections: { source: source.url, target: source.url }, steps: [...steps] as never });

/** What no template gives to a copy. */
const properties = `
  SELECT pg_get_userbyid(datdba) AS owner, datconnlimit, datacl::text, shobj_description(d.oid, 'pg_database') AS comment,
    (SELECT string_agg(setrole::regrole::text || array_to_string(setconfig, ' '), ' ' ORDER BY setrole)
     FROM pg_db_role_setting WHERE setdatabase = d.oid) AS settings
  FROM pg_database d WHERE datname = current_database()`;

test('copies of a copy have all that it has, and of the database itself too', async () => {
  await using copy = copyOn(source.server, `${source.name}_c`);
  await using clones = new AsyncDisposableStack();
  const [one, two] = ['1', '2'].map(number => clones.use(copyOn(source.server, `${copy.name}_${number}`)));
  const role = `${source.name}_"role"`;
  const [named, quoted] = [copy.name, `"${role.replaceAll('"', '""')}"`];
  await queryOn(source.server, 'postgres', `CREATE ROLE ${quoted}`);
  try {
    const { report: drilled } = await run(drill(source.name, copy.name));
    expect(drilled.exitCode).toBe(0);
    await queryOn(
      source.server,
      'postgres',
      `COMMENT ON DATABASE ${named} IS 'it''s <COPY>'; GRANT CREATE ON DATABASE ${named} TO ${quoted} WITH GRANT OPTION;
       ALTER DATABASE ${named} SET search_path = shop, "odd, path"; ALTER DATABASE ${named} SET app.name = 'a ''b';
       ALTER ROLE ${quoted} IN DATABASE ${named} SET work_mem = '5MB'; ALTER DATABASE ${named} CONNECTION LIMIT 7;
       REVOKE TEMPORARY ON DATABASE ${named} FROM PUBLIC; ALTER DATABASE ${named} OWNER TO ${quoted}`,
    );
    const { report, stdout } = await run([{ clone: { database: copy.name, on: 'target', count: 2 } }]);
    expect(ending(report)).toMatchObject({ exitCode: 0, problems: [] });
    expect(report.databases.map(({ name }) => name)).toEqual([one?.name, two?.name]);
    expect(stdout).toContain(`${copy.name}_2`);
    const [expected, itself] = [await source.query(fingerprints), await copy.query(properties)];
    for (const clone of [one, two]) {
      expect(await clone?.query(fingerprints)).toEqual(expected);
      expect(await clone?.query(properties)).toEqual(itself);
    }
  } finally {
    for (const name of [`${named}_1`, `${named}_2`, named])
      await queryOn(source.server, 'postgres', `DROP DATABASE IF EXISTS ${name}`);
    await queryOn(source.server, 'postgres', `DROP ROLE ${quoted}`);
  }
});

test('temporary ones are gone at the end of the run', async () => {
  const { report } = await run([{ clone: { database: source.name, on: 'source', count: 2, temporary: true } }]);
  expect(resultsOf(report, 'clone')[0]?.databases).toHaveLength(2);
  expect(report.steps[0]?.notes).toContainEqual(expect.stringMatching(/^one copy at a time, as source leads to/));
  expect(report.databases).toEqual([]);
  expect(await databaseExists(source.server, `${source.name}_1`)).toBe(false);
});

test('what is in use, is there already or is not there is refused, and nothing is left', async () => {
  const step = { clone: { database: source.name, on: 'source', count: 2 } };
  await withClient(source.server, source.name, async () => {
    expect(ending((await run([step])).report)).toMatchObject({
      exitCode: 4,
      problems: [expect.stringMatching(/^PGR163/)],
    });
  });
  await using _ = copyOn(source.server, `${source.name}_2`);
  await queryOn(source.server, 'postgres', `CREATE DATABASE ${source.name}_2`);
  expect(ending((await run([step])).report)).toMatchObject({
    exitCode: 4,
    problems: [expect.stringMatching(/^PGR160/)],
  });
  expect(await databaseExists(source.server, `${source.name}_1`)).toBe(false);
  const nowhere = { clone: { database: 'nowhere', on: 'source', count: 1 } };
  expect(ending((await run([nowhere])).report)).toMatchObject({
    exitCode: 1,
    problems: [expect.stringMatching(/^PGR202/)],
  });
});

test('the strategy is the one that fits the server and the size, or the one that is asked for', async () => {
  await withServer(undefined, { settings: { log_statement: 'ddl', fsync: 'on' } }, async server => {
    await queryOn(server, 'postgres', 'CREATE DATABASE app');
    const cloned = async (more: object) => {
      const logged = server.logTail().length;
      const url = urlOf(server, 'postgres');
      const steps = [{ clone: { database: 'app', on: 'there', count: 3, temporary: true, ...more } }];
      const { report } = await workspace.run({ connections: { there: url }, steps });
      expect(ending(report)).toMatchObject({ exitCode: 0, problems: [] });
      expect(resultsOf(report, 'clone')[0]?.databases.map(({ name }) => name)).toEqual(['app_1', 'app_2', 'app_3']);
      const statements = server
        .logTail()
        .slice(logged)
        .matchAll(/create database "app_\d" template "app" strategy (\w+)/g);
      return { strategies: [...statements].map(match => match[1]), notes: report.steps[0]?.notes };
    };
    expect(await cloned({})).toEqual({
      strategies: ['wal_log', 'wal_log', 'wal_log'],
      notes: [expect.stringMatching(/^strategy wal_log: \d+ MB are less work/)],
    });
    expect(await cloned({ strategy: 'file_copy', jobs: 1 })).toEqual({
      strategies: ['file_copy', 'file_copy', 'file_copy'],
      notes: [],
    });
    await queryOn(server, 'postgres', 'ALTER SYSTEM SET fsync = off');
    await queryOn(server, 'postgres', 'SELECT pg_reload_conf()');
    expect((await cloned({})).strategies).toEqual(['file_copy', 'file_copy', 'file_copy']);

    // Who may copy a template, and not give it to its owner: each copy fails after it was made.
    await queryOn(server, 'postgres', `CREATE ROLE maker CREATEDB LOGIN PASSWORD '${server.password.reveal()}'`);
    await queryOn(server, 'postgres', 'ALTER DATABASE app IS_TEMPLATE true');
    const connections = { there: urlOf({ ...server, user: 'maker' }, 'postgres') };
    const steps = [{ clone: { database: 'app', on: 'there', count: 3, jobs: 2 } }];
    const { report } = await workspace.run({ connections, steps });
    expect(ending(report)).toMatchObject({ exitCode: 1, problems: [expect.stringMatching(/^PGR205/)] });
    for (const name of ['app_1', 'app_2', 'app_3']) expect(await databaseExists(server, name)).toBe(false);
  });
});

test.runIf(serverMajors.includes(14))('a server before 15 has but one, and no other is promised', async () => {
  await using old = await freshDatabase(await sharedServer(14), { sql: 'CREATE TABLE letters (id int)' });
  const connections = { there: urlOf(old.server, 'postgres') };
  const step = { database: old.name, on: 'there', count: 2, temporary: true };
  const refused = await workspace.run({ connections, steps: [{ clone: { ...step, strategy: 'wal_log' } }] });
  expect(refused.report.exitCode).toBe(2);
  expect(refused.stdout + refused.stderr).toContain('clone.strategy: wal_log needs a server 15 or newer');
  const { report } = await workspace.run({ connections, steps: [{ clone: step }] });
  expect(ending(report)).toMatchObject({ exitCode: 0, problems: [] });
});
