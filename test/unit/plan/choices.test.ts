import { expect, test } from 'vitest';
import { chooseCompression, chooseJobs, chooseMaintenance, chooseSessions } from '../../../src/plan/choices.ts';

test.each([
  ['auto', 6, undefined, 6, 'jobs 6: one for each core'],
  ['auto', 6, 100, 6, 'jobs 6: one for each core'],
  ['auto', 6, 11, 6, 'jobs 6: one for each core'],
  ['auto', 6, 10, 5, 'jobs 5: the server has 10 connections left for this role'],
  ['auto', 6, 0, 1, 'jobs 1: the server has 0 connections left for this role'],
  [1, 6, 100, 1, 'jobs 1, as asked'],
  [12, 2, 3, 12, 'jobs 12, as asked'],
] as const)('jobs %s on %i cores with %s connections', (asked, cores, free, value, reason) => {
  expect(chooseJobs(asked, cores, free)).toEqual({ value, reason });
});

test.each([
  ['localhost', undefined, 4, 4, true],
  ['127.0.0.1', undefined, 4, 4, true],
  ['::1', undefined, 8, 4, true],
  ['/run/postgresql', undefined, 4, 4, true],
  ['db', '127.0.0.1', 4, 4, true],
  ['localhost', '10.0.0.1', 4, 4, false],
  ['db', undefined, 4, 4, false],
  ['localhost', undefined, 3, 4, false],
  ['localhost', undefined, 1, 1, false],
] as const)(
  'index builds on %s (%s) by %i jobs on %i cores have no workers: %s',
  (host, address, jobs, cores, without) => {
    const chosen = chooseMaintenance([{ host, address, port: 5432 }], jobs, cores);
    expect(chosen?.value).toBe(without ? '-c max_parallel_maintenance_workers=0' : undefined);
  },
);

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

test.each([
  [1, undefined, 2],
  [2, undefined, 2],
  [4, undefined, 4],
  [64, undefined, 8],
  [64, 10, 5],
  [64, 3, 2],
])('on %i cores with %s free connections %i sessions count and hash a copy', (cores, free, sessions) => {
  expect(chooseSessions(cores, free)).toBe(sessions);
});
