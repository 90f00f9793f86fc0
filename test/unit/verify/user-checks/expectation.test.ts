import { describe, expect, test } from 'vitest';
import { compareDecimals, isWithin } from '../../../../src/verify/user-checks/decimal.ts';
import { agree, type Expectation, meets, type Rows } from '../../../../src/verify/user-checks/expectation.ts';
import { judgeUserCheck, type UserCheck } from '../../../../src/verify/user-checks/user-check.ts';

test.each([
  ['1', '1.00', 0],
  ['9223372036854775807', '9223372036854775806', 1],
  ['0.1', '0.10000000000000000001', -1],
  ['-5', '3', -1],
  ['1e3', '1000', 0],
  ['.5', '0.5', 0],
  ['1', 'one', undefined],
  ['NaN', '1', undefined],
  ['', '0', undefined],
  ['-', '0', undefined],
])('%s and %s', (one, other, expected) => {
  expect(compareDecimals(one, other)).toBe(expected);
});

test.each([
  ['100', '101', '1', true, true],
  ['100', '101.01', '1', true, false],
  ['-100', '-99', '1', true, true],
  ['0', '0', '1', true, true],
  ['0', '0.01', '50', true, false],
  ['100', '105', '5', false, true],
  ['100', '94.9', '5', false, false],
])('%s and %s within %s (percent: %s → %s)', (expected, actual, amount, percent, within) => {
  expect(isWithin(expected, actual, { amount, percent })).toBe(within);
});

type OneSided = Exclude<Expectation, { readonly kind: 'same' }>;

const value = (text: string | boolean | null): OneSided => ({ kind: 'value', value: text });
const compares = (operator: '>=' | '<' | '!=', text: string): OneSided => ({
  kind: 'comparison',
  operator,
  value: text,
});
const range = (minimum?: string, maximum?: string): OneSided => ({ kind: 'range', minimum, maximum });
const listed = (...rows: readonly (readonly (string | boolean | null)[])[]): OneSided => ({ kind: 'rows', rows });

describe('what a query gives', () => {
  test.each<[string, OneSided, Rows]>([
    ['a number in another spelling', value('5'), [['5.00']]],
    ['a text', value('five'), [['five']]],
    ['a boolean', value(true), [['t']]],
    ['NULL', listed([null]), [[null]]],
    ['at least', compares('>=', '100'), [['100']]],
    ['dates as text', compares('>=', '2026-01-01'), [['2026-01-01 10:00:00+00']]],
    ['a number is not that text', compares('!=', 'many'), [['5']]],
    ['a range', range('1', '3'), [['3']]],
    ['half a range', range(undefined, '3'), [['-1']]],
    ['within', { kind: 'value', value: '100', tolerance: { amount: '1', percent: true } }, [['99']]],
    ['no rows', listed(), []],
    [
      'rows in another order',
      listed(['1', 'a'], ['2', null]),
      [
        ['2', null],
        ['1', 'a'],
      ],
    ],
    ['the same row twice', listed(['1'], ['1']), [['1'], ['1']]],
  ])('%s', (_what, expectation, rows) => {
    expect(meets(expectation, rows)).toBeUndefined();
  });

  test.each<[string, OneSided, Rows, string, string]>([
    ['another value', value('5'), [['6']], '5', '6'],
    ['case counts', value('Five'), [['five']], 'Five', 'five'],
    ['NULL is no value', value('5'), [[null]], '5', 'NULL'],
    ['NULL meets no comparison', compares('<', '5'), [[null]], '< 5', 'NULL'],
    ['no row', value('5'), [], '5', 'no row'],
    ['two rows', value('5'), [['5'], ['5']], '5', '(5) (5)'],
    ['two columns', value('5'), [['5', '5']], '5', '(5, 5)'],
    ['10 is more than 9', compares('<', '9'), [['10']], '< 9', '10'],
    ['a text is less than no number', compares('<', '9'), [['10 rows']], '< 9', '10 rows'],
    ['beyond a range', range('1', '3'), [['3.01']], 'at least 1, at most 3', '3.01'],
    ['too far', { kind: 'value', value: '9', tolerance: { amount: '1', percent: false } }, [['7']], '9 ± 1', '7'],
    ['any row', listed(), [['7']], 'no other row', '7'],
    ['a row less', listed(['1'], ['1']), [['1']], '1', 'no such row'],
    [
      'another row',
      listed(['1', 'a'], ['2', 'b']),
      [
        ['1', 'a'],
        ['2', 'c'],
      ],
      '(2, b)',
      '(2, c)',
    ],
  ])('%s', (_what, expectation, rows, expected, actual) => {
    expect(meets(expectation, rows)).toEqual({ expected, actual });
  });

  test('only the first of many rows are shown', () => {
    const rows = Array.from({ length: 9 }, (_, index) => [String(index), 'x']);
    expect(meets(listed(), rows)?.actual).toBe('(0, x) (1, x) (2, x) (3, x) (4, x) and 4 more');
  });
});

