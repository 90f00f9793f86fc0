import { describe, expect, test } from 'vitest';
import { parseDependencies } from '../../../scripts/lock/dependencies.ts';
import { indexPackages } from '../../../scripts/lock/package-index.ts';
import { lockedSets, postgresVersion } from '../../../scripts/lock/sets.ts';
import { indexedPackage } from './stanza.ts';

describe("Postgres' version in a package's", () => {
  test.each([
    ['17.11-0+deb13u1', '17.11'],
    ['17.12-1.pgdg12+1', '17.12'],
    ['19~rc1-1', '19rc1'],
    ['19~beta2-1.pgdg12+1', '19beta2'],
  ])('of %s is %s', (version, expected) => {
    expect(postgresVersion(version)).toBe(expected);
  });

  test.each(['19~~devel.20260101-1', '17.11+git1-1', 'x'])('of %s is refused', version => {
    expect(() => postgresVersion(version)).toThrow('not the version of a release');
  });
});

test('a client has no server, a server has no client, and neither has what only a system needs', () => {
  const depends: Readonly<Record<string, string>> = {
    'postgresql-17':
      'postgresql-client-17, postgresql-common (>= 1), ssl-cert, locales | locales-all, tzdata, libllvm19, libpam0g, libpq5, liblzma5',
    'postgresql-client-17': 'libpq5, postgresql-client-common, perl:any, libreadline8t64, liblzma5',
    libpq5: 'libc6',
    libreadline8t64: 'readline-common, libc6',
    libpam0g: 'libc6, debconf (>= 0.5) | debconf-2.0',
    tzdata: 'debconf',
    liblzma5: '',
    libc6: 'libgcc-s1',
    'libgcc-s1': 'gcc-14-base',
  };
  const packages = Object.entries(depends).map(([name, text]) =>
    indexedPackage(name, { version: '17.11-1', dependencies: parseDependencies(text) }),
  );
  const sets = lockedSets(indexPackages(packages), 17, 'arm64');
  expect(sets.map(({ packages, ...set }) => ({ ...set, names: packages.map(({ name }) => name) }))).toEqual([
    {
      product: 'client',
      major: 17,
      version: '17.11',
      platform: 'linux',
      architecture: 'arm64',
      names: ['libc6', 'libgcc-s1', 'libpq5', 'libreadline8t64', 'postgresql-client-17'],
    },
    {
      product: 'server',
      major: 17,
      version: '17.11',
      platform: 'linux',
      architecture: 'arm64',
      names: ['libc6', 'libgcc-s1', 'liblzma5', 'libpam0g', 'libpq5', 'postgresql-17', 'tzdata'],
    },
  ]);
});
