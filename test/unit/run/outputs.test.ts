import { expect, test } from 'vitest';
import { outputs } from '../../../src/config/outputs.ts';
import { outputsOf, secretOutputsOf } from '../../../src/report/outputs.ts';
import { Secret } from '../../../src/secret.ts';
import { dump, failedReport, passedReport, publish, report, restored, step } from '../report/reports.ts';

test.each([
  ['nothing', report([])],
  ['success', passedReport],
  ['failure', failedReport],
] as const)('after %s every output is set that is declared, and no other', (_, made) => {
  const set = [...Object.keys(outputsOf(made, '/report')), ...Object.keys(secretOutputsOf(made, new Map()))];
  expect(set).toEqual(outputs.map(({ name }) => name));
});

test('a run that made everything', () => {
  expect(outputsOf(passedReport, '/report')).toEqual({
    verdict: 'passed',
    'exit-code': '0',
    'dump-path': 'dumps/staging',
    'artifact-id': '7',
    'artifact-name': 'staging-dump',
    'artifact-digest': 'ab12',
    'artifact-url': '../../actions/runs/5/artifacts/7',
    'report-path': '/report',
    databases: JSON.stringify([restored]),
    'database-url': restored.url,
    'database-name': 'app_copy',
  });
});

test('a run that made nothing leaves the rest empty', () => {
  const { verdict, 'exit-code': code, 'report-path': path, databases, ...rest } = outputsOf(report([]), '/report');
  expect([verdict, code, path, databases]).toEqual(['unproven', '0', '/report', '[]']);
  expect(new Set(Object.values(rest))).toEqual(new Set(['']));
});

test('a failed run says with what it ends', () => {
  expect(outputsOf(failedReport, '/report')).toMatchObject({ verdict: 'failed', 'exit-code': '3' });
});

test('of several dumps and artifacts the last counts, of several databases the first', () => {
  const artifact = { id: '8', name: 'second', sha256: 'cd34', url: undefined };
  const made = report(
    [
      dump(['a'], 'dumps/first'),
      publish('artifact first'),
      dump(['b'], 'dumps/second'),
      step('publish', { kind: 'publish', place: 'artifact second', databases: [], bytes: 1, artifact }),
      step('publish', { kind: 'publish', place: '/folder', databases: [], bytes: 1, artifact: undefined }),
    ],
    [restored, { ...restored, name: 'second' }],
  );
  expect(outputsOf(made, '/report')).toMatchObject({
    'dump-path': 'dumps/second',
    'artifact-id': '8',
    'artifact-name': 'second',
    'artifact-digest': 'cd34',
    'artifact-url': '',
    'database-name': 'app_copy',
  });
});

test.each([
  ['of the first database that is there', restored.connection, passedReport, 'correct horse'],
  ['not of another connection', 'elsewhere', passedReport, undefined],
  ['not without a database', restored.connection, report([]), undefined],
] as const)('the password of a throwaway server is an output: %s', (_, connection, made, expected) => {
  const passwords = new Map([[connection, new Secret('correct horse')]]);
  expect(secretOutputsOf(made, passwords)['database-password']?.reveal()).toBe(expected);
});
