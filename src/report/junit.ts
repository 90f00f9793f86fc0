import type { RunReport, StepReport } from './model.ts';
import { type TestCase, testCases } from './test-cases.ts';
import { element, type Xml } from './xml.ts';

/**
 * `junit.xml`, as CI systems read it: a suite for each step, a case for each check of each database. `could-not-verify`
 * counts as a failure; only a real skip is a skip.
 */
export function renderJunit(report: RunReport): string {
  const suites = report.steps.map(step => ({ step, cases: testCases(step) }));
  const root = element(
    'testsuites',
    {
      name: 'pg-roundtrip',
      ...totals(suites.flatMap(suite => suite.cases)),
      time: report.seconds.toFixed(3),
      timestamp: report.startedAt,
    },
    suites.map(({ step, cases }) => suite(step, cases)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function suite(step: StepReport, cases: readonly TestCase[]): Xml {
  const attributes = { name: step.title, ...totals(cases), time: step.seconds.toFixed(3) };
  const notes = step.notes.length === 0 ? [] : [element('system-out', {}, step.notes.join('\n'))];
  return element('testsuite', attributes, [...cases.map(testCase), ...notes]);
}

function testCase({ group, name, seconds, output = [], outcome }: TestCase): Xml {
  const time = seconds === undefined ? {} : { time: seconds.toFixed(3) };
  const attributes = { classname: group, name, ...time };
  const told = output.length === 0 ? [] : [element('system-out', {}, output.join('\n'))];
  switch (outcome.kind) {
    case 'passed':
      return element('testcase', attributes, told);
    case 'skipped':
      return element('testcase', attributes, [element('skipped', { message: outcome.reason }, []), ...told]);
    case 'failed': {
      const failure = { message: outcome.message, type: outcome.type };
      return element('testcase', attributes, [element('failure', failure, outcome.details.join('\n')), ...told]);
    }
  }
}

function totals(cases: readonly TestCase[]): Readonly<Record<string, string>> {
  const count = (kind: TestCase['outcome']['kind']) =>
    String(cases.filter(({ outcome }) => outcome.kind === kind).length);
  return { tests: String(cases.length), failures: count('failed'), errors: '0', skipped: count('skipped') };
}
