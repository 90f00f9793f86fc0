import { expect, test } from 'vitest';
import { verdict } from '../../../bench/document.ts';
import { shares } from '../../../bench/floor.ts';
import { ratioRows } from '../../../bench/ratio-rows.ts';
import type { Rounds } from '../../../bench/rounds.ts';
import { type Timing, wayNames } from '../../../bench/ways.ts';

const timing = (total: number, parts: Timing['parts'] = {}): Timing => ({
  total,
  parts,
  work: total * 2,
  own: { cpuSeconds: total / 10, peakBytes: 150e6 },
});

const none = Object.fromEntries(wayNames.map(name => [name, []])) as unknown as Rounds;
const rounds: Rounds = {
  ...none,
  naive: [timing(40), timing(50)],
  tuned: [timing(10), timing(20)],
  content: [timing(12, { verify: 2 }), timing(24, { verify: 4 })],
};

test('a ratio is of runs of the same round, and has its target', () => {
  const rows = ratioRows(rounds, false);
  const script = rows.find(({ title }) => title === '**dump + restore + `content` / tuned script**');
  expect(script).toMatchObject({ value: { median: 1.2, least: 1.2, most: 1.2 }, target: 1.25 });
  const naive = rows.find(({ title }) => title === '**dump + restore + `content` / naive script**');
  expect(naive?.value.median).toBeCloseTo((0.3 + 0.48) / 2);
});

test('what was not run has no row', () => {
  expect(ratioRows(rounds, false).some(({ title }) => /pgcopydb|floor|COPY/.test(title))).toBe(false);
});

test.each([
  [1.15, 1.15, '≤ 1.15: met'],
  [1.16, 1.15, '≤ 1.15: **missed**'],
  [3, undefined, ''],
])('%d against %s', (value, target, expected) => {
  expect(verdict(value, target)).toBe(expected);
});

test('tables go to the connection that has least, the biggest first', () => {
  const tables = [1, 9, 4, 3].map(bytes => ({ name: `t${bytes}`, bytes }));
  expect(shares(tables, 2).map(share => share.map(({ bytes }) => bytes))).toEqual([[9], [4, 3, 1]]);
});
