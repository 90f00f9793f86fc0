import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publisherOf } from '../../../scripts/lock/merge.ts';
import { renderLock, snapshotTime } from '../../../scripts/lock/render.ts';
import { architectures, isPostgresPackage, sources } from '../../../scripts/lock/sources.ts';
import type { Lock } from '../../../src/client/lock/lock.ts';
import { lock } from '../../../src/client/lock/packages.ts';
import { indexedPackage } from './stanza.ts';

const path = join(import.meta.dirname, '..', '..', '..', 'src', 'client', 'lock', 'packages.ts');

const linuxSets = lock.sets.filter(({ platform }) => platform === 'linux');

describe('the lock', () => {
  test('is as the script writes it', async () => {
    expect(await readFile(path, 'utf8')).toBe(renderLock(lock));
  });

  test('has a client and a server of each major that Debian has, for both kinds of processor, once', () => {
    const keys = lock.sets.map(set => `${set.product} ${set.major} ${set.platform} ${set.architecture}`);
    expect(new Set(keys).size).toBe(keys.length);
    const majors = sources.filter(({ publisher }) => publisher === 'debian').flatMap(source => source.majors);
    for (const product of ['client', 'server'])
      for (const major of majors)
        for (const architecture of architectures) expect(keys).toContain(`${product} ${major} linux ${architecture}`);
  });

  test.each(linuxSets.map(set => [`${set.product} ${set.major} ${set.architecture}`, set] as const))(
    '%s has what it needs and nothing of another trade',
    (_, { product, major, version, architecture, packages }) => {
      const names = packages.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toEqual(expect.arrayContaining(['libc6', 'libgcc-s1', 'libpq5', 'zlib1g']));
      expect(names).toContain(product === 'client' ? `postgresql-client-${major}` : `postgresql-${major}`);
      expect(names.includes('tzdata')).toBe(product === 'server');
      expect(
        names.filter(name => /^(perl|python|libllvm|libz3|debconf|locales|ssl-cert|postgresql-common)/.test(name)),
      ).toEqual([]);
      expect(version.startsWith(String(major))).toBe(true);
      for (const { path, sha256, bytes } of packages) {
        expect(path).toMatch(new RegExp(`^pool/.*_(${architecture}|all)\\.deb$`));
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(bytes).toBeGreaterThan(0);
      }
    },
  );

  test('says of each archive that it names when it was read', () => {
    for (const { archive } of lock.sets.flatMap(({ packages }) => packages))
      expect(lock.takenAt[archive]).toMatch(/^\d{8}T\d{6}Z$/);
  });

  test('has clients from conda-forge alone for macOS and Windows, and only such for them', () => {
    for (const { product, platform, packages } of lock.sets) {
      const archives = new Set(packages.map(({ archive }) => archive));
      expect(archives.has('conda-forge')).toBe(platform !== 'linux');
      if (platform === 'linux') continue;
      expect([product, ...archives]).toEqual(['client', 'conda-forge']);
      expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['libpq', 'openssl', 'postgresql']));
      for (const { path } of packages) expect(path).toMatch(/^(osx-64|osx-arm64|win-64|noarch)\/[^/]+\.conda$/);
    }
  });

  test('takes nothing but Postgres from PGDG, and all of it from one publisher', () => {
    for (const set of lock.sets) {
      const postgres = set.packages.filter(({ name }) => isPostgresPackage(name));
      const fromPgdg = set.packages.filter(({ archive }) => archive === 'pgdg');
      expect(fromPgdg).toEqual(publisherOf(set) === 'pgdg' ? postgres : []);
    }
  });
});

describe('a rendered lock', () => {
  const { dependencies: _, provides: __, ...libc } = indexedPackage('libc6');
  const made = (...packages: Lock['sets'][number]['packages']): Lock => ({
    schema: 1,
    takenAt: { debian: '20260101T000000Z' },
    sets: [{ product: 'client', major: 17, version: '17.11', platform: 'linux', architecture: 'amd64', packages }],
  });

  test('differs in one line when one package differs', () => {
    const before = renderLock(made(libc, { ...libc, name: 'libpq5' })).split('\n');
    const after = renderLock(made({ ...libc, version: '2', bytes: 2 }, { ...libc, name: 'libpq5' })).split('\n');
    expect(after.length).toBe(before.length);
    expect(after.filter((line, index) => line !== before[index])).toHaveLength(1);
  });

  test.each(["1'", '1\\', '1\n2', '${1}', ''])('holds no value such as %j', version => {
    expect(() => renderLock(made({ ...libc, version }))).toThrow('cannot stand in a lock');
  });
});

test('a time is written as snapshot services write it', () => {
  expect(snapshotTime(new Date('2026-11-21T00:53:03.120Z'))).toBe('20261121T005303Z');
});
