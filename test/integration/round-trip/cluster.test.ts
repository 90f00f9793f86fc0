import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { checksOf, databaseExists, ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import { keptClients, sealedClient } from '../../support/sealed.ts';
import { queryOn, serverMajors, urlOf, withServer } from '../../support/servers.ts';

const major = serverMajors.at(-1) ?? 0;
const safe = await sealedClient(major);

const people = `
  CREATE ROLE "Head of sales" LOGIN PASSWORD 'quite a long one'; CREATE ROLE staff; GRANT staff TO "Head of sales";
  ALTER ROLE "Head of sales" SET search_path TO sales, "a, b"; ALTER ROLE "Head of sales" SET work_mem = '7MB';
  CREATE ROLE dumper LOGIN PASSWORD 'dumper' IN ROLE pg_read_all_data; CREATE ROLE visitor LOGIN PASSWORD 'visitor'`;
const goods =
  'CREATE TABLE thing (id serial PRIMARY KEY, name text); INSERT INTO thing (name) SELECT n FROM generate_series(1, 20) AS n';

/** A cluster with roles, two databases of its own, a template and one that nobody may connect to. */
async function withCluster(body: (source: ThrowawayServer, workspace: Workspace) => Promise<void>): Promise<void> {
  await withServer(major, {}, async server => {
    await queryOn(server, 'postgres', people);
    for (const name of ['app', 'My "shop"', 'secret', 'pattern'])
      await queryOn(server, 'postgres', `CREATE DATABASE "${name.replaceAll('"', '""')}"`);
    for (const name of ['app', 'My "shop"']) await queryOn(server, name, goods);
    await queryOn(
      server,
      'app',
      'ALTER TABLE thing OWNER TO "Head of sales"; ALTER ROLE staff IN DATABASE app SET work_mem = \'9MB\'',
    );
    await queryOn(server, 'app', "ALTER DATABASE app SET statement_timeout = '77s'; COMMENT ON DATABASE app IS 'ours'");
    await queryOn(
      server,
      'postgres',
      'ALTER DATABASE pattern IS_TEMPLATE true; REVOKE CONNECT ON DATABASE secret FROM PUBLIC',
    );
    await using workspace = await makeWorkspace();
    await body(server, workspace);
  });
}

const urlAs = (role: string, server: ThrowawayServer) =>
  urlOf(server, 'postgres').replace(/\/\/[^@]*@/, `//${role}:${role}@`);
const settings = `SELECT coalesce(array_to_string(setconfig, '; '), '') AS set FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = setrole
  WHERE rolname = 'Head of sales' AND setdatabase = 0`;
const roleSettings = [{ set: 'search_path=sales, "a, b"; work_mem=7MB' }];

test('globals come with settings and memberships; passwords only where they are asked for', async () => {
  await withCluster(async (server, workspace) => {
    const source = urlOf(server, 'postgres');
    const { report } = await workspace.run({
      connections: { source },
      steps: [
        { dump: { globals: 'only', to: 'dumps/plain' } },
        { dump: { globals: 'only', 'role-passwords': true, to: 'dumps/passwords' } },
      ],
    });
    expect(ending(report)).toMatchObject({ verdict: 'unproven', exitCode: 0, problems: [] });
    expect(report.headline).toBe('globals.sql was dumped but not restored.');
    const globals = (name: string) => readFile(join(workspace.folder, 'dumps', name, 'globals.sql'), 'utf8');
    expect(await globals('plain')).toContain('CREATE ROLE "Head of sales"');
    expect(await globals('plain')).not.toContain('PASSWORD');
    expect(await globals('passwords')).toMatch(/ALTER ROLE "Head of sales" WITH .* PASSWORD 'SCRAM-SHA-256/);
    const manifest = await workspace.manifest('dumps/plain');
    expect(manifest.databases).toEqual([]);
    expect(manifest.globals?.rolePasswords).toBe(false);
    expect((await workspace.manifest('dumps/passwords')).globals?.rolePasswords).toBe(true);
    expect(manifest.globals?.roles.find(({ name }) => name === 'Head of sales')).toMatchObject({
      login: true,
      memberOf: ['staff'],
      settings: [
        "ALTER ROLE \"Head of sales\" SET search_path TO 'sales', 'a, b'",
        'ALTER ROLE "Head of sales" SET work_mem TO \'7MB\'',
      ],
    });
    expect(JSON.stringify(await workspace.manifest('dumps/passwords'))).not.toContain('SCRAM');

    await withServer(major, {}, async target => {
      const restored = await workspace.run({
        connections: { target: urlOf(target, 'postgres') },
        steps: [{ restore: { from: 'dumps/plain', into: 'target' } }],
      });
      expect(resultsOf(restored.report, 'restore')[0]?.rolesCreated).toEqual([
        'Head of sales',
        'dumper',
        'staff',
        'visitor',
      ]);
      expect(await queryOn(target, 'postgres', settings)).toEqual(roleSettings);
      const members = "SELECT pg_has_role('Head of sales', 'staff', 'member') AS is";
      expect(await queryOn(target, 'postgres', members)).toEqual([{ is: true }]);
    });
  });
});

test('of "*" all databases are dumped that the role may connect to', async () => {
  await withCluster(async (server, workspace) => {
    const connections = { source: urlAs('dumper', server) };
    const all = { from: 'source', databases: '*', exclude: { database: '"My"*' }, globals: true, to: 'dumps/all' };
    const { report } = await workspace.run({ connections, steps: [{ dump: all }] });
    expect(ending(report)).toMatchObject({ exitCode: 0, problems: [] });
    expect(resultsOf(report, 'dump')[0]?.databases.map(({ name }) => name)).toEqual(['app', 'postgres']);
    expect(report.steps[0]?.notes).toContainEqual(
      'not dumped, although the name matches: "pattern" (a template), "secret" (the role may not connect to it), "template0" (it takes no connections), "template1" (a template)',
    );
    const named = await workspace.run({ connections, steps: [{ dump: { databases: 'secret', to: 'dumps/secret' } }] });
    expect(named.report.steps.flatMap(({ problems }) => problems)[0]?.message).toContain(
      'permission denied for database',
    );
  });
});

test('a role that may not read pg_authid dumps all but passwords', async () => {
  await withCluster(async (server, workspace) => {
    const connections = { source: urlAs('visitor', server) };
    const steps = [
      { dump: { globals: 'only', to: 'dumps/plain' } },
      { dump: { globals: 'only', 'role-passwords': true, to: 'dumps/passwords' } },
    ];
    const { report } = await workspace.run({ connections, steps });
    expect(report.steps[0]).toMatchObject({ status: 'succeeded' });
    expect((await workspace.manifest('dumps/plain')).globals?.roles.map(({ name }) => name)).toContain('staff');
    expect(report.steps[1]?.problems).toMatchObject([
      {
        code: 'PGR190',
        message: expect.stringContaining('passwords'),
        remedy: expect.stringContaining('role-passwords'),
      },
    ]);
  });
});

describe.skipIf(safe.kind === 'absent')('one file', () => {
  const dump = {
    from: 'source',
    databases: '*',
    exclude: { database: 'secret' },
    globals: true,
    format: 'plain',
    'single-file': 'all.sql',
    to: 'dumps/all',
  };
  const rows = 'SELECT count(*)::integer AS n, max(id) AS id FROM thing';

  test('makes a cluster, by a restore that is proven for each database', async () => {
    await withCluster(async (source, workspace) => {
      await withServer(major, {}, async target => {
        const connections = { source: urlOf(source, 'postgres'), target: urlOf(target, 'postgres') };
        const steps = [{ dump }, { restore: { into: 'target' } }, { verify: { level: 'content' } }];
        const { report } = await workspace.run({ connections, steps }, keptClients);
        expect({ ...ending(report), unproven: [] }).toEqual(proven);
        expect(
          checksOf(report)
            .filter(({ name }) => name === 'rows')
            .map(({ compared }) => compared),
        ).toEqual([1, 1, 0]);
        for (const name of ['app', 'My "shop"']) expect(await queryOn(target, name, rows)).toEqual([{ n: 20, id: 20 }]);
        const database = `SELECT shobj_description(oid, 'pg_database') AS comment, (SELECT string_agg(setting, '; ' ORDER BY setting)
          FROM pg_db_role_setting, unnest(setconfig) AS setting WHERE setdatabase = d.oid) AS set FROM pg_database d WHERE datname = 'app'`;
        expect(await queryOn(target, 'postgres', database)).toEqual([
          { comment: 'ours', set: 'statement_timeout=77s; work_mem=9MB' },
        ]);
        expect(await queryOn(target, 'postgres', settings)).toEqual(roleSettings);

        const again = await workspace.run(
          { connections, steps: [{ restore: { from: 'dumps/all', into: 'target', databases: 'app' } }] },
          keptClients,
        );
        expect(again.report.steps[0]?.problems).toMatchObject([{ code: 'PGR160' }]);
        const restore = { from: 'dumps/all', into: 'target', databases: 'app', overwrite: 'app' };
        const over = await workspace.run({ connections, steps: [{ restore }, { verify: {} }] }, keptClients);
        expect({ ...ending(over.report), unproven: [] }).toEqual(proven);
      });
    });
  });

  test('is what psql can load as it is, into a cluster that has none of it', async () => {
    await withCluster(async (source, workspace) => {
      const { report } = await workspace.run({ connections: { source: urlOf(source, 'postgres') }, steps: [{ dump }] });
      expect(report.exitCode).toBe(0);
      const { databases } = await workspace.manifest('dumps/all');
      expect(databases.map(({ name, path }) => [name, path])).toEqual([
        ['My "shop"', 'all.sql'],
        ['app', 'all.sql'],
        ['postgres', 'all.sql'],
      ]);
      await withServer(major, {}, async target => {
        const file = join(workspace.folder, 'dumps/all/all.sql');
        const program = join(safe.kind === 'available' ? safe.programs : '', 'psql');
        await promisify(execFile)(program, [
          '-X',
          '-q',
          '-v',
          'ON_ERROR_STOP=1',
          '-d',
          urlOf(target, 'postgres'),
          '-f',
          file,
        ]);
        for (const name of ['app', 'My "shop"']) expect(await queryOn(target, name, rows)).toEqual([{ n: 20, id: 20 }]);
        expect(await queryOn(target, 'postgres', settings)).toEqual(roleSettings);
      });
    });
  });

  test('is taken back when one of its databases fails', async () => {
    await withCluster(async (source, workspace) => {
      await withServer(major, {}, async target => {
        const connections = { source: urlOf(source, 'postgres'), target: urlOf(target, 'postgres') };
        await queryOn(target, 'template1', 'CREATE SCHEMA early');
        await queryOn(source, 'app', "CREATE FUNCTION now_or_never() RETURNS integer LANGUAGE sql AS 'SELECT 1'");
        await queryOn(
          source,
          'app',
          'CREATE TABLE broken (id integer CHECK (now_or_never() = 1)); INSERT INTO broken VALUES (1)',
        );
        await queryOn(
          source,
          'app',
          "CREATE OR REPLACE FUNCTION now_or_never() RETURNS integer LANGUAGE sql AS 'SELECT 2'",
        );
        const { report } = await workspace.run(
          { connections, steps: [{ dump }, { restore: { into: 'target' } }] },
          keptClients,
        );
        expect(report.steps[1]?.problems).toMatchObject([
          { code: 'PGR213', message: expect.stringMatching(/psql: line \d+: /) },
        ]);
        for (const name of ['app', 'My "shop"']) expect(await databaseExists(target, name)).toBe(false);
        expect(
          await queryOn(target, 'postgres', "SELECT FROM pg_roles WHERE rolname IN ('staff', 'Head of sales')"),
        ).toEqual([]);
      });
    });
  });
});
