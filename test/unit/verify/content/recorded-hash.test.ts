import { expect, test } from 'vitest';
import { chooseHashMethod, knowsHashMethod } from '../../../../src/verify/content/hash-expression.ts';
import type { HashedColumn } from '../../../../src/verify/content/hashed-column.ts';
import { formatHash, parseHash } from '../../../../src/verify/content/recorded-hash.ts';

test.each(['row-sum-2', 'row-sum-4'] as const)('a sum of %s is read as it was written', method => {
  for (const sum of ['0', '-9223372036854775809', '18446744073709551616'])
    expect(parseHash(formatHash({ method, sum }))).toEqual({ method, sum });
});

test.each(['', '1', 'row-sum-1:1', 'row-sum-3:1', 'row-sum-4:', 'row-sum-4:1.5', ' row-sum-4:1', 'row-sum-4:1 '])(
  '%j is no hash of a kind that is known',
  text => {
    expect(parseHash(text)).toBeUndefined();
  },
);

const columns = (count: number, type: string): readonly HashedColumn[] =>
  Array.from({ length: count }, (_, index) => ({ name: `c${index}`, type }));

test.each([
  [13, columns(1, 'text'), 'row-sum-2'],
  [14, columns(1, 'text'), 'row-sum-4'],
  [18, columns(1_600, 'text'), 'row-sum-4'],
  // Two values each.
  [18, columns(800, 'int8'), 'row-sum-4'],
  [18, columns(801, 'int8'), 'row-sum-2'],
  [18, [], 'row-sum-2'],
] as const)('a server of %i hashes such a row as %3$s', (major, row, method) => {
  expect(chooseHashMethod(major, row)).toBe(method);
  expect(knowsHashMethod(method, major)).toBe(true);
});

test('a server before 14 has no hash of records', () => {
  expect(knowsHashMethod('row-sum-4', 13)).toBe(false);
  expect(knowsHashMethod('row-sum-4', 14)).toBe(true);
});
