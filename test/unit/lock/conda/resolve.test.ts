import { Readable } from 'node:stream';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { condaSets } from '../../../../scripts/lock/conda/conda-sets.ts';
import { type CondaRecord, readRepodata } from '../../../../scripts/lock/conda/repodata.ts';
import { resolveConda } from '../../../../scripts/lock/conda/resolve.ts';
import { mergeSets } from '../../../../scripts/lock/merge.ts';
import { renderLock } from '../../../../scripts/lock/render.ts';
import { startArchive } from '../../client/sealed/mirror-server.ts';

type Wish = Partial<Omit<CondaRecord, 'name' | 'version'>>;

function record(name: string, version: string, depends: readonly string[] = [], wish: Wish = {}): CondaRecord {
  const path = `osx-64/${name}-${version}-${wish.build ?? 'h1_0'}.conda`;
  const fixed = { build: 'h1_0', buildNumber: 0, path, bytes: 10, sha256: 'ab'.repeat(32), timestamp: 0 };
  return { ...fixed, name, version, depends, constrains: [], special: false, ...wish };
}

function resolved(records: readonly CondaRecord[], root = 'postgresql 17.*'): readonly string[] {
  const virtual = [{ name: '__osx', version: '13.0', build: '0' }];
  const found = resolveConda(root, { records, virtual, skipped: name => name === 'tzdata' });
  return found.map(({ name, version, build }) => `${name} ${version} ${build}`);
}

describe('a closure', () => {
  test('has the newest of each name, by version, then build, then time', () => {
    const records = [
      record('postgresql', '17.9', ['krb5']),
      record('postgresql', '17.10', ['krb5', 'zlib']),
      record('postgresql', '18.1', ['krb5']),
      record('krb5', '1.9'),
      record('krb5', '1.21', ['zlib >=1.3'], { build: 'h1_1', buildNumber: 1 }),
      record('krb5', '1.21', ['zlib >=9']),
      record('zlib', '1.3.1', [], { build: 'hold_0', timestamp: 5 }),
      record('zlib', '1.3.1', [], { build: 'hnew_0', timestamp: 6 }),
    ];
    expect(resolved(records)).toEqual(['krb5 1.21 h1_1', 'postgresql 17.10 h1_0', 'zlib 1.3.1 hnew_0']);
    expect(resolved(records.toReversed())).toEqual(resolved(records));
  });

  test('gives up the newest where only an older one fits with the others', () => {
    const records = [
      record('postgresql', '17.10', ['libpq 17.10 h7_0', 'libxml2 >=2']),
      record('libpq', '17.10', ['openssl >=3.5,<4'], { build: 'h7_0' }),
      record('libpq', '17.10', ['openssl >=4'], { build: 'h8_0' }),
      record('libxml2', '2.15', ['icu >=78', 'openssl']),
      record('libxml2', '2.14', ['icu >=75,<76', 'openssl']),
      record('icu', '78.1', ['openssl >=4']),
      record('icu', '75.1'),
      record('openssl', '4.0'),
      record('openssl', '3.5'),
    ];
    expect(resolved(records)).toEqual([
      'icu 75.1 h1_0',
      'libpq 17.10 h7_0',
      'libxml2 2.14 h1_0',
      'openssl 3.5 h1_0',
      'postgresql 17.10 h1_0',
    ]);
  });

  test('heeds what packages ask of others that come along anyway', () => {
    const records = [
      record('postgresql', '17.10', ['a', 'b']),
      record('a', '1', [], { constrains: ['b <2', 'c >=7'] }),
      record('b', '2'),
      record('b', '1'),
    ];
    expect(resolved(records)).toEqual(['a 1 h1_0', 'b 1 h1_0', 'postgresql 17.10 h1_0']);
  });

  test('takes a variant for a special purpose only where there is no other, and none that needs another system', () => {
    const records = [
      record('postgresql', '17.10', ['a', 'b', 'c', 'tzdata', '__osx >=11.0']),
      record('a', '2', [], { special: true }),
      record('a', '1'),
      record('b', '1', [], { special: true }),
      record('c', '3', ['__osx >=14.5']),
      record('c', '2', ['__win']),
      record('c', '1', ['__osx']),
    ];
    expect(resolved(records)).toEqual(['a 1 h1_0', 'b 1 h1_0', 'c 1 h1_0', 'postgresql 17.10 h1_0']);
  });

  test('may go round in a circle', () => {
    expect(resolved([record('postgresql', '17.1', ['a']), record('a', '1', ['postgresql 17.1'])])).toHaveLength(2);
  });

  test.each<[string, readonly CondaRecord[], string]>([
    ['there is no such major', [record('postgresql', '18.1')], 'nothing is left for postgresql'],
    ['a name is missing', [record('postgresql', '17.1', ['gone >=1'])], 'nothing is left for gone'],
    [
      'two wishes exclude each other',
      [record('postgresql', '17.1', ['a', 'b']), record('a', '1', ['b <2']), record('b', '2')],
      'no packages that fit together',
    ],
  ])('is none where %s', (_, records, message) => {
    expect(() => resolved(records)).toThrow(message);
  });
});

