import { expect, test } from 'vitest';
import type { DumpOptions } from '../../../src/postgres/arguments.ts';
import { unfiltered } from '../../../src/postgres/unfiltered.ts';
import { checkCoverage, coverageNotes, everythingCovered, notCoveredBy } from '../../../src/verify/coverage.ts';
import { entry } from './toc-fixtures.ts';

const users = entry('TABLE', 'users', 'CREATE TABLE app.users ();');
const rows = entry('TABLE DATA', 'users', '', { section: 'data' });
const operator = entry('OPERATOR', '===', 'one');
const encoding = entry('ENCODING', 'ENCODING', '', { namespace: undefined });

test('what is in the whole and not in the dump, by kind and by name', () => {
  const whole = [encoding, users, rows, operator, { ...operator, definition: 'two' }];
  expect(notCoveredBy([users, operator], whole)).toEqual({
    count: 2,
    kinds: { 'TABLE DATA': 1, OPERATOR: 1 },
    objects: ['TABLE DATA app.users', 'OPERATOR app.==='],
  });
  expect(notCoveredBy(whole, whole)).toEqual(everythingCovered);
});

test('a thousand are named, and all are counted', () => {
  const many = Array.from({ length: 1_500 }, (_, index) => entry('TABLE', `t${index}`, ''));
  const left = notCoveredBy([], many);
  expect([left.count, left.objects.length]).toEqual([1_500, 1_000]);
  expect(coverageNotes({ name: 'app', notCovered: left })).toEqual([
    'the dump of "app" leaves out 1500 TABLE: TABLE app.t0, TABLE app.t1, TABLE app.t2, TABLE app.t3, TABLE app.t4, and 1495 more',
  ]);
  expect(checkCoverage(left, []).note).toBe('500 more are left out of the dump');
});

test('a copy is complete when neither dump nor restore left anything out', () => {
  expect(checkCoverage(everythingCovered, []).verdict).toBe('passed');
  expect(checkCoverage(notCoveredBy([], [users]), []).findings).toEqual([
    { kind: 'missing', object: 'TABLE app.users' },
  ]);
  expect(checkCoverage(everythingCovered, ['INDEX app.i']).findings).toEqual([
    { kind: 'missing', object: 'INDEX app.i' },
  ]);
});

test('what is not known is not complete', () => {
  expect(checkCoverage(undefined, []).verdict).toBe('could-not-verify');
  expect(checkCoverage({ ...everythingCovered, unknown: 'denied' }, []).verdict).toBe('could-not-verify');
});

const plain: DumpOptions = {
  format: 'custom',
  jobs: 1,
  compress: '0',
  include: { schema: [], table: [] },
  exclude: { schema: [], table: [], 'table-data': [] },
  serializableDeferrable: false,
  flags: ['--quote-all-identifiers', '--no-toast-compression', '--encoding=UTF8', '--inserts'],
};

test('only what chooses makes a dump less than the whole', () => {
  expect(unfiltered(plain)).toBeUndefined();
  expect(unfiltered({ ...plain, exclude: { ...plain.exclude, 'table-data': ['a'] } })).toEqual(plain);
  expect(unfiltered({ ...plain, include: { schema: ['a'], table: [] } })).toEqual(plain);
});

test.each([
  '--no-comments',
  '--no-privileges',
  '--exclude-extension=a',
  '--extension=a',
  '--exclude-table-data-and-children=a',
  '--section=data',
  '--schema-only',
  '--no-unlogged-table-data',
  '--no-large-objects',
  '--filter=/a',
])('%s chooses', flag => {
  expect(unfiltered({ ...plain, flags: [...plain.flags, flag] })).toEqual(plain);
});
