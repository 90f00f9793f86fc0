import { expect, test } from 'vitest';
import type { Role } from '../../../src/dumpset/manifest.ts';
import { compareRoles, type RoleComparison } from '../../../src/verify/compare-roles.ts';

function role(name: string, changes: Partial<Role> = {}): Role {
  return {
    name,
    superuser: false,
    inherit: true,
    createRole: false,
    createDatabase: false,
    login: true,
    replication: false,
    bypassRowSecurity: false,
    connectionLimit: -1,
    memberOf: [],
    configuration: [],
    ...changes,
  };
}

function compare(expected: readonly Role[], actual: readonly Role[], more: Partial<RoleComparison> = {}) {
  const known = new Set(actual.map(({ name }) => name));
  return compareRoles({ expected, actual: { kind: 'read', value: actual }, known, made: undefined, ...more });
}

test.each<[string, Partial<Role>, Partial<Role>, string, string, string]>([
  ['login', {}, { login: false }, 'login', 'true', 'false'],
  ['inherit', { inherit: false }, {}, 'inherit', 'false', 'true'],
  ['createrole', {}, { createRole: true }, 'createrole', 'false', 'true'],
  ['createdb', { createDatabase: true }, {}, 'createdb', 'true', 'false'],
  ['the connection limit', { connectionLimit: 5 }, {}, 'connection limit', '5', '-1'],
  ['superuser that it was not', {}, { superuser: true }, 'superuser', 'false', 'true'],
  ['bypassrls that it had not', {}, { bypassRowSecurity: true }, 'bypassrls', 'false', 'true'],
  ['replication that it had not', {}, { replication: true }, 'replication', 'false', 'true'],
  ['a membership', { memberOf: ['b'] }, {}, 'member of', 'b', ''],
  ['another membership', { memberOf: ['b'] }, { memberOf: ['b', 'c'] }, 'member of', 'b', 'b, c'],
  [
    'a membership that inherits now',
    { memberOf: ['b'], memberships: [{ role: 'b', admin: false, inherit: false, set: true }] },
    { memberOf: ['b'], memberships: [{ role: 'b', admin: false }] },
    'inherit option of b',
    'false',
    'true',
  ],
  [
    'a membership with SET that it had not',
    { memberOf: ['b'], memberships: [{ role: 'b', admin: false, inherit: true, set: false }] },
    { memberOf: ['b'], memberships: [{ role: 'b', admin: false, inherit: true, set: true }] },
    'set option of b',
    'false',
    'true',
  ],
  [
    'a membership with ADMIN that it had not',
    { memberOf: ['b'], memberships: [{ role: 'b', admin: false }] },
    { memberOf: ['b'], memberships: [{ role: 'b', admin: true, inherit: true, set: true }] },
    'admin option of b',
    'false',
    'true',
  ],
  ['a setting', { configuration: ['x.key=secret'] }, {}, 'setting x.key', 'a hidden value', 'not set'],
  [
    'its value',
    { configuration: ['x=a=b'] },
    { configuration: ['x=a=c'] },
    'setting x',
    'a hidden value',
    'another value',
  ],
])('%s', (_what, one, other, property, expected, actual) => {
  const others = [role('b'), role('c')];
  const check = compare([role('a', one), ...others], [role('a', other), ...others]);
  expect(check).toMatchObject({ verdict: 'failed', compared: 3 });
  expect(check.findings).toEqual([{ kind: 'changed', object: 'ROLE a', property, expected, actual }]);
});

test('a role that is missing', () => {
  expect(compare([role('a')], []).findings).toEqual([{ kind: 'missing', object: 'ROLE a' }]);
});

test('equal roles, in any order and with more of them there', () => {
  const check = compare(
    [role('a', { memberOf: ['c', 'b', 'b'] }), role('b'), role('c')],
    [role('d'), role('c'), role('b'), role('a', { memberOf: ['b', 'c'] })],
  );
  expect(check).toEqual({
    name: 'roles',
    level: 'objects',
    verdict: 'passed',
    compared: 3,
    findings: [],
    note: undefined,
  });
});

test('powers that a restore does not give, and groups that only another major has, are told', () => {
  const check = compare([role('a', { superuser: true, memberOf: ['pg_maintain'] })], [role('a')]);
  expect(check.verdict).toBe('passed');
  expect(check.note).toBe(
    'without superuser, replication or bypassrls, which a restore gives to nobody: a; groups that this server does not have: pg_maintain',
  );
});

test('a role that was there before the restore is told where it differs', () => {
  const [a, b] = [role('a'), role('b')];
  const check = compare([a, b], [{ ...a, login: false, connectionLimit: 3 }, b], { made: new Set(['b']) });
  expect(check).toMatchObject({
    verdict: 'passed',
    note: 'there before and other than in the source: a (login, connection limit)',
  });
  expect(compare([a, b], [a, { ...b, login: false }], { made: new Set(['b']) }).verdict).toBe('failed');
});

test('a manifest without settings says nothing of them', () => {
  const { configuration: _, ...old } = role('a');
  expect(compare([old], [role('a', { configuration: ['x=1'] })]).verdict).toBe('passed');
});

test('ADMIN OPTION that a restore leaves behind', () => {
  const member = (admin: boolean) => role('a', { memberOf: ['b'], memberships: [{ role: 'b', admin }] });
  expect(compare([member(true), role('b')], [member(false), role('b')])).toMatchObject({
    verdict: 'passed',
    note: 'without ADMIN OPTION on a group, which a restore gives to nobody: a',
  });
});
