import { describe, expect, test } from 'vitest';
import { type ComparedDatabase, compareDatabase, type DatabaseProperties } from '../../../src/verify/database-check.ts';
import { entry } from './toc-fixtures.ts';

const locale = {
  encoding: 'UTF8',
  collate: 'en_US.UTF-8',
  characterType: 'en_US.UTF-8',
  localeProvider: 'libc',
  locale: undefined,
} as const;
const none = { namespace: undefined };
const database = (name: string, owner: string) =>
  entry('DATABASE', name, `CREATE DATABASE ${name};\n`, { ...none, owner });
const limit = (name: string, text: string) =>
  entry('DATABASE PROPERTIES', name, `ALTER DATABASE ${name} ${text};\n`, none);
const there = { owners: 'keep', privileges: 'keep', sections: ['pre-data', 'data', 'post-data'] } as const;
const made = { ...there, databaseName: { source: 'app', target: 'copy' } };

function check(changes: Partial<DatabaseProperties>, more: Partial<ComparedDatabase> = {}) {
  const compared = { source: [database('app', 'ann')], target: [database('copy', 'ann')], locale, anotherMajor: false };
  const value = { ...locale, connectionLimit: -1, ...changes };
  const { verdict, findings, note } = compareDatabase({ ...compared, options: made, ...more }, { kind: 'read', value });
  return { verdict, changed: findings.map(one => ('property' in one ? one.property : '')), note };
}

describe('a database as a whole', () => {
  test.each<readonly [Partial<DatabaseProperties>, readonly string[]]>([
    [{}, []],
    [{ collate: 'en_US.utf8' }, []],
    [{ encoding: 'LATIN1' }, ['encoding']],
    [{ collate: 'C', characterType: 'de_DE.UTF-8' }, ['collation', 'character type']],
    [{ localeProvider: 'icu', locale: 'en-US' }, ['locale provider', 'locale']],
  ])('%j is %j', (changes, expected) => {
    expect(check(changes).changed).toEqual(expected);
  });

  test('may have its locale of ICU in the words of another major, if it was made there', () => {
    const icu = { ...locale, localeProvider: 'icu', locale: '@colCaseFirst=lower' } as const;
    const copied = { ...icu, locale: 'und-u-kf-lower' };
    expect(check(copied, { locale: icu, anotherMajor: true }).changed).toEqual([]);
    expect(check(copied, { locale: icu, anotherMajor: false }).changed).toEqual(['locale']);
    expect(check(copied, { locale: icu, anotherMajor: true, options: there }).changed).toEqual(['locale']);
  });

  test('is told where the copy stands beside other things', () => {
    expect(check({ encoding: 'LATIN1' }, { options: { ...there, besideOthers: true } })).toEqual({
      verdict: 'passed',
      changed: [],
      note: 'encoding LATIN1, UTF8 in the source',
    });
  });

  test('has the connection limit of the source, if that has one', () => {
    const source = [database('app', 'ann'), limit('app', 'CONNECTION LIMIT = 33')];
    expect(check({ connectionLimit: 33 }, { source, options: there }).changed).toEqual([]);
    expect(check({ connectionLimit: 34 }, { source, options: there }).changed).toEqual(['connection limit']);
    expect(check({ connectionLimit: 34 }, { options: there })).toMatchObject({
      changed: [],
      note: 'it has a connection limit of its own: 34',
    });
  });

  test('is not as the source where that was asked for, which is told', () => {
    const source = [database('app', 'ann'), limit('app', 'CONNECTION LIMIT = 33')];
    const target = [database('copy', 'bob')];
    const options = { ...made, settings: 'skip' } as const;
    expect(check({}, { source, target, options })).toMatchObject({
      verdict: 'passed',
      changed: [],
      note: expect.stringContaining('left behind by request: owner, settings'),
    });
    expect(check({}, { target: [database('copy', 'ann')], options }).note).toBeUndefined();
  });

  test('keeps its owner, comment and grants where it was there before, which is told', () => {
    const grants = entry('ACL', 'DATABASE app', 'REVOKE CONNECT,TEMPORARY ON DATABASE app FROM PUBLIC;\n', none);
    const source = [database('app', 'ann'), grants, limit('app', "SET work_mem = '1MB'")];
    const target = [database('copy', 'bob')];
    const note = (options: Partial<ComparedDatabase['options']>) =>
      check({}, { source, target, options: { ...there, ...options } }).note;
    expect(check({}, { source, target, options: there })).toMatchObject({ verdict: 'passed', changed: [] });
    expect(note({})).toBe('other than in the source, as the database was there before the restore: owner, grants');
    expect(note({ owners: { role: 'bob' }, privileges: 'skip' })).toBeUndefined();
    expect(note({ besideOthers: true })).toBeUndefined();
    expect(check({}, { source: [], target, options: there }).note).toBeUndefined();
  });

  test('that cannot be read is not verified', () => {
    const compared = { source: [], target: [], locale, anotherMajor: false, options: made };
    expect(compareDatabase(compared, { kind: 'unreadable', reason: 'denied' }).verdict).toBe('could-not-verify');
  });
});
