import { describe, expect, test } from 'vitest';
import type { LockedSet } from '../../../../src/client/lock/lock.ts';
import { sharedObjects } from '../../../../src/client/sealed/closure.ts';
import type { Elf } from '../../../../src/client/sealed/elf.ts';
import type { PackageEntry, PackageFile } from '../../../../src/client/sealed/package-file.ts';
import { keptPaths, linkTarget, normalisePath } from '../../../../src/client/sealed/package-paths.ts';
import { filesBelow, findFile, plantTree } from '../../../../src/client/sealed/package-tree.ts';
import { refusalOf } from '../../refusal.ts';

const folder = 'usr/lib/x86_64-linux-gnu';
const file = (path: string): PackageFile => ({ kind: 'file', path, content: `/blobs/${path}`, bytes: 1, sha256: path });
const link = (path: string, to: string): PackageEntry => ({ kind: 'link', path, to });

function setWith(glibc: string, product: LockedSet['product'] = 'client'): LockedSet {
  const libc = { name: 'libc6', version: glibc, archive: 'debian', path: 'x', bytes: 1, sha256: 'x' } as const;
  return { product, major: 17, version: '17.11', platform: 'linux', architecture: 'amd64', packages: [libc] };
}

/** Objects by file name, with what each needs. */
const needs: Readonly<Record<string, readonly string[]>> = {
  pg_dump: ['libpq.so.5', 'libc.so.6'],
  'libpq.so.5.17': ['libssl.so.3', 'libc.so.6'],
  'libssl.so.3': ['libcrypto.so.3', 'libc.so.6'],
  'libcrypto.so.3': ['libc.so.6', 'libssl.so.3'],
  'libc.so.6': ['ld-linux-x86-64.so.2'],
};

const read = (wanted: PackageFile): Promise<Elf> => {
  const name = wanted.path.slice(wanted.path.lastIndexOf('/') + 1);
  const interpreter = name === 'pg_dump' ? '/lib64/ld-linux-x86-64.so.2' : undefined;
  return Promise.resolve({ architecture: 'amd64', interpreter, needed: needs[name] ?? [] });
};

const pgDump = file('usr/lib/postgresql/17/bin/pg_dump');
const whole: readonly PackageEntry[] = [
  pgDump,
  file(`${folder}/libc.so.6`),
  file(`${folder}/libpq.so.5.17`),
  link(`${folder}/libpq.so.5`, `${folder}/libpq.so.5.17`),
  file(`${folder}/libssl.so.3`),
  file(`${folder}/libcrypto.so.3`),
  file(`${folder}/libgcc_s.so.1`),
  file(`${folder}/libunused.so.1`),
  link('usr/lib64/ld-linux-x86-64.so.2', `${folder}/ld-2.31.so`),
  file(`${folder}/ld-2.31.so`),
];

describe('the shared objects of a program', () => {
  test('are those that it needs, by the names that it uses, and libgcc', async () => {
    const { loader, libraries } = await sharedObjects(setWith('2.41-12'), plantTree([whole]), [pgDump], read);
    expect(loader).toBe('ld-linux-x86-64.so.2');
    expect(Object.fromEntries([...libraries].map(([name, { path }]) => [name, path]))).toEqual({
      'ld-linux-x86-64.so.2': `${folder}/ld-2.31.so`,
      'libc.so.6': `${folder}/libc.so.6`,
      'libcrypto.so.3': `${folder}/libcrypto.so.3`,
      'libgcc_s.so.1': `${folder}/libgcc_s.so.1`,
      'libpq.so.5': `${folder}/libpq.so.5.17`,
      'libssl.so.3': `${folder}/libssl.so.3`,
    });
  });

  test.each(['libpq.so.5.17', 'libcrypto.so.3', 'libgcc_s.so.1', 'ld-2.31.so', 'libc.so.6'])(
    'are incomplete without %s',
    async missing => {
      const tree = plantTree([whole.filter(({ path }) => !path.endsWith(`/${missing}`))]);
      const problem = await refusalOf(() => sharedObjects(setWith('2.41-12'), tree, [pgDump], read));
      expect(problem?.code).toBe('PGR253');
      const name = { 'libpq.so.5.17': 'libpq.so.5', 'ld-2.31.so': 'ld-linux-x86-64.so.2' }[missing] ?? missing;
      expect(problem?.message).toContain(`closure lacks ${name};`);
    },
  );

  test.each([
    ['2.31-13+deb11u14', true],
    ['2.33-1', true],
    ['2.34-1', false],
    ['2.41-12', false],
  ])('include name lookup for glibc %s: %s', async (glibc, included) => {
    const extra = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'].map(name => file(`${folder}/${name}`));
    const { libraries } = await sharedObjects(setWith(glibc), plantTree([whole, extra]), [pgDump], read);
    expect(libraries.has('libnss_dns.so.2')).toBe(included);
  });

  test('of another processor are refused', async () => {
    const foreign = async (wanted: PackageFile): Promise<Elf> => ({
      ...(await read(wanted)),
      architecture: wanted.path.endsWith('libssl.so.3') ? 'arm64' : 'amd64',
    });
    const problem = await refusalOf(() => sharedObjects(setWith('2.41'), plantTree([whole]), [pgDump], foreign));
    expect(problem?.message).toContain(`${folder}/libssl.so.3 is for arm64`);
  });

  test('are looked for in the packages alone, whatever a name says', async () => {
    const tricky = async (wanted: PackageFile): Promise<Elf> => ({ ...(await read(wanted)), needed: ['/etc/evil.so'] });
    const problem = await refusalOf(() => sharedObjects(setWith('2.41'), plantTree([whole]), [pgDump], tricky));
    expect(problem?.message).toContain('closure lacks /etc/evil.so');
  });
});

