import { expect, test } from 'vitest';
import { left, right } from '../../../src/report/aligned-table.ts';
import { joinWithin, markdownList, markdownTable } from '../../../src/report/markdown.ts';
import { code, link, prose } from '../../../src/report/markdown-text.ts';

test.each([
  ['public.orders', '`public.orders`'],
  ['app_copy', '`app_copy`'],
  ['FUNCTION public.f(integer, text)', '`FUNCTION public.f(integer, text)`'],
  ["psql 'postgresql://me@host:5432/db'", "`psql 'postgresql://me@host:5432/db'`"],
  ['größe', '`größe`'],
  ['a|b', '<code>a&#124;b</code>'],
  ['a`b', '<code>a&#96;b</code>'],
  ['<script>', '<code>&#60;script&#62;</code>'],
  ['::error::x', '<code>&#58;&#58;error&#58;&#58;x</code>'],
  ['a\nb', '<code>a&#92;nb</code>'],
  ['\u0000', '<code>&#92;u0000</code>'],
  ['a  b ', '<code>a &#160;b&#160;</code>'],
  ['', '<code></code>'],
])('%j as code', (text, markdown) => {
  expect(code(text)).toBe(markdown);
});

test.each([
  ['app_copy differs from app: 2 of 3.', 'app_copy differs from app: 2 of 3.'],
  ['a|b', 'a&#124;b'],
  ['`x` *y* _z_ ~q~', '&#96;x&#96; &#42;y&#42; &#95;z&#95; &#126;q&#126;'],
  ['<b>&amp;', '&#60;b&#62;&#38;amp;'],
  ['[x](https://example.com)', '&#91;x&#93;(https&#58;//example.com)'],
  ['see www.example.com', 'see www&#46;example.com'],
  ['- x', '&#45; x'],
  ['1. x', '1&#46; x'],
  ['12) x', '12&#41; x'],
  ['=', '&#61;'],
  ['    x\n', 'x'],
  ['@someone #12 $x$', '&#64;someone &#35;12 &#36;x&#36;'],
  ['one\r\n  two\n::error::', 'one two &#58;&#58;error&#58;&#58;'],
  ['\u0000\u202e\\', '&#92;u0000&#92;u202e&#92;'],
])('%j as prose', (text, markdown) => {
  expect(prose(text)).toBe(markdown);
});

test('only ordinary addresses become links', () => {
  const addresses = [
    '../../actions/runs/5/artifacts/7',
    'https://example.com/a?b=c',
    'javascript:alert(1)',
    '//example.com',
    'a b',
    'a)b',
    undefined,
  ];
  expect(addresses.map(address => link('x', address))).toEqual([
    '[`x`](../../actions/runs/5/artifacts/7)',
    '[`x`](https://example.com/a?b=c)',
    ...Array.from({ length: 5 }, () => '`x`'),
  ]);
});

test('a table has a line for each row, up to 200', () => {
  expect(markdownTable([left('a'), right('b')], [['1', '2']])).toEqual(['| a | b |', '| --- | ---: |', '| 1 | 2 |']);
  const long = markdownTable(
    [left('a'), right('b')],
    Array.from({ length: 203 }, () => ['1', '2']),
  );
  expect(long).toHaveLength(203);
  expect(long.at(-1)).toBe('| and 3 more in report.json |  |');
});

test('a list has at most 200 items', () => {
  expect(markdownList(['a', 'b'])).toEqual(['- a', '- b']);
  expect(markdownList(Array.from({ length: 1201 }, () => 'a')).at(-1)).toBe('- and 1,001 more in report.json');
});

test('what is too long is cut between lines, with its folds closed', () => {
  const lines = ['one', '<details>x', '', 'größe', 'two', '', '</details>', 'three'];
  const whole = `${lines.join('\n')}\n`;
  const size = Buffer.byteLength(whole);
  expect(joinWithin(lines, size, 'cut')).toBe(whole);
  expect(joinWithin(lines, 41, 'cut')).toBe('one\n<details>x\n\ngröße\n</details>\n\ncut\n');
  for (let limit = 5; limit < size; limit += 1) {
    const text = joinWithin(lines, limit, 'cut');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    expect(text.endsWith('\ncut\n')).toBe(true);
    expect(text.split('<details>').length).toBe(text.split('</details>').length);
    for (const line of text.split('\n')) expect([...lines, 'cut', '']).toContain(line);
  }
});
