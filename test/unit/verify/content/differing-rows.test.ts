import { expect, test } from 'vitest';
import { findDifferingRows } from '../../../../src/verify/content/differing-rows.ts';
import { inPieces } from './streams.ts';

const find = (expected: string, actual: string, key: readonly number[]) =>
  findDifferingRows(() => ({ expected: inPieces(expected, 3), actual: inPieces(actual, 5) }), key);

test.each([
  [
    'a row is missing',
    '1\ta\n2\tb\n',
    '1\ta\n',
    [0],
    { missing: 1, extra: 0, changed: 0, examples: [{ kind: 'missing', key: ['2'] }] },
  ],
  [
    'a row more',
    '1\ta\n',
    '1\ta\n2\tb\n',
    [0],
    { missing: 0, extra: 1, changed: 0, examples: [{ kind: 'extra', key: ['2'] }] },
  ],
  [
    'a row changed',
    '1\ta\tx\n2\tb\ty\n',
    '1\ta\tx\n2\tc\ty\n',
    [0],
    { changed: 1, missing: 0, extra: 0, examples: [{ kind: 'changed', key: ['2'], columns: [1] }] },
  ],
  [
    'a key of two columns, in their order',
    '1\ta\tb\n',
    '1\tc\tb\n',
    [2, 0],
    { changed: 1, examples: [{ key: ['b', '1'], columns: [1] }] },
  ],
  [
    'without a key a changed row is one missing and one extra',
    '1\ta\n',
    '1\tb\n',
    [],
    { changed: 0, missing: 1, extra: 1 },
  ],
  ['duplicates without a key', 'a\na\na\n', 'a\n', [], { missing: 2, extra: 0 }],
  [
    'NULL, newlines and tabs of a key are read',
    'a\\nb\\tc\t\\N\n',
    '',
    [0, 1],
    { missing: 1, examples: [{ key: ['a\nb\tc', undefined] }] },
  ],
] as const)('%s', async (_, expected, actual, key, found) => {
  expect(await find(expected, actual, key)).toMatchObject({ complete: true, ...found });
});

test('many differing rows: the numbers are the least, and only a few are shown', async () => {
  const rows = Array.from({ length: 60_000 }, (_, index) => `${index}\tx\n`).join('');
  const other = rows.replaceAll('x', 'y');
  const found = await findDifferingRows(
    () => ({ expected: inPieces(rows, 3, 65_536), actual: inPieces(other, 5, 65_536) }),
    [0],
  );
  expect(found.complete).toBe(false);
  expect(found.changed).toBeGreaterThan(1_000);
  expect(found.changed).toBeLessThan(60_000);
  expect(found.examples).toHaveLength(10);
});

test.each([
  ['a value in a long row', 1, [0], { changed: 1, examples: [{ key: ['2'], columns: [1] }] }],
  ['without a key', 1, [], { missing: 1, extra: 1, changed: 0 }],
  ['the same in a short row', 0, [0], { changed: 1, examples: [{ key: ['1'], columns: [1] }] }],
])('rows of megabytes: %s', async (_, changed, key, found) => {
  const long = (sign: string) => 'y'.repeat(2_500_000) + sign;
  const rows = (other: number) => [
    `1\t${other === 0 ? 'b' : 'a'}\tend\n`,
    `2\t${long(other === 1 ? 'b' : 'a')}\tend\n`,
    `3\t${long('a')}\t\n`,
  ];
  const open = () => ({
    expected: inPieces(rows(-1).join(''), 3, 65_536),
    actual: inPieces(rows(changed).reverse().join(''), 5, 65_536),
  });
  expect(await findDifferingRows(open, key)).toMatchObject({ complete: true, ...found });
});

test('a row is long on one side alone', async () => {
  const found = await findDifferingRows(
    () => ({
      expected: inPieces(`k\t${'y'.repeat(1_500_000)}\n`, 3, 65_536),
      actual: inPieces('k\ty\n', 5),
    }),
    [0],
  );
  expect(found).toMatchObject({ changed: 1, missing: 0, extra: 0, examples: [{ key: ['k'], columns: [1] }] });
});
