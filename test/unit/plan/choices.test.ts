import { expect, test } from 'vitest';
import {
  chooseCompression,
  chooseFormat,
  chooseJobs,
  chooseMaintenance,
  chooseSessions,
} from '../../../src/plan/choices.ts';

test.each([
  ['auto', 6, undefined, 6, 'jobs 6: one for each core'],
  ['auto', 6, 100, 6, 'jobs 6: one for each core'],
  ['auto', 6, 11, 6, 'jobs 6: one for each core'],
  ['auto', 6, 10, 5, 'jobs 5: the server has 10 connections left for this role'],
  ['auto', 6, 0, 1, 'jobs 1: the server has 0 connections left for this role'],
  [1, 6, 100, 1, 'jobs 1, as asked'],
  [12, 2, 3, 12, 'jobs 12, as asked'],
] as const)('jobs %s on %i cores with %s connections', (asked, cores, free, value, reason) => {
  expect(chooseJobs(asked, cores, { freeConnections: free })).toEqual({ value, reason });
});

const sizesOf = (tables: number, average: number) => ({ tables, bytes: tables * average });
const small = (tables: string, average: string) =>
  `jobs 1: ${tables} tables of ${average} on average; each costs several jobs more than they gain`;

test.each<[string, Parameters<typeof chooseJobs>, number, string]>([
  ['many small tables', ['auto', 2, { sizes: sizesOf(2_000, 49_000) }], 1, small('2,000', '49.0 kB')],
  ['the smallest number of them', ['auto', 8, { sizes: sizesOf(100, 99_000) }], 1, small('100', '99.0 kB')],
  ['empty ones', ['auto', 2, { sizes: sizesOf(5_000, 0) }], 1, small('5,000', '0 B')],
  ['fewer tables', ['auto', 2, { sizes: sizesOf(99, 49_000) }], 2, 'jobs 2: one for each core'],
  ['none at all', ['auto', 2, { sizes: sizesOf(0, 0) }], 2, 'jobs 2: one for each core'],
  ['many larger ones', ['auto', 2, { sizes: sizesOf(2_000, 100_000) }], 2, 'jobs 2: one for each core'],
  [
    'a big table among small ones',
    ['auto', 2, { sizes: { tables: 5_001, bytes: 5_000 * 16_000 + 10e9 } }],
    2,
    'jobs 2: one for each core',
  ],
  ['small ones, but jobs as asked', [4, 2, { sizes: sizesOf(2_000, 49_000) }], 4, 'jobs 4, as asked'],
  ['small ones on one core', ['auto', 1, { sizes: sizesOf(2_000, 49_000) }], 1, 'jobs 1: one for each core'],
  [
    'small ones, and no connection to spare',
    ['auto', 2, { freeConnections: 6, sizes: sizesOf(2_000, 49_000) }],
    1,
    'jobs 1: the server has 6 connections left for this role',
  ],
])('jobs for %s', (_name, given, value, reason) => {
  expect(chooseJobs(...given)).toEqual({ value, reason });
});

const oneFile = (tables: string, average: string) =>
  `format custom: ${tables} tables of ${average} on average; a file for each costs more than several jobs gain`;

test.each<[string, Parameters<typeof chooseFormat>, ReturnType<typeof chooseFormat>]>([
  [
    'many small tables',
    ['auto', 'auto', sizesOf(2_000, 49_000)],
    { value: 'custom', reason: oneFile('2,000', '49.0 kB') },
  ],
  [
    'the smallest number of them',
    ['auto', 1, sizesOf(1_000, 99_000)],
    { value: 'custom', reason: oneFile('1,000', '99.0 kB') },
  ],
  ['fewer tables', ['auto', 'auto', sizesOf(999, 49_000)], { value: 'directory' }],
  ['larger ones', ['auto', 'auto', sizesOf(2_000, 100_000)], { value: 'directory' }],
  ['sizes that are not known', ['auto', 'auto', undefined], { value: 'directory' }],
  ['jobs that only a folder has', ['auto', 2, sizesOf(2_000, 49_000)], { value: 'directory' }],
  ['what is asked for', ['directory', 'auto', sizesOf(2_000, 49_000)], { value: 'directory' }],
  ['a text', ['plain', 'auto', sizesOf(2_000, 49_000)], { value: 'plain' }],
])('the format of %s', (_name, given, expected) => {
  expect(chooseFormat(...given)).toEqual(expected);
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
