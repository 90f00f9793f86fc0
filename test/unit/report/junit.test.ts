import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../../src/report/junit.ts';
import { type Parsed, parseXml } from './parse-xml.ts';
import {
  check,
  dump,
  failedReport,
  hostileName,
  missing,
  passedReport,
  publish,
  report,
  restore,
  sql,
  verify,
} from './reports.ts';

function outcomes(suite: Parsed | undefined): readonly string[] {
  const cases = suite?.children.filter(child => child.name === 'testcase') ?? [];
  return cases.map(({ attributes, children }) => {
    const inner = children[0];
    const outcome = inner === undefined ? 'passed' : `${inner.name} ${inner.attributes['message']}`;
    return `${attributes['classname']} / ${attributes['name']}: ${outcome}`;
  });
}

test('a suite for each step, a case for each database and check', () => {
  const root = parseXml(renderJunit(passedReport));
  expect(root).toMatchObject({
    name: 'testsuites',
    attributes: {
      name: 'pg-roundtrip',
      tests: '5',
      failures: '0',
      errors: '0',
      skipped: '0',
      time: '5.500',
      timestamp: '2026-03-04T05:06:07Z',
    },
  });
  expect(root.children.map(suite => [suite.attributes['name'], ...outcomes(suite)])).toEqual([
    ['dump from staging', 'dump / app: passed'],
    ['restore into scratch', 'restore / app → app_copy: passed'],
    ['verify at level counts', 'app → app_copy / objects: passed', 'app → app_copy / rows: passed'],
    ['publish', 'step / publish: passed'],
  ]);
  expect(root.children[1]?.children[0]?.attributes['time']).toBe('1.750');
});

test('failed and could-not-verify are failures, skipped is skipped', () => {
  const root = parseXml(renderJunit(failedReport));
  expect(root.attributes).toMatchObject({ tests: '6', failures: '2', skipped: '2' });
  expect(root.children[2]?.attributes).toMatchObject({ tests: '3', failures: '2', skipped: '1' });
  expect(outcomes(root.children[2])).toEqual([
    'app → app_copy / objects: failure 2 differences in 166 comparisons',
    'app → app_copy / rows: failure could not verify: permission denied for table public.audit',
    'app → app_copy / large objects: skipped the dump leaves them out',
  ]);
  expect(outcomes(root.children[3])).toEqual(['step / publish: skipped not run']);
  expect(root.children[2]?.children[0]?.children[0]?.text).toBe(
    'missing INDEX public.orders_day\nchanged TABLE public.orders: owner expected shop, found postgres',
  );
});

describe('a step that failed without a failed check', () => {
  const problems = [{ code: 'PGR220', message: 'the disk is full', remedy: 'free some space' }] as const;
  test.each([
    [
      { ...sql(), status: 'failed', problems, result: undefined } as const,
      ['step / sql on scratch: failure the disk is full'],
    ],
    [
      restore(undefined, { status: 'failed', problems }),
      ['restore / app → app_copy: passed', 'step / restore into scratch: failure the disk is full'],
    ],
    [
      verify(undefined, [check('rows')], { status: 'failed' }),
      ['app → app_copy / rows: passed', 'step / verify at level counts: failure the step failed'],
    ],
  ])('has a failed case of its own', (failed, expected) => {
    expect(outcomes(parseXml(renderJunit(report([failed]))).children[0])).toEqual(expected);
  });

  test('says the code and the way out', () => {
    const root = parseXml(renderJunit(report([restore(undefined, { status: 'failed', problems })])));
    const failure = root.children[0]?.children[1]?.children[0];
    expect(failure).toMatchObject({
      attributes: { type: 'PGR220' },
      text: 'PGR220 the disk is full\n  → free some space',
    });
  });
});

test.each([hostileName, ']]>', '\u0000\u001b\uffff\ud800', 'a\n\t"b"&amp;', '🐘'])('%j is only a name', name => {
  const checks = [
    check(name, { verdict: 'failed', note: name, findings: missing(1, name) }),
    check(name, { verdict: 'skipped', note: name }),
  ];
  const changes = { title: name, notes: [name] };
  const root = parseXml(
    renderJunit(report([dump([name], name, changes), verify([[name, name]], checks, changes), publish(name, changes)])),
  );
  const legal = name.replace(/[^\P{Cc}\t\n]|\uffff|\p{Cs}/gu, '\ufffd');
  expect(root.children.map(suite => suite.attributes['name'])).toEqual([legal, legal, legal]);
  expect(root.children[1]?.children[0]?.children[0]?.text).toBe(`missing ${legal}0`);
  expect(root.children[1]?.children[1]?.children[0]?.attributes['message']).toBe(legal);
  expect(root.children[1]?.children[2]).toMatchObject({ name: 'system-out', text: legal });
});

test('10,000 differences: 20 are written, the rest is counted', () => {
  const xml = renderJunit(
    report([verify(undefined, [check('objects', { verdict: 'failed', findings: missing(10_000) })])]),
  );
  expect(xml.match(/missing/g)).toHaveLength(20);
  expect(xml).toContain('message="10,000 differences in 21 comparisons"');
  expect(xml).toContain('and 9,980 more in report.json');
});

test('the parser of these tests refuses what is not well-formed', () => {
  for (const source of [
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a>&</a>',
    '<a>]]></a>',
    '<a b="1" b="2"/>',
    '<a>\u0001</a>',
    '<a b="<"/>',
  ]) {
    expect(() => parseXml(source)).toThrow(/./);
  }
});
