import { execFile } from 'node:child_process';
import { access, appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findInstallations } from '../../../src/client/installation.ts';
import { lock } from '../../../src/client/lock/packages.ts';
import { setsFor } from '../../../src/client/sealed-clients.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { fetchable, mirrorOf } from './package-mirror.ts';

const { set, absent } = await fetchable();

const client = (workspace: Workspace, words: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  workspace.command(['client', ...words], undefined, environment);
const reached = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

describe('client list', () => {
  it('names what is installed, and what can be fetched', async () => {
    await using workspace = await makeWorkspace();
    const { stdout, exitCode } = await client(workspace, ['list']);
    const lines = stdout.trimEnd().split('\n');
    expect(exitCode).toBe(0);
    const machine = { platform: process.platform, architecture: process.arch };
    expect(lines).toEqual([
      ...(await findInstallations()).map(({ version, folder }) => `${version.text.padEnd(8)} installed  ${folder}`),
      ...setsFor(lock, 'client', machine).map(({ version }) =>
        expect.stringMatching(`^${version.padEnd(8)} locked     \\d+ packages, \\d+\\.\\d MB$`),
      ),
    ]);
  });
});

describe.skipIf(absent !== undefined)('client install', () => {
  it.each([
    ['the folder that the environment names for caches', 'cache'],
    ['the home folder', undefined],
  ])('fetches a client once, into %s, and prints where its programs are', async (_, cache) => {
    await using workspace = await makeWorkspace();
    await using mirror = await mirrorOf(set);
    const major = String(set.major);
    const environment = {
      PG_ROUNDTRIP_CLIENT_MIRRORS: mirror.url,
      ...(cache === undefined ? {} : { XDG_CACHE_HOME: join(workspace.folder, cache) }),
    };
    const which = await client(workspace, ['which', major], environment);
    expect(which).toMatchObject({ exitCode: 1, stdout: '' });
    expect(which.stderr).toContain('PGR257');
    expect(which.stderr).toContain(`→ run pg-roundtrip client install ${major}`);
    expect(mirror.asked).toEqual([]);
    const installed = await client(workspace, ['install', major], environment);
    expect(installed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(mirror.asked.toSorted()).toEqual(set.packages.map(({ path }) => path).toSorted());
    const folder = installed.stdout.trimEnd();
    expect(await client(workspace, ['which', major], environment)).toEqual(installed);
    const list = (await client(workspace, ['list'], environment)).stdout.split('\n');
    expect(list).toContain(`${set.version.padEnd(8)} fetched    ${folder}`);
    const base = cache === undefined ? join(workspace.folder, '../home/.cache') : join(workspace.folder, cache);
    expect(folder).toMatch(new RegExp(`^${base}/pg-roundtrip/.*/bin$`));
    const { stdout } = await promisify(execFile)(join(folder, 'pg_dump'), ['--version'], { env: {} });
    expect(stdout).toContain(` ${set.version} `);

    expect(await client(workspace, ['install', major], environment)).toEqual(installed);
    expect(mirror.asked).toHaveLength(set.packages.length);

    await appendFile(join(folder, 'pg_dump'), '# changed');
    const changed = await client(workspace, ['which', major], environment);
    expect(changed).toMatchObject({ exitCode: 4, stdout: '' });
    expect(changed.stderr).toContain('PGR254');
  });
});

describe('client which', () => {
  it('names the folder that PGBIN names, if that is the only client of its major', async () => {
    await using workspace = await makeWorkspace();
    const folder = join(workspace.folder, 'tools');
    await mkdir(folder);
    for (const program of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'])
      await writeFile(join(folder, program), `#!/bin/sh\necho '${program} (PostgreSQL) 42.1'\n`, { mode: 0o755 });
    const which = await client(workspace, ['which', '42'], { PGBIN: folder });
    expect(which).toMatchObject({ exitCode: 0, stdout: `${folder}\n` });
    expect((await client(workspace, ['which', '42'])).stderr).toContain('PGR151');
  });
});

describe('what client cannot do', () => {
  it.each([
    [[], 'PGR129'],
    [['lsit'], 'PGR129'],
    [['list', '--json'], 'PGR129'],
    [['install'], 'PGR129'],
    [['which'], 'PGR129'],
    [['install', 'newest'], 'PGR129'],
    [['install', '9'], 'PGR151'],
    [['which', '99'], 'PGR151'],
  ])('is told: client %j', async (words, code) => {
    await using workspace = await makeWorkspace();
    const { exitCode, stdout, stderr } = await client(workspace, words);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toContain(code);
    expect(await reached(join(workspace.folder, '../home/.cache'))).toBe(false);
  });
});
