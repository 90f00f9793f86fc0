import { describe, expect, test } from 'vitest';
import { compareRows } from '../../../../src/verify/content/compare-rows.ts';
import { inPieces, numbers } from './streams.ts';

const different = (expectedRows: number, actualRows: number) => ({ kind: 'different', expectedRows, actualRows });

describe('two streams of rows', () => {
  test.each([
    ['nothing', '', '', { kind: 'identical', rows: 0 }],
    ['equal', '1\ta\n2\tb\n', '1\ta\n2\tb\n', { kind: 'identical', rows: 2 }],
    ['rows without columns', '\n\n\n', '\n\n\n', { kind: 'identical', rows: 3 }],
    ['one row without columns less', '\n\n\n', '\n\n', different(3, 2)],
    ['two rows change places', '1\ta\n2\tb\n3\tc\n', '1\ta\n3\tc\n2\tb\n', { kind: 'reordered', rows: 3 }],
    ['a value changes', '1\ta\n2\tb\n', '1\ta\n2\tc\n', different(2, 2)],
    ['values of two rows change places', '1\ta\n2\tb\n', '1\tb\n2\ta\n', different(2, 2)],
    ['the last row is missing', '1\n2\n', '1\n', different(2, 1)],
    ['a row more at the end', '1\n', '1\n2\n', different(1, 2)],
    ['all rows are missing', '1\n2\n', '', different(2, 0)],
    ['a duplicate instead of another', '1\n1\n2\n', '1\n2\n2\n', different(3, 3)],
    ['a pair of duplicates', '1\n1\n', '', different(2, 0)],
    ['another pair of duplicates', '1\n1\n', '2\n2\n', different(2, 2)],
    ['an empty text and NULL', '1\t\n', '1\t\\N\n', different(1, 1)],
    ['a row ends in the middle of another', '12\n3\n', '1\n23\n', different(2, 2)],
    ['a longer last row', 'a\nbb\n', 'a\nbbb\n', different(2, 2)],
  ])('%s', async (_, expected, actual, outcome) => {
    for (let seed = 1; seed <= 60; seed++)
      expect(await compareRows(inPieces(expected, seed), inPieces(actual, seed * 7 + 1))).toMatchObject(outcome);
  });

  test('any rows in any pieces: identical, reordered or different, as a comparison of sorted lists says', async () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = numbers(seed);
      const one = Array.from({ length: random() % 8 }, () => 'x'.repeat(random() % 4) + (random() % 3));
      const other = random() % 2 ? shuffled(one, random) : one.map(row => (random() % 5 ? row : `${row}1`));
      const wanted =
        one.join() === other.join()
          ? 'identical'
          : [...one].sort().join() === [...other].sort().join()
            ? 'reordered'
            : 'different';
      const text = (rows: readonly string[]) => rows.map(row => `${row}\n`).join('');
      const found = await compareRows(inPieces(text(one), seed), inPieces(text(other), seed + 1));
      expect({ seed, kind: found.kind }).toEqual({ seed, kind: wanted });
    }
  });

  test('rows much longer than the pieces they come in', async () => {
    const long = 'y'.repeat(3_000_000);
    const [one, other] = [`1\t${long}\n2\n`, `1\t${long}z\n2\n`];
    expect(await compareRows(inPieces(one, 1, 65536), inPieces(one, 2, 65536))).toMatchObject({
      kind: 'identical',
      rows: 2,
    });
    expect(await compareRows(inPieces(one, 1, 65536), inPieces(other, 2, 65536))).toMatchObject(different(2, 2));
    const [first, second] = [`0\n1\t${long}a\n2\n`, `0\n2\n1\t${long}a\n`];
    expect(await compareRows(inPieces(first, 1, 65536), inPieces(second, 2, 65536))).toMatchObject({
      kind: 'reordered',
      rows: 3,
    });
    // Both begin with the same, and what follows has changed places.
    const [third, fourth] = [`${long}a\n${long}b\n`, `${long}b\n${long}a\n`];
    expect(await compareRows(inPieces(third, 1, 65536), inPieces(fourth, 2, 65536))).toMatchObject({
      kind: 'reordered',
      rows: 2,
    });
  });

  test('what reading throws comes through', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('1\n');
      throw new Error('the connection was lost');
    }
    await expect(compareRows(inPieces('1\n2\n', 1), broken())).rejects.toThrow('the connection was lost');
  });
});

function shuffled(rows: readonly string[], random: () => number): readonly string[] {
  return rows
    .map(row => ({ row, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ row }) => row);
}
