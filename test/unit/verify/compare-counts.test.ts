import { describe, expect, it } from 'vitest';
import { type CountFacts, compareCounts, type ExpectedCounts } from '../../../src/verify/compare-counts.ts';
import type { Check, Finding } from '../../../src/verify/finding.ts';

const read = <Value>(value: Value) => ({ kind: 'read', value }) as const;
const refused = { kind: 'unreadable', reason: 'permission denied' } as const;
const orders = { schema: 'app', name: 'orders' };
const users = { schema: 'app', name: 'users' };
const counter = { schema: 'app', name: 'counter' };
/** Beyond what a JavaScript number can tell apart. */
const biggest = '9223372036854775807';

const expected: ExpectedCounts = {
  tables: [
    { ...orders, rows: 5000, bytes: 1 },
    { ...users, rows: 0, bytes: 0 },
  ],
  sequences: [{ ...counter, lastValue: biggest, isCalled: true }],
  largeObjects: 3,
};
const equal: CountFacts = {
  rows: read([
    { ...users, rows: read(0) },
    { ...orders, rows: read(5000) },
    { schema: 'app', name: 'extra', rows: read(7) },
  ]),
  sequences: read([{ ...counter, position: read({ lastValue: biggest, isCalled: true }) }]),
  largeObjects: read(3),
};
const position = (lastValue: string, isCalled: boolean) => ({ ...counter, position: read({ lastValue, isCalled }) });
const changed = (object: string, property: string, ours: string, theirs: string): Finding => ({
  kind: 'changed',
  object,
  property,
  expected: ours,
  actual: theirs,
});

interface Case {
  readonly name: string;
  readonly expected?: Partial<ExpectedCounts>;
  readonly actual: Partial<CountFacts>;
  readonly check: Check['name'];
  readonly result: Partial<Check>;
}

const cases: readonly Case[] = [
  {
    name: 'all rows there',
    actual: {},
    check: 'rows',
    result: { verdict: 'passed', compared: 2, findings: [], note: undefined },
  },
  {
    name: 'a row lost',
    actual: {
      rows: read([
        { ...users, rows: read(0) },
        { ...orders, rows: read(4999) },
      ]),
    },
    check: 'rows',
    result: { verdict: 'failed', findings: [changed('app.orders', 'rows', '5000', '4999')] },
  },
  {
    name: 'a table that was not found',
    actual: {
      rows: read([
        { ...users, rows: { kind: 'missing' } },
        { ...orders, rows: read(5000) },
      ]),
    },
    check: 'rows',
    result: { verdict: 'failed', findings: [{ kind: 'missing', object: 'app.users' }] },
  },
  {
    name: 'a table that nobody asked for',
    actual: { rows: read([{ ...orders, rows: read(5000) }]) },
    check: 'rows',
    result: { verdict: 'failed', findings: [{ kind: 'missing', object: 'app.users' }] },
  },
  {
    name: 'a table that may not be read',
    actual: {
      rows: read([
        { ...users, rows: refused },
        { ...orders, rows: read(5000) },
      ]),
    },
    check: 'rows',
    result: {
      verdict: 'could-not-verify',
      findings: [],
      note: 'could not be read: app.users (permission denied)',
    },
  },
  {
    name: 'a table that may not be read beside one that differs',
    actual: {
      rows: read([
        { ...users, rows: refused },
        { ...orders, rows: read(1) },
      ]),
    },
    check: 'rows',
    result: { verdict: 'failed', note: 'could not be read: app.users (permission denied)' },
  },
  {
    name: 'no counts at all',
    actual: { rows: refused },
    check: 'rows',
    result: { verdict: 'could-not-verify', compared: 0 },
  },
  {
    name: 'a sequence where it was',
    actual: {},
    check: 'sequences',
    result: { verdict: 'passed', compared: 1, findings: [] },
  },
  {
    name: 'a sequence one step back, beyond what a double can hold',
    actual: { sequences: read([position('9223372036854775806', true)]) },
    check: 'sequences',
    result: { verdict: 'failed', findings: [changed('app.counter', 'last_value', biggest, '9223372036854775806')] },
  },
  {
    name: 'a sequence that gives its last value again',
    actual: { sequences: read([position(biggest, false)]) },
    check: 'sequences',
    result: { verdict: 'failed', findings: [changed('app.counter', 'is_called', 'true', 'false')] },
  },
  {
    name: 'a sequence that is not there',
    actual: { sequences: read([]) },
    check: 'sequences',
    result: { verdict: 'failed', findings: [{ kind: 'missing', object: 'app.counter' }] },
  },
  {
    name: 'a sequence that may not be read',
    actual: { sequences: read([{ ...counter, position: refused }]) },
    check: 'sequences',
    result: { verdict: 'could-not-verify', findings: [] },
  },
  { name: 'all large objects there', actual: {}, check: 'large objects', result: { verdict: 'passed', compared: 3 } },
  {
    name: 'a large object lost',
    actual: { largeObjects: read(2) },
    check: 'large objects',
    result: { verdict: 'failed', findings: [changed('large objects', 'count', '3', '2')] },
  },
  {
    name: 'large objects that the dump left out',
    expected: { largeObjects: undefined },
    actual: {},
    check: 'large objects',
    result: { verdict: 'skipped', compared: 0, note: 'the dump leaves large objects out' },
  },
  {
    name: 'large objects that could not be counted',
    actual: { largeObjects: refused },
    check: 'large objects',
    result: { verdict: 'could-not-verify' },
  },
];

describe('compareCounts', () => {
  it.each(cases)('$check: $name', ({ expected: wanted, actual, check, result }) => {
    const checks = compareCounts({ ...expected, ...wanted }, { ...equal, ...actual });
    expect(checks.find(({ name }) => name === check)).toMatchObject(result);
  });

  it('tells names with dots apart', () => {
    const tables = [{ schema: 'a.b', name: 'c', rows: 1, bytes: 1 }];
    const rows = read([{ schema: 'a', name: 'b.c', rows: read(1) }]);
    const [check] = compareCounts({ ...expected, tables }, { ...equal, rows });
    expect(check?.findings).toEqual([{ kind: 'missing', object: 'a.b.c' }]);
  });

  it('names five unreadable tables and says how many more there are', () => {
    const tables = Array.from({ length: 8 }, (_, index) => ({ schema: 's', name: `t${index}`, rows: 1, bytes: 1 }));
    const [check] = compareCounts(
      { ...expected, tables },
      { ...equal, rows: read(tables.map(table => ({ ...table, rows: refused }))) },
    );
    expect(check?.note).toMatch(/^could not be read: s\.t0 .*s\.t4 \(permission denied\), and 3 more$/);
  });
});
