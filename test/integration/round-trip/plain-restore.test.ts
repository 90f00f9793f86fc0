import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findInstallations } from '../../../src/client/installation.ts';
import { formatChecksums, hashFolder } from '../../../src/dumpset/checksums.ts';
import { startThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { makeWorkspace, type Step, type Workspace } from '../../support/round-trip.ts';
import { copyOn, databaseExists, drill, ending, proven } from '../../support/round-trip-results.ts';
import { declarationOf, keptClients, sealedClient } from '../../support/sealed.ts';
import {
  clientFolder,
  type FreshDatabase,
  freshDatabase,
  programsOf,
  queryOn,
  sharedServer,
  urlOf,
} from '../../support/servers.ts';

const server = await sharedServer();
const owner = `owner_${process.pid}`;
const library = `
  CREATE TABLE title (id serial PRIMARY KEY, name text);
  INSERT INTO title (name) SELECT 'title ' || n FROM generate_series(1, 30) AS n;
  GRANT SELECT ON title TO PUBLIC`;
const needed = await sealedClient(server.major);

async function withLibrary(body: (source: FreshDatabase, workspace: Workspace) => Promise<void>, sql = library) {
  await using source = await freshDatabase(server, { sql });
  await using workspace = await makeWorkspace();
  await body(source, workspace);
}

function connectionsOf(source: FreshDatabase) {
  return { source: source.url, target: source.url };
}

/** Changes a text of a dump set as somebody could who makes the hashes anew as well. */
async function forge(workspace: Workspace, change: (text: string) => string): Promise<void> {
  const set = join(workspace.folder, 'dumps/set');
  const { databases } = await workspace.manifest('dumps/set');
  const [database] = databases;
  if (database?.plain === undefined) throw new Error('no plain dump');
  const text = change(await readFile(join(set, database.path), 'utf8'));
  await writeFile(join(set, database.path), text);
  const manifest = await readFile(join(set, 'manifest.json'), 'utf8');
  await writeFile(
    join(set, 'manifest.json'),
    manifest.replace(/"bytes": \d+(?=\s*\},\s*"options")/, `"bytes": ${Buffer.byteLength(text)}`),
  );
  await writeFile(join(set, 'SHA256SUMS'), formatChecksums(await hashFolder(set, { leaveOut: ['SHA256SUMS'] })));
}

