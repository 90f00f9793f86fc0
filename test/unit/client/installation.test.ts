import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findInstallations, programPath, readInstallation } from '../../../src/client/installation.ts';

const programs = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'] as const;
type Name = (typeof programs)[number];

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client with spaces '));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes the four programs as shell scripts; each is executable. */
async function install(script: (name: Name) => string): Promise<void> {
  for (const name of programs) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script(name)}\n`);
    await chmod(join(folder, name), 0o755);
  }
}

const answering = (version: string) => (name: Name) => `echo '${name} (PostgreSQL) ${version}'`;

describe.skipIf(process.platform === 'win32')('a folder', () => {
  test('with the four programs of one version is a client', async () => {
    await install(answering('17.11 (Debian 17.11-1)'));
    expect(await readInstallation(folder)).toEqual({
      kind: 'installed',
      folder,
      version: { major: 17, minor: 11, text: '17.11' },
    });
  });

  test('is asked for versions in English, without our environment', async () => {
    await install(name => `[ "$LC_ALL$HOME$PGHOST" = C ] && echo "${name} (PostgreSQL) 17.11"`);
    expect(await readInstallation(folder)).toBeDefined();
  });

  test.each(programs)('without %s is none', async missing => {
    await install(answering('17.11'));
    await rm(join(folder, missing));
    expect(await readInstallation(folder)).toBeUndefined();
  });

  test.each(programs)('with %s of another version is none', async other => {
    await install(name => answering(name === other ? '17.10' : '17.11')(name));
    expect(await readInstallation(folder)).toBeUndefined();
  });

  test('with a program that is not executable is none', async () => {
    await install(answering('17.11'));
    await chmod(join(folder, 'psql'), 0o644);
    expect(await readInstallation(folder)).toBeUndefined();
  });

  test('with a broken link is none', async () => {
    await install(answering('17.11'));
    await rm(join(folder, 'psql'));
    await symlink('nowhere', join(folder, 'psql'));
    expect(await readInstallation(folder)).toBeUndefined();
  });

  test.each([
    ['fails', () => 'exit 3'],
    ['says nothing', () => 'exit 0'],
    ['says something else', () => 'echo hello'],
    ['fails although it knows its version', (name: Name) => `${answering('17.11')(name)}; exit 1`],
    ['is no program', () => ''],
  ])('with a program that %s is none', async (_, script) => {
    await install(name => (name === 'pg_restore' ? script(name) : answering('17.11')(name)));
    if (script('psql') === '') await writeFile(join(folder, 'pg_restore'), '\u007fELF of another machine');
    expect(await readInstallation(folder)).toBeUndefined();
  });

  test('with a program that never answers and cannot be asked to end is none', async () => {
    await install(name => (name === 'psql' ? "trap '' TERM; while :; do sleep 0.05; done" : answering('17.11')(name)));
    expect(await readInstallation(folder, 300)).toBeUndefined();
  });

  test('that does not exist is none', async () => {
    expect(await readInstallation(join(folder, 'nowhere'))).toBeUndefined();
  });
});

test.skipIf(process.platform === 'win32')('a path to a program', () => {
  expect(programPath('/usr/lib/postgresql/17/bin', 'pg_dump')).toBe('/usr/lib/postgresql/17/bin/pg_dump');
});

test.skipIf(process.platform !== 'linux')('every client of the machine is found, newest first', async () => {
  const majors = (await readdir('/usr/lib/postgresql').catch(() => [])).filter(name => /^\d+$/.test(name));
  const expected: string[] = [];
  for (const name of majors) {
    const found = await readInstallation(`/usr/lib/postgresql/${name}/bin`);
    if (found !== undefined) expected.push(found.folder);
  }
  const installations = await findInstallations();
  expect(installations.map(one => one.folder)).toEqual(expect.arrayContaining(expected));
  const order = installations.map(one => one.version.major * 1000 + one.version.minor);
  expect(order).toEqual(order.toSorted((left, right) => right - left));
});

describe.skipIf(process.platform === 'win32')('the folder that PGBIN names', () => {
  const findNamed = async (named: string) => (await findInstallations({ PGBIN: named }, 'aix')).map(one => one.folder);

  test('is found too, beside those of the platform', async () => {
    await install(answering('17.11'));
    expect(await findNamed(folder)).toEqual([folder]);
    const known = await findInstallations();
    expect(await findInstallations({ PGBIN: folder })).toHaveLength(known.length + 1);
  });

  test('counts once, where it is a known one', async () => {
    const known = await findInstallations();
    for (const one of known) expect(await findInstallations({ PGBIN: `${one.folder}/.` })).toEqual(known);
  });

  test('counts only as an absolute path to a complete client', async () => {
    expect(await findNamed(folder)).toEqual([]);
    await install(answering('17.11'));
    for (const named of ['', relative(process.cwd(), folder), join(folder, 'nowhere')])
      expect(await findNamed(named)).toEqual([]);
  });
});

test.skipIf(process.platform === 'win32')("a folder whose programs are Debian's wrapper is none", async () => {
  await install(answering('17.11'));
  await rename(join(folder, 'psql'), join(folder, 'pg_wrapper'));
  await symlink('pg_wrapper', join(folder, 'psql'));
  expect(await readInstallation(folder)).toBeUndefined();
});

test('a platform that is not known has none', async () => {
  await mkdir(join(folder, 'x'));
  expect(await findInstallations({}, 'aix')).toEqual([]);
});
