import { expect, test } from 'vitest';
import { alignedTable, left, right } from '../../../src/report/aligned-table.ts';
import { clip, contrast, harmless, harmlessLines, visible } from '../../../src/report/text.ts';

test.each([
  ['plain name', 'plain name'],
  ['größe 表 🐘', 'größe 表 🐘'],
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['\u0000\u001b[31m', '\\u0000\\u001b[31m'],
  ['user\u202egpj', 'user\\u202egpj'],
  ['zero\u200bwidth', 'zero\\u200bwidth'],
  ['lone \ud800', 'lone \\ud800'],
  ['tag \u{e0041}', 'tag \\u{e0041}'],
])('%j becomes visible', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test.each([
  ['::error::x', '\\u003a:error::x'],
  ['  ::error::x', '  \\u003a:error::x'],
  ['a ##[error]x', 'a \\u0023#[error]x'],
  ['##vso[task.x]', '\\u0023#vso[task.x]'],
  ['public::jsonb', 'public::jsonb'],
  ['## title', '## title'],
])('%j can be no command of a runner', (text, shown) => {
  expect(harmless(text)).toBe(shown);
});

test('each line of a message is harmless', () => {
  expect(harmlessLines('first\r\n::error::second\nthird')).toEqual(['first', '\\u003a:error::second', 'third']);
});

test('a text is cut by characters, never inside of one', () => {
  expect([clip('abcd', 4), clip('abcde', 4), clip('🐘🐘🐘🐘', 4), clip('🐘🐘🐘🐘🐘', 4)]).toEqual([
    'abcd',
    'abc…',
    '🐘🐘🐘🐘',
    '🐘🐘🐘…',
  ]);
});

test('long values are shown where they differ', () => {
  const body = 'x'.repeat(500);
  expect(contrast(`${body}old`, `${body}new`, 60)).toEqual([`…${'x'.repeat(20)}old`, `…${'x'.repeat(20)}new`]);
  expect(contrast('old', 'new', 60)).toEqual(['old', 'new']);
  expect(contrast(`a${body}`, `b${body}`, 10)).toEqual([`a${'x'.repeat(8)}…`, `b${'x'.repeat(8)}…`]);
});

test('columns are aligned and lines have no blanks at their end', () => {
  expect(
    alignedTable(
      [left('name'), right('rows'), left('note')],
      [
        ['größe', '1,000', ''],
        ['t', '7', 'x'],
      ],
    ),
  ).toEqual(['name    rows  note', 'größe  1,000', 't          7  x']);
});
