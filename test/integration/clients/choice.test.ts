import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { programsFolderOf } from '../../../src/client/client.ts';
import { sealedRoot } from '../../../src/client/sealed-clients.ts';
import { startResultsService } from '../../support/results-service.ts';
import { makeWorkspace, type RunResult, type Workspace } from '../../support/round-trip.ts';
import { resultsOf } from '../../support/round-trip-results.ts';
import { lockedClient, sealedClient } from '../../support/sealed.ts';
import { clientFolder, freshDatabase, sharedServer, withServer } from '../../support/servers.ts';
import { startArchive } from '../../unit/client/sealed/mirror-server.ts';
import { expectExit, openJob } from '../action/job.ts';
import { fetchable, mirrorOf } from './package-mirror.ts';

const { set, absent } = await fetchable();
const server = await sharedServer();
const source = () => freshDatabase(server, { sql: 'create table customer (id int primary key)' });

function dump(
  workspace: Workspace,
  url: string,
  client: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const steps = [{ dump: { from: 'source', to: 'dumps/set' } }];
  return workspace.run({ connections: { source: url }, client, steps }, environment);
}

const clientsOf = ({ report }: RunResult) => resultsOf(report, 'dump').map(result => result.client);

describe('client.path', () => {
  it('is the client, and nothing is fetched', async () => {
    await using database = await source();
    await using workspace = await makeWorkspace();
    await using mirror = await startArchive(new Map());
    const environment = { PG_ROUNDTRIP_CLIENT_MIRRORS: mirror.url };
    const run = await dump(workspace, database.url, { path: clientFolder() }, environment);
    expect(run.exitCode).toBe(0);
    const [step] = run.report.steps;
    expect(step?.notes[0]).toMatch(new RegExp(`^client .* from ${clientFolder()}, as asked$`));
    expect(mirror.asked).toEqual([]);
  });

  it('may lead to a sealed client', async context => {
    const available = await sealedClient(set.major);
    if (available.kind === 'absent') return context.skip(true, available.reason);
    await using database = await source();
    await using workspace = await makeWorkspace();
    const run = await dump(workspace, database.url, { path: available.programs });
    expect(run.exitCode).toBe(0);
    expect(clientsOf(run)).toEqual([set.version]);
    return undefined;
  });

  it.each([
    ['is not there', async () => undefined],
    [
      'is empty',
      async (folder: string) => {
        await mkdir(folder);
      },
    ],
    [
      'lacks a program',
      async (folder: string) => {
        await mkdir(folder);
        for (const program of ['pg_dump', 'pg_restore', 'psql'])
          await symlink(join(clientFolder(), program), join(folder, program));
      },
    ],
  ])('is refused before anything is done when it %s', async (_, make) => {
    await using database = await source();
    await using workspace = await makeWorkspace();
    await make(join(workspace.folder, 'tools'));
    const run = await dump(workspace, database.url, { path: 'tools' });
    expect(run.exitCode).toBe(2);
    expect(run.report.steps).toMatchObject([{ title: 'prepare the run', problems: [{ code: 'PGR152' }] }]);
  });
});

describe('PGBIN', () => {
  it('names a folder with a client as good as those in the usual places', async context => {
    const available = await sealedClient(set.major);
    if (available.kind === 'absent') return context.skip(true, available.reason);
    await using database = await source();
    await using workspace = await makeWorkspace();
    await using mirror = await startArchive(new Map());
    const environment = { PGBIN: available.programs, PG_ROUNDTRIP_CLIENT_MIRRORS: mirror.url };
    const run = await dump(workspace, database.url, { version: set.major }, environment);
    expect(run.exitCode).toBe(0);
    expect(run.report.steps[0]?.notes[0]).toBe(`client ${set.version} from ${available.programs}, as asked`);
    expect(mirror.asked).toEqual([]);
    return undefined;
  });
});

