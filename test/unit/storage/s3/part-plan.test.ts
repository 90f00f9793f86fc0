import { expect, test } from 'vitest';
import { mostParts, planParts, smallestPart, usualLimits } from '../../../../src/storage/s3/part-plan.ts';

const [MiB, GiB, TiB] = [2 ** 20, 2 ** 30, 2 ** 40];

test.each([
  [0, { partBytes: 8 * MiB, parts: 1, buffers: 5 }],
  [8 * MiB, { partBytes: 8 * MiB, parts: 1, buffers: 5 }],
  [8 * MiB + 1, { partBytes: 8 * MiB, parts: 2, buffers: 5 }],
  [2 * GiB, { partBytes: 8 * MiB, parts: 256, buffers: 5 }],
  [80_000 * MiB, { partBytes: 8 * MiB, parts: 10_000, buffers: 5 }],
  [80_000 * MiB + 1, { partBytes: 9 * MiB, parts: 8_889, buffers: 5 }],
  [300 * GiB, { partBytes: 31 * MiB, parts: 9_910, buffers: 2 }],
  [640_000 * MiB, { partBytes: 64 * MiB, parts: 10_000, buffers: 1 }],
  [5 * TiB, { partBytes: 525 * MiB, parts: 9_987, buffers: 1 }],
])('%d bytes', (bytes, plan) => {
  expect(planParts(bytes, usualLimits)).toEqual(plan);
});

test('S3 takes every plan, and memory is bounded as long as parts are', () => {
  for (let bytes = 1; bytes < 40 * TiB; bytes = Math.ceil(bytes * 1.37)) {
    const { partBytes, parts, buffers } = planParts(bytes, usualLimits);
    expect(parts).toBeLessThanOrEqual(mostParts);
    expect(partBytes).toBeGreaterThanOrEqual(smallestPart);
    expect(partBytes * parts).toBeGreaterThanOrEqual(bytes);
    expect(partBytes * (parts - 1)).toBeLessThan(bytes);
    expect(buffers === 1 || partBytes * buffers <= usualLimits.memory).toBe(true);
  }
});