describe('a tree of packages', () => {
  test('leads through links to files and folders, and never in a circle', () => {
    const tree = plantTree([
      [file('usr/share/doc/gcc-base/copyright'), link('usr/share/doc/libgcc', 'usr/share/doc/gcc-base')],
      [link('a', 'b'), link('b', 'a'), link('self', 'self/deeper'), link('nowhere', 'missing')],
      Array.from({ length: 12 }, (_, index) => link(`chain${index}`, `chain${index + 1}`)),
      [file('chain12'), file('chain12')],
    ]);
    expect(findFile(tree, 'usr/share/doc/libgcc/copyright')?.path).toBe('usr/share/doc/gcc-base/copyright');
    for (const path of ['a', 'self', 'self/x', 'nowhere', 'missing', 'chain0'])
      expect(findFile(tree, path)).toBeUndefined();
    expect(findFile(tree, 'chain5')?.path).toBe('chain12');
    expect(filesBelow(tree, 'usr/share/doc').map(([path]) => path)).toEqual(['usr/share/doc/gcc-base/copyright']);
  });

  test('keeps the first of two files with one path', () => {
    const [first, second] = [file('usr/lib/a'), { ...file('usr/lib/a'), sha256: 'other' }];
    expect(findFile(plantTree([[first], [second]]), 'usr/lib/a')).toBe(first);
  });
});

test.each([
  ['./usr/lib/x', 'usr/lib/x'],
  ['/usr//lib/./x', 'usr/lib/x'],
  ['./lib/x86_64-linux-gnu/libc.so.6', 'usr/lib/x86_64-linux-gnu/libc.so.6'],
  ['lib64/ld.so', 'usr/lib64/ld.so'],
  ['library/x', 'library/x'],
  ['./', ''],
  ['a/../b', undefined],
  ['..', undefined],
  ['a/..', undefined],
])('the path %s is %s', (path, expected) => {
  expect(normalisePath(path)).toBe(expected);
});

test.each([
  ['usr/lib/a', 'b', 'usr/lib/b'],
  ['usr/lib64/ld.so', '/lib/x86_64-linux-gnu/ld-2.31.so', 'usr/lib/x86_64-linux-gnu/ld-2.31.so'],
  ['usr/lib64/ld.so', '../lib/x/ld.so', 'usr/lib/x/ld.so'],
  ['usr/lib/a', '../../lib/b', 'usr/lib/b'],
  ['a', '../b', undefined],
  ['usr/lib/a', '../../../b', undefined],
  ['usr/lib/a', '/../b', undefined],
])('the link %s to %s leads to %s', (path, target, expected) => {
  expect(linkTarget(path, target)).toBe(expected);
});

test.each([
  ['usr/lib/x86_64-linux-gnu/libpq.so.5.17', true, true],
  ['usr/lib/x86_64-linux-gnu/ossl-modules/legacy.so', true, true],
  ['usr/lib/x86_64-linux-gnu/gconv/UTF-16.so', false, false],
  ['usr/lib/aarch64-linux-gnu/libpq.so.5', false, false],
  ['usr/lib64/ld-linux-x86-64.so.2', true, true],
  ['usr/lib/postgresql/17/bin/pg_dump', true, true],
  ['usr/lib/postgresql/16/bin/pg_dump', false, false],
  ['usr/share/doc/libpq5/copyright', true, true],
  ['usr/share/doc/libpq5/changelog.gz', false, false],
  ['usr/bin/pg_dump', false, false],
  ['usr/lib/postgresql/17/lib/hstore.so', false, true],
  ['usr/lib/postgresql/17/lib/llvmjit.so', false, false],
  ['usr/lib/postgresql/17/lib/bitcode/postgres/x.bc', false, false],
  ['usr/lib/postgresql/17/lib/pgxs/src/Makefile.global', false, false],
  ['usr/share/postgresql/17/extension/hstore.control', false, true],
  ['usr/share/postgresql/17/man/man1/initdb.1.gz', false, false],
  ['usr/share/zoneinfo/Europe/Berlin', false, true],
])('%s is kept for a client: %s, for a server: %s', (path, client, server) => {
  expect(keptPaths(setWith('2.41'))(path)).toBe(client);
  expect(keptPaths(setWith('2.41', 'server'))(path)).toBe(server);
});
