import { expect, test } from 'vitest';
import { judgeTests, type TestedFile } from '../../../src/verify/pgtap-check.ts';
import { parseTap } from '../../../src/verify/tap.ts';

const yes = { kind: 'read', value: true } as const;

function file(...lines: readonly string[]): TestedFile {
  return { name: 'test/orders.sql', output: { kind: 'read', value: lines.join('\n') } };
}

test('what pgTAP prints', () => {
  const text = [
    '1..6',
    'ok 1 - a table',
    'not ok 2 - as many',
    '# Failed test 2: "as many"',
    '#         have: 1',
    '#         want: 2',
    'ok 3 # SKIP not on this server',
    'not ok 4 - later # TODO not done',
    '# Failed (TODO) test 4: "later"',
    '    # Subtest: inner',
    '    not ok 1 - within',
    '    # Failed test 1: "within"',
    '    1..1',
    'not ok 5 - inner',
    'ok 6 - with \\# in it # and no directive',
    '# Looks like you failed 2 tests of 6',
  ].join('\n');
  const { tests, planned } = parseTap(text);
  expect(planned).toBe(6);
  expect(tests.map(({ number, description, verdict }) => [number, description, verdict])).toEqual([
    [1, 'a table', 'passed'],
    [2, 'as many', 'failed'],
    [3, '', 'skipped'],
    [4, 'later', 'todo'],
    [5, 'inner', 'failed'],
    [6, 'with \\# in it # and no directive', 'passed'],
  ]);
  expect(tests[1]?.diagnostics).toEqual(['Failed test 2: "as many"', 'have: 1', 'want: 2']);
  expect(tests[4]?.diagnostics).toEqual(['# Subtest: inner', 'not ok 1 - within', '# Failed test 1: "within"']);
});

test('each failed test is a finding, with what it said', () => {
  const check = judgeTests([file('1..2', 'ok 1 - a', 'not ok 2 - b', '# Failed test 2: "b"', '#  have: 1')], yes);
  expect(check).toMatchObject({
    name: 'pgtap',
    verdict: 'failed',
    compared: 2,
    findings: [
      {
        kind: 'changed',
        object: 'TEST test/orders.sql 2: b',
        property: 'result',
        expected: 'ok',
        actual: 'not ok: have: 1',
      },
    ],
  });
});

test.each<[string, readonly string[], object]>([
  ['all pass', ['1..1', 'ok 1'], { verdict: 'passed', compared: 1 }],
  ['the plan comes last', ['ok 1', '1..1'], { verdict: 'passed' }],
  [
    'fewer than planned',
    ['1..3', 'ok 1'],
    { verdict: 'failed', findings: [{ property: 'tests', expected: '3', actual: '1' }] },
  ],
  ['more than planned', ['1..1', 'ok 1', 'ok 2'], { verdict: 'failed' }],
  ['no plan', ['ok 1'], { verdict: 'could-not-verify' }],
  ['nothing at all', [], { verdict: 'could-not-verify' }],
  ['given up', ['1..2', 'ok 1', 'Bail out! no server'], { verdict: 'could-not-verify' }],
  [
    'todo and skipped',
    ['1..2', 'not ok 1 # TODO x', 'ok 2 # skip y'],
    { verdict: 'passed', note: expect.stringContaining('2 of its tests') },
  ],
  ['all skipped', ['1..0 # SKIP not here'], { verdict: 'skipped', note: 'test/orders.sql is skipped: not here' }],
])('%s', (_what, lines, expected) => {
  expect(judgeTests([file(...lines)], yes)).toMatchObject(expected);
});

test('nothing is proven where pgTAP is missing, or a file cannot be run', () => {
  expect(judgeTests([], { kind: 'read', value: false })).toMatchObject({
    verdict: 'could-not-verify',
    note: expect.stringContaining('has no pgTAP'),
  });
  const broken: TestedFile = { name: 'a.sql', output: { kind: 'unreadable', reason: 'syntax error' } };
  expect(judgeTests([file('1..1', 'ok 1'), broken], yes)).toMatchObject({
    verdict: 'could-not-verify',
    note: expect.stringContaining('a.sql (syntax error)'),
  });
});
