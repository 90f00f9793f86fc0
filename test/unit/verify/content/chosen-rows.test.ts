import { expect, test } from 'vitest';
import { chosenRows } from '../../../../src/verify/content/chosen-rows.ts';
import { inPieces } from './streams.ts';

const take = (rows: number) => ({ rows, compared: true });
const skip = (rows: number) => ({ rows, compared: false });

test.each([
  ['all', 'a\nbb\nccc\n', [take(3)], 'a\nbb\nccc\n'],
  ['the first and the last', 'a\nbb\nccc\n', [take(1), skip(1), take(1)], 'a\nccc\n'],
  ['stretches without rows', 'a\nbb\n', [take(0), skip(0), take(1), skip(0), skip(1), take(0)], 'a\n'],
  ['empty rows', '\n\n\n\n', [take(1), skip(2), take(1)], '\n\n'],
  ['more rows than were counted: the rest shows', 'a\nb\nc\nd\n', [take(1), skip(1), take(1)], 'a\nc\nd\n'],
  ['fewer rows than were counted', 'a\nb\n', [take(1), skip(5), take(1)], 'a\n'],
  ['rows where none were counted', 'a\nb\n', [], 'a\nb\n'],
  ['no rows', '', [take(1), skip(5), take(1)], ''],
])('%s', async (_, rows, stretches, chosen) => {
  for (let seed = 1; seed < 40; seed++) {
    const found: Buffer[] = [];
    for await (const bytes of chosenRows(inPieces(rows, seed, 4), stretches)) found.push(bytes);
    expect(Buffer.concat(found).toString()).toBe(chosen);
  }
});
