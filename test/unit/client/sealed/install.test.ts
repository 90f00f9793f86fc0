import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LockedSet } from '../../../../src/client/lock/lock.ts';
import { type InstallOptions, installSet } from '../../../../src/client/sealed/install.ts';
import { refusalOf } from '../../refusal.ts';
import { sha256Of } from './crafted-package.ts';
import { type CraftedSet, craftSet, optionsFor } from './crafted-set.ts';
import { flood, hang, type MirrorServer, startArchive, startMirror, status } from './mirror-server.ts';

let base = '';
let target = '';
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'sealed-install-'));
  target = join(base, 'cache', '17');
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Every path of a folder but its folders. */
async function listAll(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => !entry.isDirectory());
  return files.map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1)).toSorted();
}

async function withArchive<Result>(
  crafted: CraftedSet,
  body: (mirror: MirrorServer) => Promise<Result>,
): Promise<Result> {
  await using mirror = await startArchive(crafted.files);
  return await body(mirror);
}

async function install(crafted: CraftedSet, changes: Partial<InstallOptions> = {}): Promise<readonly string[]> {
  return await withArchive(crafted, async mirror => {
    await installSet(crafted.set, target, optionsFor(mirror.url, changes));
    return mirror.asked;
  });
}

const programs = ['createdb', 'createuser', 'dropdb', 'pg_dump', 'pg_dumpall', 'pg_isready', 'pg_restore', 'psql'];

describe('an installed client', () => {
  test('has its programs, wrappers, libraries, terms and a manifest, and leaves nothing beside', async () => {
    const crafted = await craftSet();
    await install(crafted);
    expect(await listAll(target)).toEqual(
      [
        'MANIFEST.json',
        ...programs.flatMap(name => [`bin/${name}`, `libexec/${name}`]),
        'copyright/libc6',
        'copyright/libpq5',
        ...['libc.so.6', 'libgcc_s.so.1', 'libpq.so.5', loaderOf(crafted.set)].map(name => `lib/${name}`),
      ].toSorted(),
    );
    expect(await readdir(join(base, 'cache'))).toEqual(['17']);
  });

  test('can be read and run by everybody, whatever our mask', async () => {
    const mask = process.umask(0o077);
    try {
      await install(await craftSet());
    } finally {
      process.umask(mask);
    }
    const mode = async (path: string): Promise<number> => (await stat(join(target, path))).mode & 0o777;
    const paths = ['.', 'bin', 'lib', 'bin/psql', 'libexec/psql', 'lib/libpq.so.5', 'copyright/libc6', 'MANIFEST.json'];
    expect(await Promise.all(paths.map(mode))).toEqual([0o755, 0o755, 0o755, 0o755, 0o755, 0o755, 0o644, 0o644]);
  });

  test('before glibc 2.33 has each program beside links to the others', async () => {
    const crafted = await craftSet({ glibc: '2.31-13+deb11u14' });
    await install(crafted);
    const files = await listAll(target);
    expect(files).toContain('libexec/pg_dumpall.d/bin/pg_dumpall');
    expect(files).toContain('lib/libnss_dns.so.2');
    expect(await readlink(join(target, 'libexec/pg_dumpall.d/bin/pg_dump'))).toBe('../../../bin/pg_dump');
    const same = await readFile(join(target, 'libexec/pg_dumpall.d/bin/pg_dump'), 'utf8');
    expect(same).toBe(await readFile(join(target, 'bin/pg_dump'), 'utf8'));
  });

  test('is the same to the byte each time', async () => {
    const crafted = await craftSet();
    await install(crafted);
    const first = await readFile(join(target, 'MANIFEST.json'), 'utf8');
    await rm(target, { recursive: true });
    await install(crafted);
    expect(await readFile(join(target, 'MANIFEST.json'), 'utf8')).toBe(first);
  });
});

describe('an installed server', () => {
  test('has its programs where it finds its share folder, modules without just-in-time compilation, and timezones', async () => {
    await install(await craftSet({ product: 'server' }));
    const files = await listAll(target);
    // Needed by the module alone.
    expect(files).toContain('lib/libonly.so.1');
    expect(files.filter(path => /^(lib|share)\//.test(path) && !path.startsWith('lib/l'))).toEqual([
      'lib/postgresql/17/bin/initdb',
      'lib/postgresql/17/bin/pg_ctl',
      'lib/postgresql/17/bin/postgres',
      'lib/postgresql/17/lib/hstore.so',
      'share/postgresql/17/extension/hstore.control',
      'share/postgresql/17/same.control',
      'share/postgresql/17/timezonesets/Default',
      'share/zoneinfo/Europe/London',
      'share/zoneinfo/GB',
    ]);
    expect(await readFile(join(target, 'share/zoneinfo/GB'), 'utf8')).toBe('TZif');
  });

  test('before glibc 2.33 finds its files from where its programs lie', async () => {
    await install(await craftSet({ product: 'server', glibc: '2.31-13' }));
    const home = join(target, 'libexec/initdb.d');
    expect(await readFile(join(home, 'share/postgresql/17/timezonesets/Default'), 'utf8')).toBe('x');
    expect(await readdir(join(home, 'lib/postgresql/17/lib'))).toEqual(['hstore.so']);
    const wrapper = await readFile(join(target, 'lib/postgresql/17/bin/postgres'), 'utf8');
    expect(await readFile(join(home, 'lib/postgresql/17/bin/postgres'), 'utf8')).toBe(wrapper);
  });
});