describe.skipIf(needed.kind === 'absent')('psql', () => {
  test('ends at the first error, which is told with its line, and leaves no copy', async () => {
    await withLibrary(async (source, workspace) => {
      await using copy = copyOn(server, `${source.name}_copy`);
      const connections = connectionsOf(source);
      await workspace.run({ connections, steps: [{ dump: { from: 'source', format: 'plain', to: 'dumps/set' } }] });
      await forge(workspace, text => text.replace('\n\\.\n', '\n17\tno new row\n\\.\n'));
      const restore = { from: 'dumps/set', into: 'target', as: { [source.name]: copy.name } };
      const { report, stdout } = await workspace.run({ connections, steps: [{ restore }] }, keptClients);
      expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR216' }]);
      expect(report.steps[0]?.problems[0]?.message).toMatch(
        /^psql: line \d+: rows are there twice that index "title_pkey" says are unique/,
      );
      expect(stdout).toContain('Key (id)=(17)');
      expect(await databaseExists(server, copy.name)).toBe(false);
    });
  });

  test('runs nothing of a dump set whose hashes do not hold', async () => {
    await withLibrary(async (source, workspace) => {
      await using copy = copyOn(server, `${source.name}_copy`);
      const connections = connectionsOf(source);
      await workspace.run({ connections, steps: [{ dump: { from: 'source', format: 'plain', to: 'dumps/set' } }] });
      const { databases } = await workspace.manifest('dumps/set');
      await appendFile(join(workspace.folder, 'dumps/set', databases[0]?.path ?? ''), '\\! touch ran\n');
      const restore = { from: 'dumps/set', into: 'target', as: { [source.name]: copy.name } };
      const { report } = await workspace.run({ connections, steps: [{ restore }] }, keptClients);
      expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR172' }]);
      expect(await databaseExists(server, copy.name)).toBe(false);
      await expect(readFile(join(workspace.folder, 'ran'))).rejects.toThrow('ENOENT');
    });
  });

  test('of a client below the security floor runs nothing', async () => {
    await withLibrary(async (source, workspace) => {
      const connections = connectionsOf(source);
      const steps = drill(source.name, `${source.name}_copy`, { dump: { format: 'plain' } });
      const { report } = await workspace.run({ connections, client: { path: clientFolder() }, steps });
      // The programs that are installed where the tests run may have been updated meanwhile.
      if (report.exitCode === 0) return;
      expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR154' }]);
      expect(report.exitCode).toBe(4);
    });
  });

  test.each<[string, Step]>([
    ['together', { 'single-transaction': true }],
    ['into an existing database', {}],
  ])('restores all or nothing: %s', async (how, restore) => {
    await withLibrary(async (source, workspace) => {
      await using target = await freshDatabase(server, { sql: 'CREATE TABLE kept (id integer)' });
      await using copy = copyOn(server, `${source.name}_copy`);
      const connections = connectionsOf(source);
      const into = how === 'together' ? copy.name : target.name;
      const existing = how === 'together' ? {} : { 'into-existing': target.name };
      const steps = [
        { dump: { from: 'source', format: 'plain', 'no-privileges': true, to: 'dumps/set' } },
        { restore: { into: 'target', as: { [source.name]: into }, ...existing, ...restore } },
        { verify: {} },
      ];
      const { report } = await workspace.run({ connections, steps }, keptClients);
      expect({ ...ending(report), unproven: [] }).toEqual(proven);
      expect(await queryOn(server, into, 'SELECT count(*)::integer AS n FROM title')).toEqual([{ n: 30 }]);
      if (how === 'together') return;
      // Once more: the tables are there now.
      const again = [{ restore: { from: 'dumps/set', ...steps[1]?.restore } }];
      await queryOn(server, into, 'DELETE FROM title; ALTER TABLE title RENAME TO other');
      await forge(workspace, text =>
        text.replace('ALTER TABLE ONLY public.title\n', 'ALTER TABLE ONLY public.titel\n'),
      );
      const second = await workspace.run({ connections, steps: again }, keptClients);
      expect(second.report.steps[0]?.status).toBe('failed');
      const tables =
        "SELECT string_agg(relname, ' ' ORDER BY relname) AS all FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
      expect(await target.query(tables)).toEqual([{ all: 'kept other' }]);
    });
  });

  test('refuses one transaction around large objects, which have their own', async () => {
    await withLibrary(async (source, workspace) => {
      const steps = drill(source.name, `${source.name}_copy`, {
        dump: { format: 'plain' },
        restore: { 'single-transaction': true },
      });
      const { report } = await workspace.run({ connections: connectionsOf(source), steps }, keptClients);
      expect(report.steps[1]?.problems).toMatchObject([{ code: 'PGR150' }]);
      expect(report.steps[1]?.problems[0]?.message).toContain('large objects');
      expect(await databaseExists(server, `${source.name}_copy`)).toBe(false);
    }, `${library}; SELECT lo_from_bytea(0, '\\x00')`);
  });

  test.each<[Step, Step, string]>([
    [{ 'no-owner': true }, {}, server.user],
    [{ 'no-owner': true, 'no-privileges': true }, { owners: owner, privileges: 'skip' }, owner],
    [{}, {}, owner],
  ])('dumped with %j, restored with %j: what is made belongs to %s', async (dump, restore, expected) => {
    await queryOn(
      server,
      'postgres',
      `DO $$ BEGIN CREATE ROLE ${owner}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    );
    await withLibrary(async (source, workspace) => {
      await using copy = copyOn(server, `${source.name}_copy`);
      const steps = drill(source.name, copy.name, { dump: { format: 'plain', ...dump }, restore });
      const { report } = await workspace.run({ connections: connectionsOf(source), steps }, keptClients);
      expect({ ...ending(report), unproven: [] }).toEqual(proven);
      const owners = "SELECT DISTINCT pg_get_userbyid(relowner)::text AS owner FROM pg_class WHERE relname ~ '^title'";
      expect(await copy.query(owners)).toEqual([{ owner: expected }]);
    }, `${library}; ALTER TABLE title OWNER TO ${owner}`);
    await queryOn(server, 'postgres', `DROP ROLE IF EXISTS ${owner}`);
  });

  test.each<[string, Step, Step]>([
    ['include', {}, { include: { table: 'title' } }],
    ['jobs', {}, { jobs: 2 }],
    ['jobs', { format: 'tar' }, { jobs: 2 }],
    ['phases: separate', {}, { phases: 'separate' }],
    ['privileges: skip', {}, { privileges: 'skip' }],
    ['owners: ROLE', {}, { owners: 'somebody', privileges: 'keep' }],
    ['owners: keep', { 'no-owner': true }, { owners: 'keep' }],
    ['drops objects that are not there', { clean: true }, {}],
    ['under that name', { create: true }, {}],
  ])('has nothing to choose: %s with a dump of %j', async (words, dump, restore) => {
    await withLibrary(async (source, workspace) => {
      const steps = drill(source.name, `${source.name}_copy`, { dump: { format: 'plain', ...dump }, restore });
      const { report } = await workspace.run({ connections: connectionsOf(source), steps }, keptClients);
      const problem = report.steps[0]?.problems[0];
      expect(problem).toMatchObject({ code: 'PGR150' });
      expect(`${problem?.message} ${problem?.remedy}`).toContain(dump['format'] === 'tar' ? 'several jobs' : words);
    });
  });

  test.each([{}, { create: true }])(
    'is spared a setting of a newer client that the server does not know: %j',
    async ({ create = false }) => {
      const newer = await sealedClient(18);
      if (newer.kind === 'absent') return;
      await withLibrary(async (source, workspace) => {
        await using target = await startThrowawayServer({ programs: await programsOf(server.major) });
        const connections = { source: source.url, target: urlOf(target, 'postgres') };
        const client = declarationOf(newer.client, await findInstallations());
        const dump = { from: 'source', format: 'plain', create, to: 'dumps/set' };
        const steps = [{ dump }, { restore: { into: 'target' } }, { verify: {} }];
        const { report } = await workspace.run({ connections, client, steps }, keptClients);
        expect({ ...ending(report), unproven: [] }).toEqual(proven);
        const { databases } = await workspace.manifest('dumps/set');
        const text = await readFile(join(workspace.folder, 'dumps/set', databases[0]?.path ?? ''), 'utf8');
        expect(text).toContain('SET transaction_timeout = 0;');
        expect(await queryOn(target, source.name, 'SELECT count(*)::integer AS n FROM title')).toEqual([{ n: 30 }]);
      });
    },
  );
});
