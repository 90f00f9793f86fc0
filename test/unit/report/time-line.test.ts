import { expect, test } from 'vitest';
import { bar, timeLine } from '../../../src/report/time-line.ts';
import { dump, restore } from './reports.ts';

test('what came before the first step, the steps, and their parts, each from where the one before ends', () => {
  const steps = [dump(['app', 'log'], 'set', { seconds: 4 }), restore([['app', 'copy']], { seconds: 2 })];
  expect(timeLine({ steps, seconds: 7.5 }).map(({ name, start, seconds }) => [name, start, seconds])).toEqual([
    ['preparation', 0, 1.5],
    ['dump from staging', 1.5, 4],
    ['app', 1.5, 1.9],
    ['log', 3.4, 1.9],
    ['restore into scratch', 5.5, 2],
    ['copy: pre-data', 5.5, 0.21],
    ['copy: data', 5.71, 1.04],
    ['copy: post-data', 6.75, 0.5],
  ]);
});

test.each([
  [0, 10, 10, '██████████'],
  [5, 5, 10, '·····█████'],
  [0, 0, 10, '█·········'],
  [10, 0, 10, '·········█'],
  [9.99, 0.01, 10, '·········█'],
  [0, 0, 0, '█·········'],
  [2, 3, 10, '··███·····'],
])('from %d, for %d of %d', (start, seconds, whole, expected) => {
  expect(bar({ name: '', step: undefined, start, seconds }, whole, 10)).toBe(expected);
});
