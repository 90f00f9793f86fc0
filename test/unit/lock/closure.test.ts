import { describe, expect, test } from 'vitest';
import { dependencyClosure } from '../../../scripts/lock/closure.ts';
import { parseDependencies } from '../../../scripts/lock/dependencies.ts';
import { indexPackages } from '../../../scripts/lock/package-index.ts';
import { indexedPackage } from './stanza.ts';

/** Names with their `Depends`; virtual names behind a `/`. */
function closure(packages: Readonly<Record<string, string>>, skipped: readonly string[] = []): readonly string[] {
  const indexed = Object.entries(packages).map(([key, depends]) => {
    const [name = '', ...provides] = key.split('/');
    return indexedPackage(name, { provides, dependencies: parseDependencies(depends) });
  });
  return dependencyClosure(indexPackages(indexed), ['root'], name => skipped.includes(name)).map(({ name }) => name);
}

describe('the packages that a root needs', () => {
  test.each([
    [
      'dependencies of dependencies, by name',
      { root: 'b, c', b: 'a', c: 'a', a: '', d: '' },
      [],
      ['a', 'b', 'c', 'root'],
    ],
    ['a circle', { root: 'a', a: 'b', b: 'a, root' }, [], ['a', 'b', 'root']],
    ['the first alternative that exists', { root: 'x | b | a', a: '', b: '' }, [], ['b', 'root']],
    ['not a skipped name nor what it needs', { root: 'a, b', a: 'c', b: '', c: '' }, ['a'], ['b', 'root']],
    ['nothing where an alternative is skipped', { root: 'a | b', a: '', b: '' }, ['b'], ['root']],
    ['who provides a virtual name', { root: 'v', 'a/v': '', 'b/v': '' }, [], ['a', 'root']],
    ['the package before who provides its name', { root: 'v', 'a/v': '', v: '' }, [], ['root', 'v']],
    ['nothing where the provider is skipped', { root: 'v', 'a/v': '' }, ['a'], ['root']],
    ['a met constraint', { root: 'a (>= 1.0), b (= 1.0-1)', a: '', b: '' }, [], ['a', 'b', 'root']],
  ] as const)('%s', (_, packages, skipped, expected) => {
    expect(closure(packages, skipped)).toEqual(expected);
  });

  test.each([
    ['a root that is missing', { other: '' }, 'the index has no package root'],
    ['a dependency that is missing', { root: 'a', a: 'b | c' }, 'a needs b or c, which the index does not have'],
    ['a version that is too old', { root: 'a (>= 2)', a: '' }, 'root needs a >= 2, the newest is 1.0-1'],
    ['a version that is too new', { root: 'a (<< 1)', a: '' }, 'root needs a << 1, the newest is 1.0-1'],
  ])('%s is an error', (_, packages, message) => {
    expect(() => closure(packages)).toThrow(message);
  });
});
