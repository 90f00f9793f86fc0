import { describe, expect, test } from 'vitest';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { checkIndexes, compareExtensions } from '../../../src/verify/beside-toc.ts';
import { compareObjects } from '../../../src/verify/compare-objects.ts';
import type { CompareOptions } from '../../../src/verify/compared-entries.ts';
import { entry, everything, users, usersIndex } from './toc-fixtures.ts';

const findings = (source: readonly TocEntry[], target: readonly TocEntry[], options: Partial<CompareOptions>) =>
  compareObjects(source, target, { ...everything, ...options }).findings;

const numbered = (entries: readonly TocEntry[], on: Readonly<Record<number, readonly number[]>> = {}) =>
  entries.map((one, index) => ({ ...one, dumpId: index + 1, dependencies: on[index + 1] ?? [] }));

const others = entry('TABLE', 'others', 'CREATE TABLE app.others ();\n');

describe('a copy beside other things', () => {
  const options = { besideOthers: true };

  test('may hold what was not restored', () => {
    const target = numbered([users, others, usersIndex], { 3: [2] });
    expect(findings([users], target, options)).toEqual([]);
  });

  test('may not hold more of what was restored', () => {
    const target = numbered([users, others, usersIndex], { 3: [1] });
    expect(findings([users], target, options)).toEqual([{ kind: 'extra', object: 'INDEX app.users_name' }]);
  });

  test('must hold all that was restored', () => {
    expect(findings([users, usersIndex], [users, others], options)).toEqual([
      { kind: 'missing', object: 'INDEX app.users_name' },
    ]);
  });

  test('has only those indexes checked that were restored', () => {
    const index = (name: string) => ({ schema: 'app', name });
    const invalid = [index('users_name'), index('users_pkey'), index('others_pkey')];
    const reading = { kind: 'read', value: { count: 7, invalid } } as const;
    const key = entry('CONSTRAINT', 'users users_pkey', '', { section: 'post-data' });
    expect(checkIndexes(reading, [users, usersIndex, key])).toMatchObject({ compared: 2, findings: [{}, {}] });
    expect(checkIndexes(reading)).toMatchObject({ compared: 7, findings: [{}, {}, {}] });
  });
});

describe('schemas', () => {
  const made = entry('SCHEMA', 'app', 'CREATE SCHEMA app;\n', { namespace: undefined });

  test('that the dump does not make are made for it, and no difference', () => {
    expect(findings([users], [made, users], {})).toEqual([]);
  });

  test('that nothing of the dump is in are a difference', () => {
    expect(findings([users], [made, { ...made, tag: 'b' }, users], {})).toEqual([
      { kind: 'extra', object: 'SCHEMA b' },
    ]);
  });
});

describe('tablespaces', () => {
  const placed = (tablespace: string) => ({ ...users, tablespace });

  test.each<[CompareOptions['tablespaces'], string, boolean]>([
    ['keep', 'fast', true],
    ['keep', '', false],
    ['drop', '', true],
    ['drop', 'fast', false],
    [{ fast: 'slow' }, 'slow', true],
    [{ fast: 'slow' }, 'fast', false],
    [{ other: 'slow' }, 'fast', true],
  ])('%j: %j there is right: %s', (tablespaces, there, right) => {
    expect(findings([placed('fast')], [placed(there)], { tablespaces })).toHaveLength(right ? 0 : 1);
  });

  test('of the database itself are left behind with the others', () => {
    const database = (place: string) =>
      entry('DATABASE', 'd', `CREATE DATABASE d WITH TEMPLATE = template0 ENCODING = 'UTF8'${place};\n`, {
        namespace: undefined,
      });
    const options = { databaseName: { source: 'd', target: 'd' } };
    const [there, gone] = [database(' TABLESPACE = fast'), database('')];
    expect(findings([there], [gone], { ...options, tablespaces: 'drop' })).toEqual([]);
    expect(findings([there], [gone], options)).toHaveLength(1);
  });
});

test('extensions that were to be present have to be there, in any version', () => {
  const expected = ['a', 'b', 'c'].map(name => ({ name, version: '1.0', schema: 'public' }));
  const value = [
    { name: 'a', version: '1.0', shipped: '2.0' },
    { name: 'b', version: '1.5', shipped: '2.0' },
  ];
  const check = compareExtensions(expected, { kind: 'read', value }, { anotherMajor: false, present: ['a', 'b', 'c'] });
  expect(check.findings).toEqual([{ kind: 'missing', object: 'EXTENSION c' }]);
  expect(check.note).toContain('b 1.0 is 1.5 there');
});
