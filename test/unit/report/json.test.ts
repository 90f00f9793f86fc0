import { expect, test } from 'vitest';
import { renderJson } from '../../../src/report/json.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { check, failedReport, hostileName, missing, passedReport, report, verify } from './reports.ts';

test('it holds the whole model; what is not known is null', () => {
  const parsed: unknown = JSON.parse(renderJson(failedReport));
  const expected: unknown = JSON.parse(
    JSON.stringify(failedReport, (_key, value: unknown) => (value === undefined ? null : value)),
  );
  expect(parsed).toEqual(expected);
  expect(parsed).toMatchObject({ schema: 1, steps: [{}, {}, {}, { result: null }] });
});

test('the order of keys does not depend on how the report was made', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, item]) => [key, reversed(item)] as const);
    return Object.fromEntries(entries.toReversed());
  };
  expect(renderJson(reversed(passedReport) as RunReport)).toBe(renderJson(passedReport));
  expect(
    renderJson(passedReport)
      .match(/^ {2}"\w+"/gm)
      ?.map(key => key.trim()),
  ).toEqual(
    ['schema', 'tool', 'verdict', 'exitCode', 'headline', 'startedAt', 'seconds', 'steps', 'errors', 'databases'].map(
      key => `"${key}"`,
    ),
  );
});

test('seconds have three decimals', () => {
  expect(renderJson({ ...passedReport, seconds: 0.1 + 0.2 })).toContain('  "seconds": 0.3,\n');
  const part = { step: undefined, kind: 'preparation', database: undefined, name: 'survey' } as const;
  const profile = [{ ...part, start: 0.1 + 0.2, seconds: 1 / 3 }];
  expect(JSON.parse(renderJson({ ...passedReport, profile }))).toMatchObject({
    profile: [{ step: null, kind: 'preparation', start: 0.3, seconds: 0.333 }],
  });
});

test('every difference is in it, whatever its name', () => {
  const full = report([
    verify(undefined, [check('objects', { verdict: 'failed', findings: missing(10_000, hostileName) })]),
  ]);
  const parsed = JSON.parse(renderJson(full)) as typeof full;
  const result = parsed.steps[0]?.result;
  expect(result?.kind === 'verify' ? result.databases[0]?.checks[0]?.findings : undefined).toEqual(
    missing(10_000, hostileName),
  );
});
