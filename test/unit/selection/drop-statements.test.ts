import { expect, test } from 'vitest';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { dropStatements } from '../../../src/selection/drop-statements.ts';
import { entry } from '../verify/toc-fixtures.ts';

const made = (description: string, tag: string, dropStatement: string, more: Partial<TocEntry> = {}): TocEntry => ({
  ...entry(description, tag, ''),
  dropStatement,
  ...more,
});

test('whole objects are dropped, the last one first, and foreign keys before all', () => {
  const entries = [
    made('TABLE', 'b', 'DROP TABLE app.b;\n', { dumpId: 1 }),
    made('VIEW', 'v', 'DROP VIEW app.v;\n', { dumpId: 2, dependencies: [1] }),
    made('INDEX', 'i', 'DROP INDEX app.i;\n', { dumpId: 3, dependencies: [1] }),
    made('FK CONSTRAINT', 'b f', 'ALTER TABLE ONLY app.b DROP CONSTRAINT f;\n', { dumpId: 4, dependencies: [1] }),
  ];
  expect(dropStatements(entries)).toEqual({
    first: ['ALTER TABLE IF EXISTS ONLY app.b DROP CONSTRAINT IF EXISTS f;\n'],
    objects: ['DROP VIEW IF EXISTS app.v;\n', 'DROP TABLE IF EXISTS app.b;\n'],
  });
});

test.each([
  ['TEXT SEARCH PARSER', 'DROP TEXT SEARCH PARSER app.p;\n', ['DROP TEXT SEARCH PARSER IF EXISTS app.p;\n']],
  ['USER MAPPING', 'DROP USER MAPPING FOR a SERVER s;\n', ['DROP USER MAPPING IF EXISTS FOR a SERVER s;\n']],
  ['SHELL TYPE', 'DROP TYPE app.t;\n', ['DROP TYPE IF EXISTS app.t;\n']],
  ['DEFAULT ACL', '', []],
])('%s', (description, statement, expected) => {
  expect(dropStatements([made(description, 'x', statement)]).objects).toEqual(expected);
});

test('large objects, as old and new archives list them', () => {
  const entries = [
    made('BLOB', '7', '', { namespace: undefined }),
    { ...made('BLOB METADATA', '8..9', '', { namespace: undefined }), definition: '8\n9\n', dumpId: 2 },
  ];
  expect(dropStatements(entries)).toEqual({
    first: ['select lo_unlink(oid) from pg_largeobject_metadata where oid in (7, 8, 9)'],
    objects: [],
  });
});
