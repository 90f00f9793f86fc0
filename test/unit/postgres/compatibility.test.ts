import { describe, expect, test } from 'vitest';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { bareSql } from '../../../src/postgres/compatibility/bare-sql.ts';
import { findBlockers } from '../../../src/postgres/compatibility/find-blockers.ts';
import { takenEntries } from '../../../src/selection/taken-entries.ts';
import { entryOf } from './archive/entries.ts';

const target = {
  major: 14,
  settings: new Set(['work_mem', 'timezone']),
  extensions: new Set(['hstore']),
  roles: new Set(['pg_read_all_data']),
};

const whatOf = (entry: Partial<TocEntry>, sourceMajor = 18, knowledge = target) =>
  findBlockers([entryOf(entry)], sourceMajor, knowledge).blockers.map(({ what }) => what);

describe('a definition without names and literals', () => {
  test.each([
    ["COMMENT ON TABLE t IS 'MERGE INTO';", "COMMENT ON TABLE t IS '';"],
    [`SELECT "MERGE ""INTO" ,\n  E'it\\'s MERGE' -- MERGE\n ,'it''s'`, `SELECT "" , '' ,''`],
    ['AS $$MERGE$$ /* MERGE */;', "AS '' ;"],
    ['AS $body$ $$ MERGE $body$;', "AS '';"],
  ])('%j is %j', (sql, expected) => {
    expect(bareSql(sql)).toBe(expected);
  });
});

describe('what the target cannot hold', () => {
  const constraint = {
    description: 'CONSTRAINT',
    tag: 't u',
    namespace: 's',
    definition: 'ALTER TABLE ONLY s.t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a);\n',
  };

  test('is named with its object', () => {
    expect(findBlockers([entryOf(constraint)], 15, target).blockers).toEqual([
      { object: 'CONSTRAINT s.t u', what: 'NULLS NOT DISTINCT: known from 15 on', since: 15, remedy: undefined },
    ]);
  });

  test.each([
    [15, 15],
    [14, 13],
    [18, 18],
  ])('is looked for only between the majors: %i to %i', (source, major) => {
    expect(whatOf(constraint, source, { ...target, major })).toEqual([]);
  });

  test.each([
    ['EXTENSION', 'hstore', 'CREATE EXTENSION hstore;', []],
    ['EXTENSION', 'vector', 'CREATE EXTENSION vector;', ['not installed there']],
    [
      'DATABASE PROPERTIES',
      'app',
      "ALTER DATABASE app SET \"TimeZone\" TO 'UTC';\nALTER DATABASE app SET work_mem TO '1';",
      [],
    ],
    [
      'DATABASE PROPERTIES',
      'app',
      "ALTER DATABASE app SET work_mem TO '1';\nALTER ROLE ann IN DATABASE app SET transaction_timeout TO '0';\nALTER DATABASE app SET my.own TO 'x';",
      ['the setting transaction_timeout, which is unknown there'],
    ],
    ['ACL', 'TABLE t', 'GRANT SELECT ON TABLE s.t TO pg_read_all_data;', []],
    ['ACL', 'TABLE t', 'GRANT SELECT ON TABLE s.t TO pg_maintain;', ['the predefined role pg_maintain']],
  ])('is what it says itself: %s %s %j', (description, tag, definition, expected) => {
    expect(whatOf({ description, tag, definition, owner: 'ann' })).toEqual(expected);
  });
});

describe('the entries that a restore takes', () => {
  const entries = [
    entryOf({ description: 'TABLE', tag: 't', section: 'pre-data', owner: 'ann', dumpId: 1 }),
    entryOf({ description: 'ACL', tag: 'TABLE t', section: 'none', owner: 'ann', dumpId: 2, dependencies: [1] }),
    entryOf({ description: 'DATABASE PROPERTIES', tag: 'app', section: 'pre-data', dumpId: 3 }),
    entryOf({ description: 'INDEX', tag: 'i', section: 'post-data', owner: 'ann', dumpId: 4, dependencies: [1] }),
  ];
  const all = {
    owners: { kind: 'keep' },
    privileges: 'keep',
    sections: ['pre-data', 'data', 'post-data'],
    settings: 'keep',
  } as const;

  test.each([
    [{}, ['TABLE', 'ACL', 'DATABASE PROPERTIES', 'INDEX']],
    [{ privileges: 'skip' }, ['TABLE', 'DATABASE PROPERTIES', 'INDEX']],
    [{ settings: 'skip' }, ['TABLE', 'ACL', 'INDEX']],
    [{ sections: ['post-data'] }, ['INDEX']],
    [{ sections: ['pre-data'] }, ['TABLE', 'ACL', 'DATABASE PROPERTIES']],
  ] as const)('%j', (changes, expected) => {
    expect(takenEntries(entries, { ...all, ...changes }).map(({ description }) => description)).toEqual(expected);
  });

  test('have no owner where owners are left behind', () => {
    const taken = takenEntries(entries, { ...all, owners: { kind: 'role', role: 'bob' } });
    expect(taken.map(({ owner }) => owner)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
