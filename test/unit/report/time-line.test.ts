import { expect, test } from 'vitest';
import { renderJson } from '../../../src/report/json.ts';
import type { ProfilePart } from '../../../src/report/model.ts';
import { redactReport } from '../../../src/report/redact.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { bar, timeLine } from '../../../src/report/time-line.ts';
import { dump, hostileName, report, restore } from './reports.ts';

test('what came before the first step, the steps, and their parts, each from where the one before ends', () => {
  const steps = [dump(['app', 'log'], 'set', { seconds: 4 }), restore([['app', 'copy']], { seconds: 2 })];
  expect(timeLine({ steps, seconds: 7.5 }).map(({ name, start, seconds }) => [name, start, seconds])).toEqual([
    ['preparation', 0, 1.5],
    ['dump from staging', 1.5, 4],
    ['app', 1.5, 1.9],
    ['log', 3.4, 1.9],
    ['restore into scratch', 5.5, 2],
    ['copy: pre-data', 5.5, 0.21],
    ['copy: data', 5.71, 1.04],
    ['copy: post-data', 6.75, 0.5],
  ]);
});

const part = (
  step: number | undefined,
  kind: ProfilePart['kind'],
  name: string,
  start: number,
  seconds: number,
): ProfilePart => ({ step, kind, database: step === undefined ? undefined : 'app', name, start, seconds });

test('with a profile, each part where it was, before those that lie within it', () => {
  const steps = [dump(['app'], 'set', { seconds: 2 }), restore([['app', 'copy']], { seconds: 2 })];
  const profile = [
    part(undefined, 'preparation', 'survey', 2, 0.5),
    part(undefined, 'preparation', 'client install', 0.5, 1),
    part(0, 'table', 'public.a', 3.5, 0.5),
    part(0, 'data', 'data', 3.5, 1),
    part(0, 'dump', 'dump', 3, 2),
    part(0, 'step', 'dump from staging', 3, 2),
    part(1, 'step', 'restore into scratch', 5.5, 2),
  ];
  expect(timeLine({ steps, seconds: 8, profile }).map(({ name, start, seconds }) => [name, start, seconds])).toEqual([
    ['preparation', 0, 3],
    ['client install', 0.5, 1],
    ['survey', 2, 0.5],
    ['dump from staging', 3, 2],
    ['app: dump', 3, 2],
    ['app: data', 3.5, 1],
    ['app: table public.a', 3.5, 0.5],
    ['restore into scratch', 5.5, 2],
    ['copy: pre-data', 5.5, 0.21],
    ['copy: data', 5.71, 1.04],
    ['copy: post-data', 6.75, 0.5],
  ]);
});

test('of many parts of a step the forty longest are shown', () => {
  const profile = Array.from({ length: 1_000 }, (_, index) => part(0, 'phase', `${index}`, index, index));
  const names = timeLine({ steps: [dump()], seconds: 2_000, profile }).map(({ name }) => name);
  expect(names.slice(2)).toEqual(Array.from({ length: 40 }, (_, index) => `app: ${960 + index}`));
});

test('of many steps with many parts, every step is shown within two hundred rows', () => {
  const steps = Array.from({ length: 50 }, () => dump());
  const profile = steps.flatMap((_, step) => Array.from({ length: 60 }, () => part(step, 'phase', 'x', step, 1)));
  const line = timeLine({ steps, seconds: 100, profile });
  expect(line.filter(({ step }) => step !== undefined)).toHaveLength(50);
  expect(line.length).toBeLessThan(200);
});

test('names of databases and tables form no markup, and hide what is secret', () => {
  const name = `${hostileName} sesame`;
  const profile = [{ ...part(0, 'table', name, 0, 1), database: name }];
  const redacted = redactReport({ ...report([dump()]), profile }, text => text.replaceAll('sesame', '***'));
  expect(redacted.profile?.[0]?.kind).toBe('table');
  expect(renderJson(redacted)).not.toContain('sesame');
  const summary = renderSummary(redacted);
  const row = summary.split('\n').find(line => line.includes('table a'));
  expect(row?.split('|')).toHaveLength(6);
  expect(row).not.toMatch(/<script|sesame|`c|\*\*\*/);
});

test.each([
  [0, 10, 10, '██████████'],
  [5, 5, 10, '·····█████'],
  [0, 0, 10, '█·········'],
  [10, 0, 10, '·········█'],
  [9.99, 0.01, 10, '·········█'],
  [0, 0, 0, '█·········'],
  [2, 3, 10, '··███·····'],
])('from %d, for %d of %d', (start, seconds, whole, expected) => {
  expect(bar({ name: '', step: undefined, start, seconds }, whole, 10)).toBe(expected);
});