describe.skipIf(absent !== undefined)('client.version', () => {
  it('takes a client of that major, fetched from the mirrors of the file before those of the environment', async () => {
    await using database = await source();
    await using workspace = await makeWorkspace();
    await using declared = await mirrorOf(set);
    await using other = await mirrorOf(set);
    const client = { version: set.major, mirrors: [declared.url] };
    const run = await dump(workspace, database.url, client, { PG_ROUNDTRIP_CLIENT_MIRRORS: other.url });
    expect(run.exitCode).toBe(0);
    expect(clientsOf(run)).toEqual([set.version]);
    expect(run.report.steps[0]?.notes[0]).toBe(`sealed client ${set.version}, as asked`);
    expect(declared.asked).toHaveLength(set.packages.length);
    expect(other.asked).toEqual([]);
  });

  it('goes on to the next mirror where one has nothing, and asks each only for its own archives', async () => {
    await using database = await source();
    await using workspace = await makeWorkspace();
    await using empty = await startArchive(new Map());
    await using full = await mirrorOf(set);
    const security = set.packages.filter(({ archive }) => archive === 'debian-security').map(({ path }) => path);
    const environment = { PG_ROUNDTRIP_CLIENT_MIRRORS: `debian-security=${empty.url}, ${full.url}` };
    const run = await dump(workspace, database.url, { version: set.major }, environment);
    expect(run.exitCode).toBe(0);
    expect(empty.asked.toSorted()).toEqual(security.toSorted());
    expect(full.asked).toHaveLength(set.packages.length);
  });

  it('is not there in any version: told before anything is done', async () => {
    await using database = await source();
    await using workspace = await makeWorkspace();
    const run = await dump(workspace, database.url, { version: 9 + 40 });
    expect(run.report.steps).toMatchObject([{ title: 'prepare the run', problems: [{ code: 'PGR151' }] }]);
    expect(run.report.steps[0]?.problems[0]?.message).toContain('a client of major 49 was asked for');
  });
});

describe.skipIf(absent !== undefined)('no client named', () => {
  it('gets the own major of a server for which nothing is installed, and says why', async () => {
    await withServer(set.major, {}, async newer => {
      await using database = await freshDatabase(newer, { sql: 'create table customer (id int primary key)' });
      await using workspace = await makeWorkspace();
      await using mirror = await mirrorOf(set);
      const environment = { PG_ROUNDTRIP_CLIENT_MIRRORS: mirror.url };
      const run = await dump(workspace, database.url, {}, environment);
      expect(run.exitCode).toBe(0);
      expect(run.report.steps[0]?.notes[0]).toBe(`sealed client ${set.version}: the server's own major`);
      expect(mirror.asked).toHaveLength(set.packages.length);
    });
  });

  it('an address that is none is told by name', async () => {
    await using database = await source();
    await using workspace = await makeWorkspace();
    const run = await dump(workspace, database.url, { version: set.major, mirrors: ['ftp://mirror.example/debian'] });
    expect(run.exitCode).not.toBe(0);
    expect(run.stdout + run.stderr).toContain('PGR256');
  });
});

describe.skipIf(absent !== undefined)('client.add-to-path', () => {
  it.each([
    ['later steps find the programs', true],
    ['later steps are left as they were', false],
  ])('%s when it is %s', async (_, added) => {
    await using database = await source();
    await using service = await startResultsService();
    await using mirror = await mirrorOf(set);
    await using job = await openJob({ ...service.environment, PG_ROUNDTRIP_CLIENT_MIRRORS: mirror.url });
    const declared = {
      version: 1,
      connections: { source: { url: '${URL}' } },
      client: { version: set.major, ...(added ? { 'add-to-path': true } : {}) },
      steps: [{ dump: { from: 'source', to: 'dumps/set' } }],
    };
    const config = await job.write('trip.yml', JSON.stringify(declared));
    const run = await job.step({ config }, { environment: { URL: database.url } });
    expectExit(run, 0);
    const client = lockedClient(set.major);
    if (client === undefined) throw new Error('the set is locked for another machine');
    const root = sealedRoot(join(job.temporary, '_tools'), set);
    expect(run.paths).toEqual(added ? [programsFolderOf({ ...client, root })] : []);
    for (const folder of run.paths) {
      const { stdout } = await promisify(execFile)('pg_restore', ['--version'], {
        env: { PATH: `${folder}:/usr/bin:/bin` },
      });
      expect(stdout).toContain(` ${set.version} `);
    }
  });
});
