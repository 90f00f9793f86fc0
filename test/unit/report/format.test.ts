import { describe, expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatRate, listed, plural } from '../../../src/report/format.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [12_340, '12.3 kB'],
  [99_960, '100 kB'],
  [999_499, '999 kB'],
  [999_600, '1.0 MB'],
  [1_000_000_000, '1.0 GB'],
  [2_500_000_000_000, '2.5 TB'],
  [5e18, '5000 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [0.34, '340 ms'],
  [0.9996, '1.0 s'],
  [1.94, '1.9 s'],
  [9.96, '10 s'],
  [42.4, '42 s'],
  [59.6, '1 min 00 s'],
  [185, '3 min 05 s'],
  [3599.6, '1 h 00 min'],
  [7620, '2 h 07 min'],
  [360_000, '100 h 00 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

describe('counts and names', () => {
  test('thousands are separated', () => {
    expect([0, 999, 46_273, 1_234_567_890].map(formatCount)).toEqual(['0', '999', '46,273', '1,234,567,890']);
  });

  test('a noun follows its number', () => {
    expect([plural(1, 'table'), plural(0, 'table'), plural(2100, 'entry', 'entries')]).toEqual([
      '1 table',
      '0 tables',
      '2,100 entries',
    ]);
  });

  test('a rate is bytes over seconds', () => {
    expect(formatRate(3_400_000, 2)).toBe('1.7 MB/s');
  });

  test.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b and 3 more'],
  ])('%j reads %s', (names, text) => {
    expect(listed(names)).toBe(text);
  });
});
