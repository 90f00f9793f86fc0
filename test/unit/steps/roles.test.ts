import { expect, test } from 'vitest';
import type { Role } from '../../../src/dumpset/manifest.ts';
import { createRoleStatements } from '../../../src/steps/roles.ts';

function role(name: string, changes: Partial<Role> = {}): Role {
  return {
    name,
    superuser: false,
    inherit: true,
    createRole: false,
    createDatabase: false,
    login: false,
    replication: false,
    bypassRowSecurity: false,
    connectionLimit: -1,
    memberOf: [],
    ...changes,
  };
}

const plain = 'with nologin inherit nocreatedb nocreaterole';

test.each<readonly [string, Partial<Role>, string]>([
  ['as little as possible', {}, plain],
  ['login', { login: true }, 'with login inherit nocreatedb nocreaterole'],
  ['noinherit', { inherit: false }, 'with nologin noinherit nocreatedb nocreaterole'],
  ['createdb', { createDatabase: true }, 'with nologin inherit createdb nocreaterole'],
  ['createrole', { createRole: true }, 'with nologin inherit nocreatedb createrole'],
  ['a limit', { connectionLimit: 0 }, `${plain} connection limit 0`],
  ['no power that only a superuser gives', { superuser: true, replication: true, bypassRowSecurity: true }, plain],
])('a role with %s', (_, changes, attributes) => {
  expect(createRoleStatements([role('a', changes)], new Set(), 15)).toEqual([`create role "a" ${attributes}`]);
});

test('all roles are made before any joins another', () => {
  const roles = [role('a', { memberOf: ['b', 'c'] }), role('b', { memberOf: ['there'] }), role('c')];
  expect(createRoleStatements(roles, new Set(['there']), 15)).toEqual([
    `create role "a" ${plain}`,
    `create role "b" ${plain}`,
    `create role "c" ${plain}`,
    'grant "b" to "a"',
    'grant "c" to "a"',
    'grant "there" to "b"',
  ]);
});

test('a role that is there is left as it is', () => {
  const roles = [role('a', { memberOf: ['b'], login: true }), role('b')];
  expect(createRoleStatements(roles, new Set(['a']), 15)).toEqual([`create role "b" ${plain}`]);
  expect(createRoleStatements(roles, new Set(['a', 'b']), 15)).toEqual([]);
});

test('membership in a role that nobody has is left out', () => {
  expect(createRoleStatements([role('a', { memberOf: ['rds_superuser'] })], new Set(), 15)).toEqual([
    `create role "a" ${plain}`,
  ]);
});

test('names are quoted', () => {
  const name = `x" superuser; drop role "y`;
  expect(createRoleStatements([role(name, { memberOf: ['Group'] }), role('Group')], new Set(), 15)).toEqual([
    `create role "x"" superuser; drop role ""y" ${plain}`,
    `create role "Group" ${plain}`,
    'grant "Group" to "x"" superuser; drop role ""y"',
  ]);
});

test('what a membership does not give is said to a server that knows it', () => {
  const memberships = [
    { role: 'b', admin: true, inherit: false, set: false },
    { role: 'c', admin: false, inherit: true, set: true },
    { role: 'd', admin: false },
  ];
  const roles = [
    role('a', { memberOf: ['b', 'c', 'd'], memberships }),
    role('e', { inherit: false, memberOf: ['c'], memberships }),
  ];
  const granted = (major: number) =>
    createRoleStatements(roles, new Set(['b', 'c', 'd']), major).filter(statement => statement.startsWith('grant'));
  expect(granted(16)).toEqual([
    'grant "b" to "a" with inherit false, set false',
    'grant "c" to "a"',
    'grant "d" to "a"',
    'grant "c" to "e" with inherit true',
  ]);
  expect(granted(15)).toEqual(['grant "b" to "a"', 'grant "c" to "a"', 'grant "d" to "a"', 'grant "c" to "e"']);
});
