import { describe, expect, test } from 'vitest';
import { indexPackages, parsePackages } from '../../../scripts/lock/package-index.ts';
import { isPostgresPackage } from '../../../scripts/lock/sources.ts';
import { indexedPackage, stanza } from './stanza.ts';

describe('a Packages file', () => {
  test('gives what a lock needs of each package', () => {
    const text = stanza('zlib1g', {
      Version: '1:1.3-1',
      'Pre-Depends': 'a',
      Depends: 'b (>= 2),\n c | d',
      Provides: 'libz (= 1:1.3-1), libz1',
      Description: 'a library\n Depends: nothing, this is text.',
    });
    expect(parsePackages(`${text}${stanza('other')}`, 'debian-security')).toEqual([
      {
        name: 'zlib1g',
        version: '1:1.3-1',
        archive: 'debian-security',
        path: 'pool/main/zlib1g/zlib1g_1:1.3-1_amd64.deb',
        bytes: 1000,
        sha256: '0123456789abcdef'.repeat(4),
        dependencies: [
          [{ name: 'a' }],
          [{ name: 'b', constraint: { operator: '>=', version: '2' } }],
          [{ name: 'c' }, { name: 'd' }],
        ],
        provides: ['libz', 'libz1'],
      },
      indexedPackage('other', { archive: 'debian-security' }),
    ]);
  });

  test('gives only the wanted names', () => {
    const text = ['libc6', 'postgresql-17', 'postgresql-17-cron', 'postgresql-client-17', 'libpq5', 'libpq-dev'];
    const found = parsePackages(text.map(name => stanza(name)).join(''), 'pgdg', isPostgresPackage);
    expect(found.map(({ name }) => name)).toEqual(['postgresql-17', 'postgresql-client-17', 'libpq5']);
  });

  test.each([
    ['Version', undefined],
    ['Version', "1'"],
    ['Filename', undefined],
    ['Filename', '../../etc/x.deb'],
    ['Filename', 'pool/../../x.deb'],
    ['Filename', 'https://elsewhere.example/x.deb'],
    ['Size', undefined],
    ['Size', '-1'],
    ['SHA256', undefined],
    ['SHA256', '0123'],
  ])('with the %s %j is refused', (field, value) => {
    expect(() => parsePackages(stanza('libc6', { [field]: value }), 'debian')).toThrow(`no usable ${field} for libc6`);
  });

  test('with an entry that names no package is refused', () => {
    expect(() => parsePackages('Version: 1\n\n', 'debian')).toThrow('names no package');
  });

  test('may be empty', () => {
    expect(parsePackages('\n', 'debian')).toEqual([]);
  });
});

describe('an index', () => {
  const old = indexedPackage('libc6', { version: '2.36-9+deb12u9', provides: ['libc'] });
  const fixed = indexedPackage('libc6', { version: '2.36-9+deb12u10', archive: 'debian-security' });

  test.each([[[old, fixed]], [[fixed, old]]])('has the newest of each name, in whatever order', packages => {
    expect(indexPackages(packages).packages.get('libc6')).toBe(fixed);
  });

  test('knows who provides a virtual name, of the newest versions alone', () => {
    const providers = [indexedPackage('b', { provides: ['virtual'] }), indexedPackage('a', { provides: ['virtual'] })];
    expect(indexPackages([...providers, old, fixed]).providers).toEqual(new Map([['virtual', ['a', 'b']]]));
  });
});