const fields = (name: string, version: string, depends: readonly string[] = []) => ({
  name,
  version,
  build: 'h1_0',
  build_number: 0,
  depends,
  size: 12,
  sha256: 'cd'.repeat(32),
  md5: 'ignored',
});
const index = (packages: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    info: { subdir: 'osx-64', list: ['{', { deep: '"packages.conda"' }] },
    packages: { 'old-1-0.tar.bz2': fields('old', '1') },
    'packages.conda': packages,
    removed: ['gone-1-0.conda'],
    repodata_version: 1,
  });

describe('an index', () => {
  const packages = {
    'krb5-1.21-h1_0.conda': {
      ...fields('krb5', '1.21', ['a "quoted" \\ {sign} ü']),
      track_features: ' ',
      timestamp: 7,
    },
    'py-1-h1_0.conda': fields('py', '1', ['python >=3.9']),
    'zlib-1-h1_0.conda': { ...fields('zlib', '1'), track_features: 'x', constrains: ['a <1'] },
  };

  test.each([1, 2, 7, 100_000])(
    'gives its packages, read %i bytes at a time, without those for interpreters',
    async size => {
      const text = Buffer.from(index(packages));
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        text.subarray(at * size, (at + 1) * size),
      );
      const records = await readRepodata(Readable.from(chunks), 'osx-64');
      expect(records).toEqual([
        {
          name: 'krb5',
          version: '1.21',
          build: 'h1_0',
          buildNumber: 0,
          path: 'osx-64/krb5-1.21-h1_0.conda',
          bytes: 12,
          sha256: 'cd'.repeat(32),
          depends: ['a "quoted" \\ {sign} ü'],
          constrains: [],
          timestamp: 7,
          special: false,
        },
        expect.objectContaining({ name: 'zlib', special: true, constrains: ['a <1'] }),
      ]);
    },
  );

  test.each<[string, string, string]>([
    ['is cut off', index(packages).slice(0, -20), 'cut off'],
    ['is empty', '', 'cut off'],
    ['has a path that leads elsewhere', index({ '../x.conda': fields('x', '1') }), 'usable path'],
    [
      'has a package without a hash',
      index({ 'x-1-0.conda': { ...fields('x', '1'), sha256: undefined } }),
      'usable sha256',
    ],
    ['has a package of no size', index({ 'x-1-0.conda': { ...fields('x', '1'), size: '1' } }), 'usable size'],
    ['has a version with signs of its own', index({ 'x-1-0.conda': fields('x', "1'") }), 'usable version'],
  ])('that %s is refused', async (_, text, message) => {
    await expect(readRepodata(Readable.from([Buffer.from(text)]), 'osx-64')).rejects.toThrow(message);
  });
});

