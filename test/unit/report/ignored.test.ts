import { expect, test } from 'vitest';
import { renderJson } from '../../../src/report/json.ts';
import { renderJunit } from '../../../src/report/junit.ts';
import { stepLines } from '../../../src/report/log.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { parseXml } from './parse-xml.ts';
import { check, dump, hostileName, missing, report, restore, verify } from './reports.ts';

const reason = `made later ${hostileName}`;
const ignored = missing(2).map(finding => ({ finding, reason }));
const passed = report([dump(), restore(), verify(undefined, [check('objects', { ignored }), check('rows')])]);

test('what is ignored stays visible in the headline of a run that passed', () => {
  expect(passed).toMatchObject({ verdict: 'passed', exitCode: 0 });
  expect(passed.headline).toBe(
    'app was dumped, restored and compared: every object and every row count agrees, apart from 2 differences ignored by request.',
  );
});

test('and of one that failed, or proves nothing', () => {
  const failing = check('objects', { verdict: 'failed', findings: missing(1), ignored });
  expect(report([dump(), restore(), verify(undefined, [failing])]).headline).toBe(
    'app_copy differs from app: 1 difference in objects; 2 differences ignored by request.',
  );
  const unproven = report([dump(['app', 'other']), restore(), verify(undefined, [check('objects', { ignored })])]);
  expect(unproven.headline).toBe('other was dumped but not restored; 2 differences ignored by request.');
});

test('the summary counts and lists it, with its reason', () => {
  const text = renderSummary(passed);
  expect(text).toContain('| copy | check | compared | differences | ignored | verdict | note |');
  expect(text).toMatch(/\| objects \| 21 \| 0 \| 2 \| ✅ passed/);
  const section = /### Ignored by request\n\n(?<items>.*?)\n\n/s.exec(text)?.groups?.['items'] ?? '';
  expect(section.split('\n')).toHaveLength(2);
  expect(section).toContain('missing `TABLE public.t0`<br>reason: made later');
  expect(section).not.toContain('<script>');
});

test('so do the log, the file and the test report', () => {
  const step = passed.steps[2];
  if (step === undefined) throw new Error('no step');
  const lines = stepLines(step);
  expect(lines.some(line => line.includes('- ignored: missing TABLE public.t0'))).toBe(true);
  expect(lines.filter(line => line.includes('reason: made later'))).toHaveLength(2);
  expect(lines.some(line => line.startsWith('::'))).toBe(false);
  expect(JSON.parse(renderJson(passed)).steps[2].result.databases[0].checks[0].ignored).toEqual(ignored);
  const suite = parseXml(renderJunit(passed)).children[2];
  const [objects, rows] = suite?.children ?? [];
  expect(objects?.children.map(({ name }) => name)).toEqual(['system-out']);
  expect(objects?.children[0]?.text).toContain('ignored: missing TABLE public.t1');
  expect(rows?.children).toEqual([]);
});

test('nothing is said where nothing is ignored', () => {
  const text = renderSummary(report([dump(), restore(), verify()]));
  expect(text).not.toContain('gnored');
});
