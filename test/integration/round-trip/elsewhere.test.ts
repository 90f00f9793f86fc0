import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { startThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { makeWorkspace, type Step, type Workspace } from '../../support/round-trip.ts';
import { copyOn, databaseExists, ending, findingsOf, proven } from '../../support/round-trip-results.ts';
import { programsOf, queryOn, runTool, urlOf } from '../../support/servers.ts';

/** Archives that pg_dump has made and this tool has not. Their code touches files in the data directory where it may. */
let server: ThrowawayServer;
let workspace: Workspace;

/** Runs a command on the server's machine if it may, and goes on if not; in the database that is dumped it does nothing. */
const attack = `
  CREATE FUNCTION attack(file text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    IF current_database() LIKE 'source%' THEN RETURN 0; END IF;
    BEGIN
      EXECUTE 'RESET ROLE'; EXECUTE 'RESET SESSION AUTHORIZATION';
    EXCEPTION WHEN OTHERS THEN NULL; END;
    BEGIN
      EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'cat > /dev/null; touch ' || file);
    EXCEPTION WHEN OTHERS THEN NULL; END;
    RETURN 1;
  END $$;`;

const contents = `${attack}
  CREATE ROLE keeper;
  CREATE TABLE customer (id int PRIMARY KEY, name text CHECK (attack('by_check') >= 0));
  INSERT INTO customer SELECT i, E'name\\n' || i FROM generate_series(1, 100) i;
  CREATE SEQUENCE counter; SELECT setval('counter', 42);
  ALTER TABLE customer OWNER TO keeper;
  GRANT SELECT ON customer TO keeper;
  CREATE VIEW looked AS SELECT attack('by_view') AS done;
  CREATE MATERIALIZED VIEW filled AS SELECT attack('by_materialized_view') AS done;
  COMMENT ON TABLE customer IS 'here is room for other statements: ${'.'.repeat(200)}';
  SELECT lo_from_bytea(0, 'large');
  ALTER DATABASE source SET work_mem = '8MB'; COMMENT ON DATABASE source IS 'a database'`;

beforeAll(async () => {
  server = await startThrowawayServer({ programs: await programsOf() });
  workspace = await makeWorkspace();
  await queryOn(server, 'postgres', 'CREATE DATABASE source');
  await queryOn(server, 'source', contents);
  for (const format of ['custom', 'directory', 'tar'])
    await dump([`--format=${format}`, `--file=${join(workspace.folder, format)}`]);
  await queryOn(server, 'source', 'ALTER TABLE customer OWNER TO postgres; DROP OWNED BY keeper; DROP ROLE keeper');
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
});

beforeEach(() => queryOn(server, 'postgres', `COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm -f by_*'`));

async function dump(options: readonly string[]): Promise<void> {
  const ended = await runTool(server, 'pg_dump', ['--dbname=source', ...options]);
  expect(ended).toMatchObject({ status: 0 });
}

/** Files that the code of a dump has made. */
async function touched(): Promise<readonly unknown[]> {
  const rows = await queryOn(
    server,
    'postgres',
    `SELECT name FROM pg_ls_dir('.') name WHERE name LIKE 'by\\_%' ORDER BY 1`,
  );
  return rows.map(row => row['name']);
}

/** Asks the copy for what runs its code. */
const look = { name: 'look', on: 'target', sql: 'SELECT done FROM looked', expect: 1 };

const restored = (from: string, restore: Step = {}): readonly Step[] => [
  { restore: { from, into: 'target', as: { source: 'copy' }, ...restore } },
  { verify: { from, into: 'target', as: { source: 'copy' }, level: 'content', checks: [look] } },
];

function run(steps: readonly Step[], url = urlOf(server, 'postgres')) {
  return workspace.run({ connections: { target: url }, steps });
}

async function roles(): Promise<readonly string[]> {
  const rows = await queryOn(
    server,
    'postgres',
    `SELECT rolname FROM pg_roles WHERE rolname LIKE 'roundtrip\\_owner%'`,
  );
  return rows.map(row => String(row['rolname']));
}

const trust = 'made by ourselves, with pg_dump alone';

describe('an archive from elsewhere, restored by a superuser', () => {
  test('is restored and compared as a role that is none, which owns the copy and cannot log in', async () => {
    await using copy = copyOn(server, 'copy');
    const steps = restored('custom');
    const { report } = await run(steps);
    expect(ending(report)).toEqual(proven);
    const notes = report.steps.flatMap(step => step.notes).join('\n');
    expect(notes).toMatch(/a dump from elsewhere: restored as a role that is no superuser/);
    expect(notes).toMatch(/compared with an archive from elsewhere: what its source held is known from nothing/);
    const owners = await copy.query(
      `SELECT DISTINCT rolname, rolsuper, rolcanlogin, rolcreaterole, rolcreatedb FROM (
         SELECT relowner AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
         UNION ALL SELECT datdba FROM pg_database WHERE datname = 'copy') x JOIN pg_roles r ON r.oid = owner`,
    );
    const [name = ''] = await roles();
    expect(owners).toEqual([
      { rolname: name, rolsuper: false, rolcanlogin: false, rolcreaterole: false, rolcreatedb: false },
    ]);
    expect(await copy.query('SELECT count(*)::int AS rows FROM customer')).toEqual([{ rows: 100 }]);
    // Another run finds the role, and asks as it.
    expect(ending((await run(steps.slice(1))).report)).toEqual(proven);
    expect(await touched()).toEqual([]);
    await copy[Symbol.asyncDispose]();
    await queryOn(server, 'postgres', `DROP ROLE ${name}`);
  });

  test.each(['directory', 'tar'])('in the %s format, too; a temporary copy goes with its role', async format => {
    const { report } = await run(restored(format, { temporary: true }));
    expect(ending(report)).toEqual(proven);
    expect(await touched()).toEqual([]);
    expect(await databaseExists(server, 'copy')).toBe(false);
    expect(await roles()).toEqual([]);
  });

  /** A statement that pg_dump would never write, as long as the one in whose place it stands. */
  async function withStatement(file: string, sql: string): Promise<void> {
    const bytes = await readFile(join(workspace.folder, 'custom'));
    const start = bytes.indexOf('COMMENT ON TABLE public.customer');
    const end = bytes.indexOf('\n', start);
    bytes.write(sql.padEnd(end - start), start);
    await writeFile(join(workspace.folder, file), bytes);
  }

  test.each([
    ['RESET ROLE', 'RESET ROLE; RESET SESSION AUTHORIZATION;'],
    ['SET SESSION AUTHORIZATION', 'SET SESSION AUTHORIZATION postgres;'],
  ])('cannot become one by a statement of its own: %s', async (_, before) => {
    await withStatement('crafted', `${before} COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; touch by_statement';`);
    const { report } = await run(restored('crafted'));
    expect(report).toMatchObject({ exitCode: 1 });
    expect(report.steps[0]?.problems[0]?.message).toMatch(/permission denied|must be superuser/);
    expect(await touched()).toEqual([]);
    expect(await databaseExists(server, 'copy')).toBe(false);
    expect(await roles()).toEqual([]);
  });

  test('runs its code only where it is trusted, which the report repeats', async () => {
    await withStatement('crafted', `RESET ROLE; COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; touch by_statement';`);
    await using _ = copyOn(server, 'copy');
    const { report } = await run(restored('crafted', { trust, owners: 'postgres', privileges: 'skip' }));
    expect(report.steps[0]?.notes).toContain(`a dump from elsewhere, with the rights of the connection: ${trust}`);
    expect(await touched()).toEqual(['by_check', 'by_materialized_view', 'by_statement', 'by_view']);
    expect(await roles()).toEqual([]);
  });

  test('into a database that is there is refused', async () => {
    await using _ = copyOn(server, 'copy');
    await queryOn(server, 'postgres', 'CREATE DATABASE copy TEMPLATE template0');
    const { report } = await run(restored('custom'));
    expect(ending(report)).toMatchObject({
      exitCode: 4,
      problems: [expect.stringMatching(/^PGR174 .*"copy" is there/)],
    });
    expect(await roles()).toEqual([]);
  });
});

test('a role that is no superuser restores it itself', async () => {
  await queryOn(server, 'postgres', `CREATE ROLE plain LOGIN CREATEDB PASSWORD 'of the tests'`);
  await using copy = copyOn(server, 'copy');
  const { report } = await run(
    restored('custom'),
    `postgresql://plain:of%20the%20tests@${server.host}:${server.port}/postgres`,
  );
  expect(ending(report)).toMatchObject({ exitCode: 0 });
  expect(report.steps[0]?.notes.join()).toMatch(
    /no superuser and may not make roles, so it has restored the dump itself/,
  );
  expect(await copy.query(`SELECT tableowner FROM pg_tables WHERE tablename = 'customer'`)).toEqual([
    { tableowner: 'plain' },
  ]);
  expect(await touched()).toEqual([]);
});

test('a role that may make roles makes one, which cannot make any', async () => {
  await queryOn(server, 'postgres', `CREATE ROLE maker LOGIN CREATEDB CREATEROLE PASSWORD 'of the tests'`);
  await using copy = copyOn(server, 'copy');
  const { report } = await run(
    restored('custom'),
    `postgresql://maker:of%20the%20tests@${server.host}:${server.port}/postgres`,
  );
  expect(ending(report)).toEqual(proven);
  expect(await copy.query(`SELECT tableowner FROM pg_tables WHERE tablename = 'customer'`)).toEqual([
    { tableowner: (await roles())[0] },
  ]);
});

describe('an archive from elsewhere', () => {
  test('is decoded to its end before a connection is used', async () => {
    const bytes = await readFile(join(workspace.folder, 'custom'));
    await writeFile(join(workspace.folder, 'cut'), bytes.subarray(0, bytes.length - 100));
    const { report } = await run(restored('cut'));
    expect(ending(report)).toMatchObject({ exitCode: 3, problems: [expect.stringMatching(/^PGR302 /)] });
    expect(await databaseExists(server, 'copy')).toBe(false);
  });

  test('with a link in its folder is refused', async () => {
    await dump(['--format=directory', `--file=${join(workspace.folder, 'linked')}`]);
    await symlink('/etc/hostname', join(workspace.folder, 'linked', '1.dat'));
    const { report } = await run(restored('linked'));
    expect(ending(report)).toMatchObject({
      exitCode: 3,
      problems: [expect.stringMatching(/^PGR172 .*neither a file/)],
    });
  });

  test('is compared with what it holds: a copy that differs is found', async () => {
    await using _ = copyOn(server, 'copy');
    const [restore = {}, verify = {}] = restored('custom', { temporary: true });
    const change = { sql: { on: 'target', database: 'copy', run: 'DELETE FROM customer WHERE id = 7' } };
    const { report } = await run([restore, change, verify]);
    expect(report.exitCode).toBe(3);
    expect(findingsOf(report)).not.toEqual([]);
  });

  test('whose rows are INSERT statements is restored, and not called compared', async () => {
    await dump(['--format=custom', '--inserts', `--file=${join(workspace.folder, 'inserts')}`]);
    const { report } = await run(restored('inserts', { temporary: true }));
    expect(report.steps.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    expect(ending(report)).toMatchObject({ exitCode: 3, problems: [expect.stringMatching(/^PGR301 .*INSERT/)] });
  });

  test('in plain text is refused: nobody can tell what psql would do with it', async () => {
    await dump(['--format=plain', `--file=${join(workspace.folder, 'text.sql')}`]);
    const { report } = await run(restored('text.sql', { trust }));
    expect(ending(report)).toMatchObject({ exitCode: 3, problems: [expect.stringMatching(/^PGR302 .*plain SQL/)] });
  });
});
