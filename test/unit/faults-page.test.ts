import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../integration/faults');
const rows = readFileSync(join(folder, 'README.md'), 'utf8')
  .split('\n')
  .filter(line => /^\| \d+ \|/.test(line));

test('the table of faults has all of them', () => {
  expect(rows.map(row => Number(row.split('|')[1]))).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
});

test.each(rows.map(row => [row.split('|')[2]?.trim() ?? '', row.split('|').at(-2) ?? '']))(
  'tests that the table names are there: %s',
  (_, tests) => {
    const cited = tests.split(';').flatMap(part => {
      const file = /\]\(([^)]+)\)/.exec(part)?.[1];
      if (file === undefined) return [];
      const text = readFileSync(join(folder, file), 'utf8');
      return [...part.matchAll(/“([^”]+)”/g)].map(([, words = '']) => ({ words, isThere: text.includes(words) }));
    });
    expect(cited.filter(({ isThere }) => !isThere)).toEqual([]);
    expect(tests).toMatch(/\.test\.ts\)/);
  },
);
