import { expect, test } from 'vitest';
import { chooseCompression, chooseJobs } from '../../../src/plan/choices.ts';

test.each([
  ['auto', 6, 6, 'jobs 6: one for each core'],
  [1, 6, 1, 'jobs 1, as asked'],
  [12, 2, 12, 'jobs 12, as asked'],
] as const)('jobs %s on %i cores', (asked, cores, value, reason) => {
  expect(chooseJobs(asked, cores)).toEqual({ value, reason });
});

/** Forms before 16 are a level of gzip alone (pg_dump manual of 15, `--compress`). */
test.each([
  ['auto', 13, '1'],
  ['auto', 15, '1'],
  ['auto', 16, 'zstd:1'],
  ['auto', 18, 'zstd:1'],
  ['none', 15, '0'],
  ['none', 16, 'none'],
  ['gzip', 15, '6'],
  ['gzip', 16, 'gzip'],
  ['gzip:9', 15, '9'],
  ['gzip:9', 17, 'gzip:9'],
  ['gzip:level=3', 15, '3'],
  ['4', 15, '4'],
  ['4', 16, '4'],
  ['lz4:3', 16, 'lz4:3'],
] as const)('compress %s with client %i is %s', (asked, major, value) => {
  const choice = chooseCompression(asked, major);
  expect(choice.value).toBe(value);
  expect(choice.reason).toMatch(
    asked === 'auto' ? /^compression (zstd|gzip):1: / : new RegExp(`^compression ${asked}, as asked$`),
  );
});
