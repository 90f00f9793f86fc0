import { expect, test } from 'vitest';
import type { Check, Finding } from '../../../src/verify/finding.ts';
import { type IgnoreRule, idleNotes, ignoreFindings } from '../../../src/verify/ignore.ts';
import { makeCheck, unreadCheck } from '../../../src/verify/make-check.ts';

const index: Finding = { kind: 'missing', object: 'INDEX app.users_created' };
const owner: Finding = {
  kind: 'changed',
  object: 'TABLE app.users',
  property: 'owner',
  expected: 'app',
  actual: 'me',
};
const definition: Finding = { ...owner, property: 'definition' };
const rows: Finding = { kind: 'changed', object: 'app.users', property: 'rows', expected: '5', actual: '4' };

const checks: readonly Check[] = [
  makeCheck({ name: 'objects', level: 'objects', compared: 9, findings: [index, owner, definition] }),
  makeCheck({ name: 'rows', level: 'counts', compared: 3, findings: [rows], unread: ['app.secret (denied)'] }),
  unreadCheck('sequences', 'counts', 'denied'),
];

function rule(object: string, more: Partial<IgnoreRule> = {}): IgnoreRule {
  return { object, property: undefined, check: undefined, reason: 'known and harmless', ...more };
}

test.each<[string, IgnoreRule, readonly Finding[]]>([
  ['a whole name', rule('INDEX app.users_created'), [index]],
  ['a part of a name alone matches nothing', rule('app.users_created'), []],
  ['a star stands for anything', rule('* app.users*'), [index, owner, definition]],
  ['signs of regular expressions are none', rule('INDEX app.users.created'), []],
  ['case counts', rule('index app.users_created'), []],
  ['only a property', rule('*users', { property: 'owner' }), [owner]],
  ['what is missing has no property', rule('INDEX*', { property: 'definition' }), []],
  ['only a check', rule('*users', { check: 'rows' }), [rows]],
])('%s', (_what, given, expected) => {
  const { checks: left, used } = ignoreFindings(checks, [given]);
  expect(left.flatMap(({ ignored = [] }) => ignored)).toEqual(
    expected.map(finding => ({ finding, reason: 'known and harmless' })),
  );
  const all = checks.flatMap(({ findings }) => findings);
  expect(left.flatMap(({ findings }) => findings)).toEqual(all.filter(finding => !expected.includes(finding)));
  expect(used.has(given)).toBe(expected.length > 0);
});

test('a check passes when all of its differences are ignored, unless something could not be read', () => {
  const rules = [rule('*users*')];
  const { checks: left } = ignoreFindings(checks, rules);
  expect(left.map(({ verdict }) => verdict)).toEqual(['passed', 'could-not-verify', 'could-not-verify']);
  const some = ignoreFindings(checks, [rule('*users', { property: 'owner' })]).checks;
  expect(some.map(({ verdict }) => verdict)).toEqual(['failed', 'failed', 'could-not-verify']);
});

test('the first of several rules gives the reason, and all of them are used', () => {
  const rules = [rule('INDEX *', { reason: 'the first reason' }), rule('*created', { reason: 'the second reason' })];
  const { checks: left, used } = ignoreFindings(checks, rules);
  expect(left[0]?.ignored).toEqual([{ finding: index, reason: 'the first reason' }]);
  expect(idleNotes(rules, used)).toEqual([]);
});

test('a rule that matches nothing is told', () => {
  expect(idleNotes([rule('TABLE x', { property: 'owner', check: 'objects' })], new Set())).toEqual([
    'an ignore matches no difference: "TABLE x", property owner, check objects; correct it, or remove it',
  ]);
});
