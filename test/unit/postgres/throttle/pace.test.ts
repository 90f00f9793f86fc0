import { describe, expect, test } from 'vitest';
import { createPace } from '../../../../src/postgres/throttle/pace.ts';

/** Lets several sources pass what they have at once, each waiting as told (and a bit longer); gives when what passed. */
function passAll(rate: number, sources: readonly number[], late = 0) {
  let now = 0;
  const pace = createPace(rate, () => now);
  const passed: { at: number; bytes: number }[] = [];
  const waiting = sources.map(bytes => ({ left: bytes, at: 0, bytes: 0 }));
  for (;;) {
    const next = waiting.filter(({ left, bytes }) => left + bytes > 0).toSorted((one, other) => one.at - other.at)[0];
    if (next === undefined) return passed;
    now = Math.max(now, next.at);
    if (next.bytes > 0) passed.push({ at: now, bytes: next.bytes });
    next.bytes = Math.min(pace.piece, next.left);
    next.left -= next.bytes;
    if (next.bytes > 0) next.at = now + pace.reserve(next.bytes) + late;
  }
}

/** The most that passed in any stretch of so many seconds. */
function most(passed: readonly { at: number; bytes: number }[], seconds: number): number {
  const within = (start: number) => passed.filter(({ at }) => at >= start && at <= start + seconds);
  return Math.max(...passed.map(({ at }) => within(at).reduce((sum, { bytes }) => sum + bytes, 0)));
}

describe('a pace', () => {
  test.each([
    { rate: 1_000, sources: [5_000] },
    { rate: 20_000_000, sources: [60_000_000] },
    { rate: 1_000_000, sources: [1_000_000, 2_000_000, 10] },
    { rate: 2_000_000_000, sources: [90_000_000] },
  ])('of $rate is kept in every stretch of time, by all of $sources together', ({ rate, sources }) => {
    const passed = passAll(rate, sources);
    const all = sources.reduce((sum, bytes) => sum + bytes, 0);
    expect(passed.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(all);
    const piece = Math.max(...passed.map(({ bytes }) => bytes));
    expect(piece).toBeLessThanOrEqual(Math.max(1, rate / 20));
    for (const seconds of [0, 0.1, 1])
      expect(most(passed, seconds)).toBeLessThanOrEqual(rate * (seconds + 0.05) + piece + 1);
    // And it is used up.
    expect(passed.at(-1)?.at).toBeLessThanOrEqual(all / rate);
  });

  test('makes up for timers that are late, as far as it may', () => {
    const passed = passAll(1_000_000, [2_000_000], 0.01);
    expect(passed.at(-1)?.at).toBeLessThan(2.1);
    expect(most(passed, 1)).toBeLessThanOrEqual(1_000_000 * 1.05 + 50_001);
  });

  test('saves nothing up while nobody passes', () => {
    let now = 0;
    const pace = createPace(1_000, () => now);
    pace.reserve(10);
    now = 100;
    const waits = Array.from({ length: 20 }, () => pace.reserve(50));
    expect(waits.filter(wait => wait === 0)).toHaveLength(2);
    expect(waits.at(-1)).toBeCloseTo(0.9);
  });
});