describe('installing again', () => {
  test('asks for nothing when the folder is sound', async () => {
    const crafted = await craftSet();
    await install(crafted);
    expect(await install(crafted)).toEqual([]);
  });

  test.each(['bin/psql', 'lib/libpq.so.5', 'MANIFEST.json'])('replaces a folder whose %s was changed', async path => {
    const crafted = await craftSet();
    await install(crafted);
    await writeFile(join(target, path), 'changed');
    expect(await install(crafted)).toHaveLength(3);
    expect(await install(crafted)).toEqual([]);
  });

  test('replaces the folder of another set', async () => {
    await install(await craftSet({ version: '17.10' }));
    expect(await install(await craftSet())).toHaveLength(3);
  });

  test('uses kept packages, and fetches anew what is not what its name says', async () => {
    const crafted = await craftSet();
    const packages = { folder: join(base, 'packages') };
    expect(await install(crafted, { packages })).toHaveLength(3);
    await rm(target, { recursive: true });
    expect(await install(crafted, { packages })).toEqual([]);
    for (const damage of ['flipped', 'short', 'folder'] as const) {
      const [first] = crafted.set.packages;
      const file = join(packages.folder, `${first?.sha256}.deb`);
      const bytes = await readFile(file);
      bytes[200] = (bytes[200] ?? 0) ^ 1;
      await rm(file);
      if (damage === 'folder') await mkdir(file);
      else await writeFile(file, damage === 'short' ? bytes.subarray(1) : bytes);
      await rm(target, { recursive: true });
      const told: string[] = [];
      const onProgress: InstallOptions['onProgress'] = progress => {
        if (progress.kind === 'discarded') told.push(progress.package.name);
      };
      expect([damage, await install(crafted, { packages, onProgress })]).toEqual([damage, [first?.path]]);
      expect(told).toEqual(['libc6']);
    }
    expect(await readdir(packages.folder)).toHaveLength(3);
  });
});

describe('several installers at once', () => {
  test('do no harm: all end with the same sound folder', async () => {
    const crafted = await craftSet();
    await withArchive(crafted, async mirror => {
      const packages = { folder: join(base, 'packages') };
      const all = Array.from({ length: 6 }, (_, index) =>
        installSet(crafted.set, target, optionsFor(mirror.url, index % 2 === 0 ? { packages } : {})),
      );
      expect(new Set((await Promise.all(all)).map(({ root }) => root))).toEqual(new Set([target]));
    });
    expect(await install(crafted)).toEqual([]);
    expect(await readdir(join(base, 'cache'))).toEqual(['17']);
  });

  test('may find a damaged folder, too', async () => {
    const crafted = await craftSet();
    await install(crafted);
    await rm(join(target, 'bin/psql'));
    await withArchive(crafted, async mirror => {
      await Promise.all(Array.from({ length: 4 }, () => installSet(crafted.set, target, optionsFor(mirror.url))));
    });
    expect(await install(crafted)).toEqual([]);
    expect(await readdir(join(base, 'cache'))).toEqual(['17']);
  });
});

