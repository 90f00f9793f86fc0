import { expect, test } from 'vitest';
import { fault } from '../../../src/errors.ts';
import { describeFindings, exitCodeOf, findingsJson } from '../../../src/preflight/describe.ts';
import { attempted, type Finding, refused } from '../../../src/preflight/finding.ts';

const fine = (about: string): Finding => ({ check: 'privileges', about, verdict: 'ok', says: 'all can be read' });
const warning: Finding = {
  check: 'disk space',
  about: '/w',
  verdict: 'warning',
  says: 'little room',
  remedy: 'free some',
};
const refusal: Finding = {
  check: 'privileges',
  about: 's: shop',
  verdict: 'blocks',
  code: 'PGR190',
  says: 'the role may not read\u202e x',
  remedy: 'let it:\nGRANT pg_read_all_data TO "x";',
};

test('people get a row for each finding, and below it what to do', () => {
  expect(describeFindings([fine('a'), fine('b'), refusal, warning]).split('\n')).toEqual([
    'check       of       verdict  what',
    'privileges  a and b  ok       all can be read',
    'privileges  s: shop  BLOCKS   the role may not read\\u202e x',
    '  PGR190 → let it:',
    '    GRANT pg_read_all_data TO "x";',
    'disk space  /w       warning  little room',
    '  → free some',
    '',
    '1 thing blocks: a run would end with exit code 1 before any work; 1 warning',
  ]);
});

test('what was not checked is not passed over in the end', () => {
  const missing: Finding = { ...warning, verdict: 'not checked' };
  expect(describeFindings([fine('a'), missing])).toMatch(/\nnothing blocks; 1 not checked$/);
});

test('programs get the findings and the exit code', () => {
  expect(JSON.parse(findingsJson([fine('a'), refusal]))).toMatchObject({
    schema: 1,
    exitCode: 1,
    findings: [fine('a'), refusal],
  });
});

test.each([
  [[], 0],
  [[warning], 0],
  [[warning, refusal], 1],
  [[{ ...refusal, code: 'PGR116' }, refusal], 4],
] as const)('the first that blocks decides the exit code: %#', (findings, exitCode) => {
  expect(exitCodeOf(findings)).toBe(exitCode);
});

test('a check that fails is not checked, and never ok', async () => {
  const found = await attempted({ check: 'standby', about: 's' }, new AbortController().signal, () => {
    throw fault('PGR205', 'the server refused', 'see its words');
  });
  expect(found).toEqual([
    { check: 'standby', about: 's', verdict: 'not checked', says: 'the server refused', remedy: 'see its words' },
  ]);
});

test('a run that has ended is no finding', async () => {
  const signal = AbortSignal.abort(fault('PGR600', 'cancelled', 'again'));
  const subject = { check: 'standby', about: 's' } as const;
  await expect(attempted(subject, signal, () => Promise.reject(new Error('x')))).rejects.toMatchObject({
    code: 'PGR600',
  });
});

test('what refused us keeps its code', () => {
  expect(refused({ check: 'connection', about: 's' }, fault('PGR116', 'a pooler', 'direct'))).toMatchObject([
    { verdict: 'blocks', code: 'PGR116' },
  ]);
});
