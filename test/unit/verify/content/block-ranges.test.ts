import { describe, expect, test } from 'vitest';
import { type BlockRange, sampleBlocks, stretchesOf } from '../../../../src/verify/content/block-ranges.ts';

describe('a sample', () => {
  const starts = [0, 0.25, 0.5, 0.999999];
  const sizes = [0, 1, 2, 3, 10, 99, 100, 101, 1_000, 54_321, 1_000_000];
  const shares = [0.00001, 0.001, 0.01, 0.1, 0.25, 0.5, 0.9, 0.99999];
  const cases = sizes.flatMap(blocks => shares.flatMap(share => starts.map(start => ({ blocks, share, start }))));

  test('begins with the first block, ends with the last, and has its ranges in order and apart', () => {
    for (const { blocks, share, start } of cases) {
      const ranges = sampleBlocks(blocks, share, start);
      expect(ranges[0]?.from).toBe(0);
      expect(ranges.at(-1)?.to).toBeUndefined();
      const places = ranges.flatMap(({ from, to }) => [from, to ?? Number.POSITIVE_INFINITY]);
      const grow = places.every((place, index) => index === 0 || (places[index - 1] ?? 0) < place);
      expect(grow, JSON.stringify({ blocks, share, start })).toBe(true);
    }
  });

  test('has at least its share of the blocks, and not many more', () => {
    for (const { blocks, share, start } of cases) {
      const ranges = sampleBlocks(blocks, share, start);
      const chosen = ranges.reduce((sum, { from, to }) => sum + Math.max(from, to ?? blocks) - from, 0);
      expect(chosen, JSON.stringify({ blocks, share, start })).toBeGreaterThanOrEqual(blocks * share);
      // On top come the first blocks and the last, what makes a range whole, and the end of a table that has grown.
      const length = Math.ceil((blocks * share + 1) / 200);
      expect(chosen).toBeLessThanOrEqual(blocks * share + 4 * length);
    }
  });

  test('moves with its start', () => {
    const froms = starts.map(start => sampleBlocks(10_000, 0.01, start).map(({ from }) => from));
    expect(new Set(froms.map(String)).size).toBe(starts.length);
  });

  test('leaves no part of the table out for good', () => {
    const seen = new Set<number>();
    for (let start = 0; start < 1; start += 0.001)
      for (const { from, to } of sampleBlocks(1_000, 0.05, start))
        for (let block = from; block < (to ?? 1_000); block++) seen.add(block);
    expect(seen.size).toBe(1_000);
  });

  test('and what lies between make up the table', () => {
    for (const { blocks, share, start } of cases) {
      const stretches = stretchesOf(sampleBlocks(blocks, share, start));
      const ends = [0, ...stretches.map(({ to }) => to)];
      expect(stretches.map(({ from }: BlockRange) => from)).toEqual(ends.slice(0, -1));
      expect(ends.at(-1)).toBeUndefined();
    }
  });
});
