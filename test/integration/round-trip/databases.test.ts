import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { makeWorkspace, type Step } from '../../support/round-trip.ts';
import { copyOn, databaseExists, drill, ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import { freshDatabase, queryOn, sharedServer, urlOf, withClient } from '../../support/servers.ts';

const filled = `
  CREATE TABLE letters (id integer PRIMARY KEY, letter text NOT NULL);
  INSERT INTO letters SELECT n, chr(96 + n) FROM generate_series(1, 26) AS n`;

const lettersIn = 'SELECT count(*)::integer AS letters FROM letters';

test('several databases are dumped by a pattern, and each is restored under its own new name', async () => {
  const server = await sharedServer();
  const prefix = `billing${randomBytes(3).toString('hex')}`;
  await using first = await freshDatabase(server, { name: prefix, sql: filled });
  await using second = await freshDatabase(server, { name: prefix, sql: 'CREATE TABLE empty ()' });
  await using other = await freshDatabase(server, { name: `not_${prefix}`, sql: filled });
  await using workspace = await makeWorkspace();
  await using firstCopy = copyOn(server, `${first.name}_a`);
  await using secondCopy = copyOn(server, `${second.name}_b`);
  const { report, exitCode } = await workspace.run({
    connections: { source: other.url, target: other.url },
    steps: [
      { dump: { from: 'source', databases: [`${prefix}_*`], to: 'dumps/billing' } },
      { restore: { into: 'target', as: { [first.name]: firstCopy.name, [second.name]: secondCopy.name } } },
      { verify: {} },
    ],
  });
  expect({ ...ending(report), exitCode }).toEqual(proven);
  const names = [first.name, second.name].toSorted();
  expect((await workspace.manifest('dumps/billing')).databases.map(({ name }) => name)).toEqual(names);
  expect(resultsOf(report, 'verify')[0]?.databases.map(({ source }) => source)).toEqual(names);
  expect(await firstCopy.query(lettersIn)).toEqual([{ letters: 26 }]);
  expect(await secondCopy.query('SELECT count(*)::integer AS rows FROM empty')).toEqual([{ rows: 0 }]);
});

test('of a dump set with several databases, some are restored', async () => {
  const server = await sharedServer();
  await using one = await freshDatabase(server, { sql: filled });
  await using two = await freshDatabase(server, { sql: filled });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(server, `${two.name}_copy`);
  const { report } = await workspace.run({
    connections: { source: one.url, target: one.url },
    steps: [
      { dump: { from: 'source', databases: [one.name, two.name], to: 'dumps/both' } },
      { restore: { into: 'target', databases: two.name, as: { [two.name]: copy.name } } },
      { verify: {} },
    ],
  });
  expect(report.databases.map(({ name }) => name)).toEqual([copy.name]);
  // One dump was neither restored nor compared, so the whole is not proven.
  expect(ending(report)).toEqual({ ...proven, verdict: 'unproven' });
  expect(report.headline).toContain(one.name);
});

test('temporary databases are gone when the command ends', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: filled });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_temporary`);
  const { report, exitCode, stdout } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy.name, { restore: { temporary: true } }),
  });
  expect({ ...ending(report), exitCode }).toEqual(proven);
  expect(await databaseExists(source.server, copy.name)).toBe(false);
  expect(report.databases).toEqual([]);
  expect(stdout).not.toContain('left in place');
});

test('a temporary copy of a template is gone as well', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: filled });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_temporary`);
  await source.query(`ALTER DATABASE ${source.name} IS_TEMPLATE true`);
  try {
    const { report, stderr } = await workspace.run({
      connections: { source: source.url, target: source.url },
      steps: [
        { dump: { from: 'source', to: 'dumps/template' } },
        { restore: { into: 'target', as: { [source.name]: copy.name }, temporary: true } },
        { verify: {} },
      ],
    });
    expect({ ...ending(report), stderr }).toEqual({ ...proven, stderr: '' });
    expect(await databaseExists(source.server, copy.name)).toBe(false);
  } finally {
    await source.query(`ALTER DATABASE ${source.name} IS_TEMPLATE false`);
  }
});

test('a filled database is overwritten only when its exact name is typed', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: filled });
  await using target = await freshDatabase(source.server, { sql: 'CREATE TABLE precious (); CREATE SCHEMA kept' });
  await using workspace = await makeWorkspace();
  const run = (to: string, restore: Step) =>
    workspace.run({
      connections: { source: source.url, target: source.url },
      steps: drill(source.name, target.name, { to, restore }),
    });

  const others = [`${target.name}x`, '*', 'test_*', target.name.toUpperCase()].map(overwrite => ({ overwrite }));
  for (const [index, restore] of [{}, ...others].entries()) {
    const { report, exitCode } = await run(`dumps/${index}`, restore);
    expect(exitCode).toBe(4);
    expect(report.steps.flatMap(({ problems }) => problems)).toMatchObject([{ code: 'PGR160' }]);
    expect(await target.query("SELECT to_regclass('precious') IS NOT NULL AS there")).toEqual([{ there: true }]);
  }
  const { report } = await run('dumps/last', { overwrite: target.name });
  expect(ending(report)).toEqual(proven);
  expect(await target.query("SELECT to_regclass('precious') IS NOT NULL AS there")).toEqual([{ there: false }]);
  expect(await target.query(lettersIn)).toEqual([{ letters: 26 }]);
});

