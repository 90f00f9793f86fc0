import { expect, test } from 'vitest';
import { grantsFor } from '../../../src/preflight/grants.ts';
import { judgePrivileges, type Unreadable } from '../../../src/preflight/privileges.ts';

const nothing: Unreadable = {
  role: 'Ann "the" clerk',
  major: 13,
  schemas: [],
  tables: [],
  sequences: [],
  largeObjects: { count: 0, first: [] },
};
const to = 'TO "Ann ""the"" clerk";';
const table = { schema: 'My shop', name: 'a"b' };

test.each([
  ['a table before 14', { tables: [table] }, [`GRANT SELECT ON TABLE "My shop"."a""b" ${to}`]],
  [
    'several of each kind',
    { schemas: ['My shop'], tables: [table, { schema: 's', name: 't' }], sequences: [{ schema: 's', name: 'q' }] },
    [
      `GRANT USAGE ON SCHEMA "My shop" ${to}`,
      `GRANT SELECT ON TABLE "My shop"."a""b", "s"."t" ${to}`,
      `GRANT SELECT ON SEQUENCE "s"."q" ${to}`,
    ],
  ],
  ['the same from 14 on', { major: 14, schemas: ['s'], tables: [table] }, [`GRANT pg_read_all_data ${to}`]],
  [
    'large objects, which pg_read_all_data leaves out',
    { major: 18, largeObjects: { count: 2, first: ['5', '6'] } },
    [`GRANT SELECT ON LARGE OBJECT 5, 6 ${to}`],
  ],
] as const)('%s', (_, unreadable, statements) => {
  expect(grantsFor({ ...nothing, ...unreadable })).toEqual(statements);
});

test('too many large objects to name are granted by a loop', () => {
  const [statement] = grantsFor({ ...nothing, largeObjects: { count: 70, first: ['5'] } });
  expect(statement).toMatch(/^DO .* FOR number IN SELECT oid FROM pg_largeobject_metadata .*'Ann "the" clerk'/);
});

test('what may be read is ok; else the first of it is named, and all of it granted', () => {
  expect(judgePrivileges('s', nothing).verdict).toBe('ok');
  const tables = Array.from({ length: 9 }, (_, index) => ({ schema: 's', name: `t${index}` }));
  expect(judgePrivileges('s', { ...nothing, tables })).toMatchObject({
    verdict: 'blocks',
    code: 'PGR190',
    says: expect.stringMatching(/may not read s\.t0, .*and \d more$/),
    remedy: expect.stringMatching(/\nGRANT SELECT ON TABLE "s"\."t0".*"s"\."t8" TO/),
  });
});
