import { expect, test } from 'vitest';
import { cell, firstRows, labelled, namesIn, timeText } from '../../../src/look/lines.ts';
import { alignedTable, left, right } from '../../../src/report/aligned-table.ts';

test('labels are aligned, and texts go on below themselves', () => {
  const rows = [['roles', 'alice, bob, carol'], undefined, ['encrypted', 'no']] as const;
  expect(labelled(rows, undefined)).toEqual(['roles      alice, bob, carol', 'encrypted  no']);
  expect(labelled(rows, 23)).toEqual(['roles      alice, bob,', '           carol', 'encrypted  no']);
  expect(labelled([['a', 'toolongforit x']], 8)).toEqual(['a  toolongforit', '   x']);
  expect(labelled([['a', '::error::x\n::y']], 40)).toEqual(['a  \\u003a:error::x\\n::y']);
});

test('the widest columns of text give way to a terminal, numbers never', () => {
  const columns = [left('table'), right('rows'), left('contents')];
  const rows = [['a'.repeat(40), '1,234,567', 'different']];
  expect(alignedTable(columns, rows, 40)).toEqual([
    'table                    rows  contents',
    `${'a'.repeat(17)}…  1,234,567  different`,
  ]);
  expect(alignedTable(columns, rows)).toEqual(alignedTable(columns, rows, 200));
  // Below what can be read, the terminal may break the line.
  expect(alignedTable(columns, rows, 5)[1]).toBe(`${'a'.repeat(7)}…  1,234,567  differe…`);
});

test('the first of many, unless all are wanted', () => {
  const names = ['a', 'b', 'c'];
  expect(namesIn(names, { all: false }, 2)).toBe('a, b, and 1 more (--all)');
  expect(namesIn(names, { all: true }, 2)).toBe('a, b, c');
  expect(firstRows(names, { all: false }, 3)).toEqual({ shown: names, more: [] });
  expect(firstRows(names, { all: false }, 2)).toEqual({ shown: ['a', 'b'], more: ['… and 1 more (--all)'] });
});

test.each([
  ['2026-11-22T10:00:01.000Z', '2026-11-22 10:00:01 UTC'],
  ['2026-11-22T10:00:01', '2026-11-22T10:00:01'],
  ['::error::Z', '::error::Z'],
])('a moment %s is %s', (iso, text) => {
  expect(timeText(iso)).toBe(text);
});

test('a cell is one short line', () => {
  expect(cell(`##[x]\n${'y'.repeat(200)}`)).toBe(`\\u0023#[x]\\n${'y'.repeat(87)}…`);
});