test('an existing empty database is filled, and stays itself', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: filled });
  await using target = await freshDatabase(source.server);
  const [before] = await target.query('SELECT oid::integer FROM pg_database WHERE datname = current_database()');
  await target.query(`
    COMMENT ON DATABASE ${target.name} IS 'was here first';
    ALTER DATABASE ${target.name} SET work_mem = '7MB';
    ALTER DATABASE ${source.name} SET statement_timeout = '1h';
    COMMENT ON DATABASE ${source.name} IS 'the source'`);
  await using workspace = await makeWorkspace();
  const { report } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, target.name),
  });
  expect(ending(report)).toEqual(proven);
  expect(resultsOf(report, 'restore')[0]?.databases[0]).toMatchObject({ created: false });
  const [after] = await target.query(`
    SELECT oid::integer, shobj_description(oid, 'pg_database') AS comment,
      (SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase = d.oid) AS settings
    FROM pg_database d WHERE datname = current_database()`);
  expect(after).toEqual({ ...before, comment: 'was here first', settings: '{work_mem=7MB,statement_timeout=1h}' });
});

test('a failed restore drops the database that it made, and leaves one that was there', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: filled });
  await source.query(`
    CREATE FUNCTION at_home() RETURNS boolean LANGUAGE sql AS $$ SELECT current_database() = '${source.name}' $$;
    CREATE TABLE homesick (id integer CHECK (public.at_home()));
    INSERT INTO homesick VALUES (1)`);
  await using empty = await freshDatabase(source.server);
  await using workspace = await makeWorkspace();
  for (const [index, name] of [`${source.name}_made`, empty.name].entries()) {
    const { report, exitCode } = await workspace.run({
      connections: { source: source.url, target: source.url },
      steps: drill(source.name, name, { to: `dumps/${index}` }),
    });
    expect(exitCode).toBe(1);
    expect(report.steps.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'not run']);
    expect(report.steps[1]?.problems).toMatchObject([{ code: 'PGR213', message: expect.stringContaining('homesick') }]);
    expect(await databaseExists(source.server, name)).toBe(name === empty.name);
  }
});

test.skipIf(availableParallelism() === 1)(
  'many small tables are restored by one job: out of a database, whoever locks them, and out of a dump set',
  async () => {
    const server = await sharedServer();
    await using source = await freshDatabase(server, {
      sql: `DO $$ BEGIN FOR n IN 1..120 LOOP EXECUTE format('CREATE TABLE small_%s AS SELECT 1 AS id', n); END LOOP; END $$`,
    });
    await using workspace = await makeWorkspace();
    const dump = { dump: { from: 'source', to: 'dumps/small' } };
    const restore = { restore: { from: 'dumps/small', into: 'target', as: { [source.name]: `${source.name}_copy` } } };
    const jobsIn = async (steps: readonly Step[], url = source.url) => {
      const { stdout, stderr } = await workspace.command(['plan'], {
        connections: { source: url, target: url },
        steps,
      });
      expect(stderr).toBe('');
      return [...stdout.matchAll(/^ *jobs (?:1: 120 tables of .* on average|\d+: one for each core)/gm)].map(([line]) =>
        line.trim().replace(/(?<=^jobs )\d+(?=: one)|(?<=tables of )[\d.]+/, '…'),
      );
    };
    const usual = 'jobs …: one for each core';
    const small = 'jobs 1: 120 tables of … kB on average';

    const told = await withClient(server, source.name, async client => {
      await client.query('BEGIN; LOCK TABLE small_7 IN ACCESS EXCLUSIVE MODE');
      return jobsIn([dump, restore]);
    });
    expect(told).toEqual([usual, small]);

    const role = `sizes_${randomBytes(3).toString('hex')}`;
    await queryOn(server, source.name, `CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
    try {
      const url = urlOf({ ...server, user: role, password: new Secret(role) }, source.name);
      expect(await jobsIn([dump, restore], url)).toEqual([usual, small]);
      await source.query('REVOKE EXECUTE ON FUNCTION pg_database_size(name) FROM public');
      expect(await jobsIn([dump, restore], url)).toEqual([usual, usual]);
    } finally {
      await queryOn(server, source.name, `DROP ROLE ${role}`);
    }

    const { exitCode } = await workspace.run({ connections: { source: source.url }, steps: [dump] });
    expect(exitCode).toBe(0);
    expect(await jobsIn([restore])).toEqual([small]);
  },
);
