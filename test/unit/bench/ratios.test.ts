import { describe, expect, test } from 'vitest';
import { formatSpread, pairedRatios, rotated, spreadOf } from '../../../bench/ratios.ts';

describe('The spread of some measurements', () => {
  test.each([
    { values: [3], expected: { median: 3, least: 3, most: 3 } },
    { values: [9, 1, 4], expected: { median: 4, least: 1, most: 9 } },
    { values: [8, 2, 4, 100], expected: { median: 6, least: 2, most: 100 } },
    // Sorted as numbers, not as text.
    { values: [10, 9, 8], expected: { median: 9, least: 8, most: 10 } },
  ])('of $values', ({ values, expected }) => {
    expect(spreadOf(values)).toEqual(expected);
  });

  test('leaves the measurements in their order', () => {
    const values = [3, 1, 2];
    spreadOf(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test('is not to be had of nothing', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  test('is printed with two decimals', () => {
    expect(formatSpread({ median: 1.084, least: 1, most: 12.345 })).toBe('1.08 (1.00–12.35)');
  });
});

describe('Paired ratios', () => {
  test('compare runs of the same round: a busy round weighs on both sides', () => {
    expect(pairedRatios([2, 20, 6], [1, 10, 3])).toEqual({ median: 2, least: 2, most: 2 });
  });

  test('have the median of the ratios, which is not the ratio of the medians', () => {
    expect(pairedRatios([1, 4, 9], [2, 2, 1])).toEqual({ median: 2, least: 0.5, most: 9 });
  });

  test.each([
    { ours: [1, 2], theirs: [1], what: 'a round is missing' },
    { ours: [1], theirs: [0], what: 'something took no time' },
    { ours: [Number.NaN], theirs: [1], what: 'something was not measured' },
    { ours: [1], theirs: [Number.POSITIVE_INFINITY], what: 'something never ended' },
    { ours: [], theirs: [], what: 'there were no rounds' },
  ])('are refused when $what', ({ ours, theirs }) => {
    expect(() => pairedRatios(ours, theirs)).toThrow(RangeError);
  });
});

describe('The order of a round', () => {
  test.each([
    [0, 'abc'],
    [1, 'bca'],
    [2, 'cab'],
    [3, 'abc'],
  ])('in round %i is %s', (round, expected) => {
    expect(rotated(['a', 'b', 'c'], round).join('')).toBe(expected);
  });

  test('of nothing is nothing', () => {
    expect(rotated([], 5)).toEqual([]);
  });
});