describe('sets from a channel', () => {
  const channel = (major: number): ReadonlyMap<string, Buffer> => {
    const postgres = (system: string) =>
      index({
        'postgresql-1-h1_0.conda': fields('postgresql', `${major}.4`, [`libpq ${major}.4 h1_0`, 'tzdata', system]),
        'libpq-1-h1_0.conda': fields('libpq', `${major}.4`, ['openssl']),
        'openssl-1-h1_0.conda': fields('openssl', '3.5', ['ca-certificates']),
      });
    const certificates = index({
      'ca-certificates-2-hwin_0.conda': fields('ca-certificates', '2', ['__win']),
      'ca-certificates-1-hunix_0.conda': fields('ca-certificates', '1', ['__unix']),
    });
    return new Map([
      ['noarch/repodata.json.zst', zstdCompressSync(Buffer.from(certificates))],
      ['osx-64/repodata.json', Buffer.from(postgres('__osx >=11.0'))],
      ['osx-arm64/repodata.json.zst', zstdCompressSync(Buffer.from(postgres('__osx >=11.0')))],
      ['win-64/repodata.json', Buffer.from(postgres('__win'))],
    ]);
  };

  const read = async (files: ReadonlyMap<string, Buffer>) => {
    await using server = await startArchive(files);
    return await condaSets({ root: server.url, majors: [17], signal: AbortSignal.timeout(10_000) });
  };

  test('are of all three systems, can be rendered, and replace only their like', async () => {
    const sets = await read(channel(17));
    expect(sets.map(({ platform, architecture, version }) => [platform, architecture, version])).toEqual([
      ['darwin', 'amd64', '17.4'],
      ['darwin', 'arm64', '17.4'],
      ['win32', 'amd64', '17.4'],
    ]);
    const paths = sets.map(({ packages }) => packages.map(({ path }) => path));
    expect(paths[1]).toEqual([
      'noarch/ca-certificates-1-hunix_0.conda',
      'osx-arm64/libpq-1-h1_0.conda',
      'osx-arm64/openssl-1-h1_0.conda',
      'osx-arm64/postgresql-1-h1_0.conda',
    ]);
    expect(paths[2]?.[0]).toBe('noarch/ca-certificates-2-hwin_0.conda');
    expect(sets[0]?.packages[1]).toEqual({
      name: 'libpq',
      version: '17.4',
      archive: 'conda-forge',
      path: 'osx-64/libpq-1-h1_0.conda',
      bytes: 12,
      sha256: 'cd'.repeat(32),
    });
    expect(renderLock({ schema: 1, takenAt: {}, sets })).toContain("archive: 'conda-forge', path: 'win-64/");
    const linux = { ...sets[0], platform: 'linux', packages: [] } as unknown as (typeof sets)[number];
    const before = sets.map(set => ({ ...set, version: '17.3' }));
    expect(mergeSets(sets, [linux, ...before], ['conda-forge'])).toEqual([...sets.slice(0, 2), linux, sets[2]]);
    expect(mergeSets([], [linux, ...before], ['debian'])).toEqual([...before.slice(0, 2), before[2]]);
  });

  test.each<[string, (files: Map<string, Buffer>) => unknown, string]>([
    ['an index is missing', files => files.delete('win-64/repodata.json'), 'win-64 has no repodata.json'],
    [
      'a major is missing',
      files => files.set('osx-64/repodata.json', Buffer.from(index({}))),
      'osx-64: postgresql 17.*',
    ],
    [
      'an index ends early',
      files =>
        files.set('noarch/repodata.json.zst', channel(17).get('noarch/repodata.json.zst')?.subarray(0, -40) as Buffer),
      'unexpected end of file',
    ],
  ])('are none where %s', async (_, change, message) => {
    const files = new Map(channel(17));
    change(files);
    await expect(read(files)).rejects.toThrow(message);
  });
});
