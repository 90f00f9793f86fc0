import { describe, expect, test } from 'vitest';
import { parseDependencies, satisfies } from '../../../scripts/lock/dependencies.ts';

describe('relationship fields', () => {
  test.each([
    ['', []],
    ['libc6', [[{ name: 'libc6' }]]],
    ['perl:any', [[{ name: 'perl' }]]],
    ['libc6 (>= 2.36)', [[{ name: 'libc6', constraint: { operator: '>=', version: '2.36' } }]]],
    ['libc6(>=2.36)', [[{ name: 'libc6', constraint: { operator: '>=', version: '2.36' } }]]],
    ['perl:any (>= 5.2~)', [[{ name: 'perl', constraint: { operator: '>=', version: '5.2~' } }]]],
    [
      'a | b (<< 2), c',
      [[{ name: 'a' }, { name: 'b', constraint: { operator: '<<', version: '2' } }], [{ name: 'c' }]],
    ],
  ])('%j', (field, expected) => {
    expect(parseDependencies(field)).toEqual(expected);
  });

  test.each(['libc6 (> 1)', 'libc6 [amd64]', 'a || b', '$(x)', 'libc6 (>= 1'])('%j is refused', field => {
    expect(() => parseDependencies(field)).toThrow(/dependency/);
  });
});

test.each([
  ['1.2', '>=', '1.2', true],
  ['1.2', '>=', '1.3', false],
  ['1.2', '<=', '1.2', true],
  ['1.2', '<=', '1.1', false],
  ['1.2', '<<', '1.2', false],
  ['1.2', '<<', '1.3', true],
  ['1.2', '>>', '1.2', false],
  ['1.2', '>>', '1.2~', true],
  ['1.2', '=', '1.2-0', true],
  ['1.2', '=', '1.2-1', false],
] as const)('%s %s %s is %s', (version, operator, bound, expected) => {
  expect(satisfies(version, { operator, version: bound })).toBe(expected);
});