describe('nothing is installed, and nothing left, when', () => {
  const replace = (crafted: CraftedSet, change: (bytes: Buffer) => Buffer): CraftedSet => ({
    ...crafted,
    files: new Map([...crafted.files].map(([path, bytes], index) => [path, index === 1 ? change(bytes) : bytes])),
  });
  const without = (crafted: CraftedSet, name: string): CraftedSet => ({
    ...crafted,
    set: { ...crafted.set, packages: crafted.set.packages.filter(one => one.name !== name) },
  });

  async function expectNothing(): Promise<void> {
    expect(await readdir(join(base, 'cache')).catch(() => [])).toEqual([]);
  }

  test.each<readonly [string, (bytes: Buffer) => Buffer, string, string]>([
    ['a bit is flipped', bytes => flip(bytes), 'PGR251', 'libpq5 1.0 differs from what is locked'],
    ['a file is cut', bytes => bytes.subarray(0, -1), 'PGR250', 'libpq5 1.0 could not be fetched'],
    ['a file is longer', bytes => Buffer.concat([bytes, Buffer.from('x')]), 'PGR251', 'libpq5 1.0 differs'],
    ['another package comes', () => Buffer.from('<html>sign in'), 'PGR250', 'libpq5 1.0 could not be fetched'],
  ])('%s', async (_, change, code, message) => {
    const packages = { folder: join(base, 'packages') };
    const problem = await refusalOf(async () => install(replace(await craftSet(), change), { packages }));
    expect((await readdir(packages.folder)).filter(name => !name.endsWith('.deb'))).toEqual([]);
    expect(problem).toMatchObject({ code, message: expect.stringContaining(message) });
    await expectNothing();
  });

  test.each([
    ['answers 404', status(404)],
    ['answers 403', status(403)],
    ['hangs', hang],
    ['never stops', flood],
  ])('the mirror %s', async (_, behaviour) => {
    const { set } = await craftSet();
    await using mirror = await startMirror([behaviour]);
    const patience = { waits: [0, 1], idle: 50, attempt: 5_000, slowest: 1_000 };
    const problem = await refusalOf(() => installSet(set, target, optionsFor(mirror.url, { patience })));
    expect(problem?.code).toBe(behaviour === flood ? 'PGR251' : 'PGR250');
    expect(set.packages.some(({ name }) => problem?.message.startsWith(name))).toBe(true);
    await expectNothing();
  });

  test('a locked package is no package', async () => {
    const crafted = await craftSet();
    const [first, ...others] = crafted.set.packages;
    const bytes = Buffer.from('neither ar nor anything');
    const sha256 = sha256Of(bytes);
    if (first === undefined) throw new Error('no packages');
    const set = { ...crafted.set, packages: [{ ...first, bytes: bytes.length, sha256 }, ...others] };
    const problem = await refusalOf(() => install({ set, files: new Map([...crafted.files, [first.path, bytes]]) }));
    expect(problem).toMatchObject({ code: 'PGR252', message: expect.stringMatching(/^libc6 .* it is no ar archive$/) });
    await expectNothing();
  });

  test.each([
    ['libpq5', 'closure lacks libpq.so.5'],
    ['postgresql-client-17', 'no package has pg_dump'],
  ])('the set lacks %s', async (name, message) => {
    const problem = await refusalOf(async () => install(without(await craftSet(), name)));
    expect(problem).toMatchObject({ code: 'PGR253', message: expect.stringContaining(message) });
    await expectNothing();
  });

  test.each([':', ';', '$'])('the path has a "%s"', async sign => {
    const problem = await refusalOf(async () =>
      installSet((await craftSet()).set, `${target}${sign}x`, optionsFor('http://127.0.0.1:9/')),
    );
    expect(problem?.code).toBe('PGR255');
    await expectNothing();
  });

  test('it is cancelled', async () => {
    const { set } = await craftSet();
    const controller = new AbortController();
    await using mirror = await startMirror([() => controller.abort(new Error('cancelled'))]);
    await expect(installSet(set, target, optionsFor(mirror.url, { signal: controller.signal }))).rejects.toThrow(
      'cancelled',
    );
    await expectNothing();
  });
});

test('something else at the target stays as it is', async () => {
  const crafted = await craftSet();
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'precious'), 'mine');
  expect((await refusalOf(() => install(crafted)))?.code).toBe('PGR254');
  expect(await listAll(join(base, 'cache'))).toEqual(['17/precious']);
});

test('an empty folder at the target is used', async () => {
  await mkdir(target, { recursive: true });
  await install(await craftSet());
  expect(await readdir(target)).toContain('MANIFEST.json');
});

test('what a killed installer left is removed after a day, and not before', async () => {
  const names = ['.17.partial-old', '.17.partial-new', '.18.partial-old'];
  for (const name of names) await mkdir(join(base, 'cache', name, 'contents'), { recursive: true });
  const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1_000);
  for (const name of ['.17.partial-old', '.18.partial-old']) await utimes(join(base, 'cache', name), longAgo, longAgo);
  await install(await craftSet());
  expect((await readdir(join(base, 'cache'))).toSorted()).toEqual(['.17.partial-new', '.18.partial-old', '17']);
});

function flip(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[300] = (copy[300] ?? 0) ^ 1;
  return copy;
}

function loaderOf(set: LockedSet): string {
  return set.architecture === 'arm64' ? 'ld-linux-aarch64.so.1' : 'ld-linux-x86-64.so.2';
}