describe('source and copy', () => {
  const near = { amount: '10', percent: true };

  test.each<[string, Rows, Rows, typeof near | undefined, object | undefined]>([
    ['in any order', [['1'], ['2'], ['2']], [['2'], ['1'], ['2']], undefined, undefined],
    ['to the letter', [['1']], [['1.0']], undefined, { expected: '1', actual: '1.0' }],
    ['duplicates count', [['1'], ['2'], ['2']], [['1'], ['1'], ['2']], undefined, { expected: '2', actual: '1' }],
    ['NULL is no empty text', [[null]], [['']], undefined, { expected: 'NULL', actual: '' }],
    [
      'within, in this order',
      [
        ['a', '100'],
        ['b', '0'],
      ],
      [
        ['a', '109'],
        ['b', '0'],
      ],
      near,
      undefined,
    ],
    [
      'not in another',
      [
        ['a', '1'],
        ['b', '2'],
      ],
      [
        ['b', '2'],
        ['a', '1'],
      ],
      near,
      { expected: '(a, 1) (b, 2)', actual: '(b, 2) (a, 1)' },
    ],
    ['too far', [['a', '100']], [['a', '111']], near, { expected: '(a, 100)', actual: '(a, 111)' }],
    ['a row less', [['1'], ['1']], [['1']], near, { expected: '2 rows', actual: '1 row' }],
  ])('%s', (_what, source, copy, tolerance, expected) => {
    expect(agree(source, copy, tolerance)).toEqual(expected);
  });
});

describe('a check', () => {
  const check: UserCheck = { name: 'orders', sql: '', database: undefined, on: 'both', expect: value('5') };
  const read = (text: string) => ({ kind: 'read', value: [[text]] }) as const;
  const unreadable = { kind: 'unreadable', reason: 'no table orders' } as const;

  test.each([
    ['no row', []],
    [
      'nothing but nulls',
      [
        [null, null],
        [null, null],
      ],
    ],
  ])('that finds %s on both sides says so', (_what, rows) => {
    const reading = { kind: 'read', value: rows } as const;
    const same: UserCheck = { ...check, expect: { kind: 'same' } };
    expect(judgeUserCheck(same, { source: reading, copy: reading })).toMatchObject({
      verdict: 'passed',
      note: expect.stringMatching(/^neither side gave a value; /),
    });
    expect(judgeUserCheck(same, { source: read('5'), copy: read('5') }).note).not.toContain('neither');
  });

  test('names the side that is wrong, and says that the source may have moved on', () => {
    expect(judgeUserCheck(check, { source: read('5'), copy: read('6') })).toEqual({
      name: 'check orders',
      level: 'objects',
      verdict: 'failed',
      compared: 1,
      findings: [{ kind: 'changed', object: 'orders', property: 'result in the copy', expected: '5', actual: '6' }],
      note: 'the source was asked now, and may have moved on since the dump',
    });
  });

  test.each([[check], [{ ...check, expect: { kind: 'same' } as const }]])(
    'does not pass when a side gives no answer',
    given => {
      const judged = judgeUserCheck(given, { source: read('5'), copy: unreadable });
      expect(judged).toMatchObject({ verdict: 'could-not-verify', findings: [] });
      expect(judged.note).toContain('the copy (no table orders)');
    },
  );
});
