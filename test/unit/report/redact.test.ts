import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/platform/redaction.ts';
import { renderJson } from '../../../src/report/json.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { redactReport } from '../../../src/report/redact.ts';
import { passedReport } from './reports.ts';

const problem = { code: 'PGR205', message: 'the server said: open "sesame"', remedy: 'close sesame' } as const;
const failed: RunReport = {
  ...passedReport,
  headline: 'sesame was seen',
  steps: [
    { title: 'sql on sesame', status: 'failed', seconds: 1, problems: [problem], notes: ['sesame'], result: undefined },
  ],
};

function hiding(...secrets: readonly string[]) {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.mask(secret);
  return (text: string) => redactor.apply(text);
}

test('a secret is hidden wherever text can stand', () => {
  const report = redactReport(failed, hiding('sesame'));
  expect(renderJson(report)).not.toContain('sesame');
  expect(report.steps[0]?.problems).toEqual([
    { code: 'PGR205', message: 'the server said: open "***"', remedy: 'close ***' },
  ]);
  expect(report.steps[0]?.title).toBe('sql on ***');
});

test('a report without a secret stays what it was', () => {
  expect(redactReport(passedReport, hiding('sesame'))).toEqual(passedReport);
});

test.each(['failed', 'passed', 'succeeded', 'dump', 'verify', 'counts', 'PGR205'])(
  'a password such as %s does not change the words that readers rely on',
  secret => {
    const reports = [failed, passedReport].map(report => redactReport(report, hiding(secret)));
    for (const [index, original] of [failed, passedReport].entries()) {
      const report = reports[index];
      expect(report?.verdict).toBe(original.verdict);
      expect(report?.steps.map(step => [step.status, step.result?.kind])).toEqual(
        original.steps.map(step => [step.status, step.result?.kind]),
      );
      expect(report?.steps.flatMap(step => step.problems.map(({ code }) => code))).toEqual(
        original.steps.flatMap(step => step.problems.map(({ code }) => code)),
      );
    }
  },
);
