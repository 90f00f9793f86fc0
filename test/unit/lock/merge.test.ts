import { describe, expect, test } from 'vitest';
import { mergeSets } from '../../../scripts/lock/merge.ts';
import type { AptArchive, LockedSet } from '../../../src/client/lock/lock.ts';
import { indexedPackage } from './stanza.ts';

function set(major: number, version: string, archive: AptArchive = 'debian'): LockedSet {
  const { dependencies: _, provides: __, ...locked } = indexedPackage('libpq5', { archive });
  const library = { ...locked, name: 'libc6', archive: 'debian' as const };
  return { product: 'client', major, version, platform: 'linux', architecture: 'amd64', packages: [library, locked] };
}

describe('sets of two publishers', () => {
  const debian = set(17, '17.11');
  const same = set(17, '17.11', 'pgdg');
  const newer = set(17, '17.12', 'pgdg');

  test.each([
    ['the newest', [debian, newer], newer],
    ['the newest, in whatever order', [newer, debian], newer],
    ['Debian’s where it is ahead', [set(17, '17.13'), newer], set(17, '17.13')],
    ['PGDG’s where both are the same', [same, debian], same],
    ['a release before its pre-release', [set(17, '17rc1', 'pgdg'), set(17, '17.0')], set(17, '17.0')],
  ])('%s counts', (_, made, expected) => {
    expect(mergeSets(made, [], ['debian', 'pgdg'])).toEqual([expected]);
  });

  test('keep what was not read again, and drop what was', () => {
    const present = [newer, set(13, '13.23'), set(16, '16.15', 'pgdg')];
    expect(mergeSets([debian], present, ['debian'])).toEqual([set(16, '16.15', 'pgdg'), newer]);
  });

  test('stand in one order: product, major, architecture', () => {
    const sets = [
      set(9, '9.6'),
      set(13, '13.23'),
      { ...set(13, '13.23'), architecture: 'arm64' as const },
      { ...set(9, '9.6'), product: 'server' as const },
    ];
    expect(mergeSets(sets.toReversed(), [], ['debian'])).toEqual(sets);
  });
});
