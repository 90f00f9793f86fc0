import { expect, test } from 'vitest';
import type { VerifyStep } from '../../../src/config/config.ts';
import { brief, type Case, parse, problemsOf, withSteps } from './declarations.ts';

const drill = ['  - dump: { from: source, to: one }', '  - restore: { into: target, as: { a: b } }'];

function verifyStep(text: string): VerifyStep {
  const found = parse(withSteps(...drill, `  - verify: ${text}`)).steps.find(({ kind }) => kind === 'verify');
  if (found?.kind !== 'verify') throw new Error('no step');
  return found;
}

test.each([
  ['42', { kind: 'value', value: '42' }],
  ['1.50', { kind: 'value', value: '1.50' }],
  ['"42"', { kind: 'value', value: '42' }],
  ['true', { kind: 'value', value: true }],
  ['a text', { kind: 'value', value: 'a text' }],
  ['">= 100"', { kind: 'comparison', operator: '>=', value: '100' }],
  ['"<> x y"', { kind: 'comparison', operator: '<>', value: 'x y' }],
  ['"=5"', { kind: 'comparison', operator: '=', value: '5' }],
  ['">"', { kind: 'value', value: '>' }],
  ['{ min: 1, max: 9 }', { kind: 'range', minimum: '1', maximum: '9' }],
  ['{ min: 2026-01-01 }', { kind: 'range', minimum: '2026-01-01', maximum: undefined }],
  ['{ equal: ">= 100" }', { kind: 'value', value: '>= 100', tolerance: undefined }],
  ['{ equal: null }', { kind: 'value', value: null, tolerance: undefined }],
  ['{ equal: 100, tolerance: 5 }', { kind: 'value', value: '100', tolerance: { amount: '5', percent: false } }],
  ['{ equal: source }', { kind: 'same', tolerance: undefined }],
  ['{ equal: source, tolerance: 1.5% }', { kind: 'same', tolerance: { amount: '1.5', percent: true } }],
  ['[]', { kind: 'rows', rows: [] }],
  ['[1, a, null]', { kind: 'rows', rows: [['1'], ['a'], [null]] }],
  [
    '[[1, true], [2, null]]',
    {
      kind: 'rows',
      rows: [
        ['1', true],
        ['2', null],
      ],
    },
  ],
])('expect: %s', (written, expected) => {
  expect(verifyStep(`{ checks: [{ name: c, sql: select, expect: ${written} }] }`).checks[0]?.expect).toEqual(expected);
});

test('who is asked, and where the source is', () => {
  const checks = (text: string) => verifyStep(`{ checks: [{ name: c, sql: select, ${text} }] }`).checks[0];
  expect(checks('expect: 1')).toEqual({
    name: 'c',
    sql: 'select',
    database: undefined,
    on: 'target',
    expect: { kind: 'value', value: '1' },
  });
  expect(checks('expect: 1, on: source')).toMatchObject({ on: 'source' });
  expect(checks('on: both')).toMatchObject({ on: 'both', expect: { kind: 'same' } });
  expect(checks('expect: { equal: source }')).toMatchObject({ on: 'both' });
  expect(verifyStep('{ checks: [{ name: c, sql: select, on: both }] }').source).toBe('source');
  expect(verifyStep('{ source: target, checks: [{ name: c, sql: select, on: both }] }').source).toBe('target');
});

test('ignored differences', () => {
  expect(verifyStep('{ ignore: [{ object: "* app.x", property: owner, reason: made by another }] }').ignore).toEqual([
    { object: '* app.x', property: 'owner', check: undefined, reason: 'made by another' },
  ]);
});

const elsewhere = (checks: string) => withSteps(`  - verify: { from: x, into: target, checks: [${checks}] }`);

const cases: readonly Case[] = [
  [
    'a source that nobody knows',
    elsewhere('{ name: c, sql: select, on: both }'),
    ['PGR127 6:46 verify.checks: a check asks the source, and no dump step before makes this dump set'],
  ],
  ['the copy needs no source', elsewhere('{ name: c, sql: select, expect: 1 }'), []],
  [
    'a source that is not declared',
    withSteps('  - verify: { from: x, into: target, source: prod, checks: [{ name: c, sql: s, on: both }] }'),
    ['PGR128 6:46 verify.source: no such connection is declared: "prod"'],
  ],
  [
    'nothing expected',
    elsewhere('{ name: c, sql: select }'),
    ['PGR127 6:47 verify.checks: the check "c" says nothing of what it expects'],
  ],
  [
    'both sides of one',
    elsewhere('{ name: c, sql: select, on: target, expect: { equal: source } }'),
    ['PGR150 6:47 verify.checks: equal: source compares both sides, and on: target asks one'],
  ],
  [
    'a name twice',
    elsewhere('{ name: c, sql: select, expect: 1 }, { name: c, sql: select, expect: 2 }'),
    [
      'PGR150 6:47 verify.checks: two checks have the name "c"',
      'PGR150 6:84 verify.checks: two checks have the name "c"',
    ],
  ],
  [
    'a tolerance of nothing',
    elsewhere('{ name: c, sql: select, expect: { min: 1, tolerance: 5% } }'),
    ['PGR127 6:89 verify.checks.expect: tolerance means nothing without equal'],
  ],
  [
    'a reason that is none',
    withSteps('  - verify: { from: x, into: target, ignore: [{ object: a, reason: because }] }'),
    [
      'PGR123 6:68 verify.ignore.reason: expected a reason of at least 10 characters, as text, found the text "because"',
    ],
  ],
  [
    'a pattern for everything',
    withSteps('  - verify: { from: x, into: target, ignore: [{ object: "* *", reason: because of that }] }'),
    [
      'PGR123 6:57 verify.ignore.object: expected an object as the report names it, with * for any run of characters, found the text "* *"',
    ],
  ],
];

test.each(cases)('%s', (_what, text, expected) => {
  expect(problemsOf(() => parse(text)).map(brief)).toEqual(expected);
});
