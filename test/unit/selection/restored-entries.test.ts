import { describe, expect, test } from 'vitest';
import { expectedContents } from '../../../src/selection/expected-contents.ts';
import { phaseEntries } from '../../../src/selection/phase-entries.ts';
import { listLine, parseUseList, restoreList } from '../../../src/selection/restore-list.ts';
import { restoredEntries } from '../../../src/selection/restored-entries.ts';
import { selectEntries } from '../../../src/selection/select-entries.ts';
import { everything } from '../../../src/selection/selection.ts';
import { databaseTablespace, newTablespace, tablespaceStatements } from '../../../src/selection/tablespaces.ts';
import { refusalOf } from '../refusal.ts';
import { entry } from '../verify/toc-fixtures.ts';
import { library } from './library.ts';

const ids = (entries: readonly { readonly dumpId: number }[]) => entries.map(({ dumpId }) => dumpId);
const all = ids(library);
const sections = ['pre-data', 'data', 'post-data'] as const;

describe('a list of the user', () => {
  const lines = (...wanted: readonly number[]) =>
    wanted.map(id => library.filter(({ dumpId }) => dumpId === id).map(listLine)[0]);
  const selectionOf = (text: string) => ({ ...everything, list: parseUseList('a.list', text) });

  test('is restored in its own order, whatever the order of the archive', () => {
    const selection = selectionOf([';', '; Archive', '', ...lines(61, 45, 7), '  '].join('\r\n'));
    const selected = selectEntries(library, selection);
    expect(ids(selected.kept)).toEqual([1, 7, 45, 61]);
    const phase = { sections, deferred: false };
    expect(ids(phaseEntries(selected, phase, selection.list))).toEqual([61, 45, 7]);
    expect(ids(phaseEntries(selected, { ...phase, sections: ['data'] }, selection.list))).toEqual([61]);
  });

  test.each([
    ['of another archive', '45; 1259 1 TABLE app loan alice'],
    ['with an entry that is not there', '999; 1259 16384 TABLE app loan alice'],
    ['that is no list', 'TABLE app loan'],
    ['of nothing', ';45; 1259 16384 TABLE app loan alice'],
  ])('%s is refused', async (_name, text) => {
    const problem = await refusalOf(() => selectEntries(library, selectionOf(text)));
    expect(problem?.code).toBe('PGR182');
  });

  test('names are on one line, as pg_restore prints them', () => {
    expect(restoreList([entry('TABLE', 'a\nb', '', { namespace: undefined })])).toBe(
      '1; 1259 16384 TABLE - a b alice\n',
    );
  });
});

describe('phases', () => {
  const selected = selectEntries(library, { ...everything, defer: { index: [], kind: ['foreign-keys', 'indexes'] } });

  test('have all entries among them, each once', () => {
    const phases = [
      ...sections.map(section => ({ sections: [section], deferred: false })),
      { sections: ['post-data'] as const, deferred: true },
    ].map(phase => ids(phaseEntries(selected, phase, undefined)));
    expect(phases.flat().toSorted((one, other) => one - other)).toEqual(all.filter(id => id !== 1));
    expect(phases.at(-1)).toEqual([72, 73, 74, 75, 77, 78]);
    // A comment is made with the constraint that it is about.
    expect(phases[2]).toEqual([70, 71, 76, 80, 81]);
  });
});

describe('a database that is to be kept', () => {
  test('keeps its schemas, its extensions and what it says of itself', () => {
    const present = new Set(['SCHEMA app', 'SCHEMA elsewhere', 'EXTENSION hstore']);
    const restored = restoredEntries(library, everything, present);
    expect(ids(restored.kept)).toEqual(all.filter(id => ![2, 3, 7, 8, 10, 11].includes(id)));
    expect(ids(restored.present)).toEqual([7, 8, 10, 11]);
    expect(restored.leftOut).toEqual([]);
  });

  test('any other takes all', () => {
    expect(ids(restoredEntries(library, everything, undefined).kept)).toEqual(all);
  });
});

describe('expected contents', () => {
  const table = (schema: string, name: string, rows: number) => ({ schema, name, rows, bytes: 8 });
  const database = {
    tables: [table('app', 'book', 3), table('app', 'loan', 2), table('other', 'event_1', 1)],
    sequences: [{ schema: 'app', name: 'book_id_seq', lastValue: '3', isCalled: true }],
    largeObjects: 2,
  };
  const contents = (exclude: Partial<typeof everything.exclude>, restored: readonly string[] = sections) => {
    const { kept } = selectEntries(library, { ...everything, exclude: { ...everything.exclude, ...exclude } });
    const { tables, ...others } = expectedContents(database, kept, restored);
    return { tables: tables.map(({ name, rows }) => `${name} ${rows}`), ...others };
  };

  test('of everything are those of the dump, and no rows where it has none', () => {
    expect(contents({}).tables).toEqual(['book 3', 'loan 2', 'event_1 1', 'event 0']);
  });

  test('of a table without rows are none, and of one that is left out nothing', () => {
    expect(contents({ 'table-data': ['book'], table: ['app.event'] }).tables).toEqual(['loan 2', 'book 0']);
  });

  test('of tables that were there before say nothing where no rows are brought', () => {
    expect(contents({ 'table-data': ['book'] }, ['data']).tables).toEqual(['loan 2', 'event_1 1']);
  });

  test.each([
    ['app.event', ['book 3', 'loan 2', 'event 0']],
    ['app.other', ['book 3', 'loan 2', 'event 0', 'event_1 0']],
  ])('of a partition without rows are none, unless rows go through its root: %s', (root, expected) => {
    const without = library.filter(one => one.description !== 'TABLE DATA' || one.tag !== 'event_1');
    const through = entry('TABLE DATA', 'elsewhere', `-- load via partition root ${root}\n`);
    const { tables } = expectedContents(database, [...without, through], sections);
    expect(tables.map(({ name, rows }) => `${name} ${rows}`)).toEqual(expected);
  });

  test('a table with partitions has no rows of its own', () => {
    const parent = entry('TABLE', 'p', 'CREATE TABLE app.p (\n    id integer\n)\nPARTITION BY RANGE (id);\n');
    expect(expectedContents(database, [parent, { ...parent, relationKind: 'p' }], sections).tables).toEqual([]);
  });

  test('large objects that are left out are not expected', () => {
    expect(contents({}).largeObjects).toBe(0);
    expect(expectedContents(database, [entry('BLOB', '7', '')], sections).largeObjects).toBe(2);
    expect(expectedContents({ ...database, largeObjects: undefined }, [], sections).largeObjects).toBe(undefined);
  });
});

describe('tablespaces', () => {
  const place = (definition: string) => databaseTablespace([entry('DATABASE', 'd', definition)]);

  test.each([
    ["CREATE DATABASE d WITH TEMPLATE = template0 ENCODING = 'UTF8' TABLESPACE = fast;\n", 'fast'],
    ['CREATE DATABASE tablespace WITH TEMPLATE = template0 TABLESPACE = "Big one";\n', 'Big one'],
    ['CREATE DATABASE tablespace WITH TEMPLATE = template0;\n', undefined],
  ])('of %j', (definition, expected) => {
    expect(place(definition)).toBe(expected);
  });

  test.each([
    ['keep', 'fast'],
    ['drop', ''],
    [{ fast: 'slow' }, 'slow'],
    [{ fast: 'pg_default' }, ''],
    [{ slow: 'fast' }, 'fast'],
  ] as const)('%j', (tablespaces, expected) => {
    expect(newTablespace('fast', tablespaces)).toBe(expected);
  });

  test('tables and indexes are put where the map says', () => {
    const inFast = { tablespace: 'fast' };
    const table = { ...entry('TABLE', 'Book', '', inFast), dumpId: 1 };
    const key = { ...entry('CONSTRAINT', 'Book book key', '', { ...inFast, section: 'post-data' }), dependencies: [1] };
    const index = { ...key, dumpId: 2 };
    const plain = { ...entry('INDEX', 'plain', '', { section: 'post-data' }), dumpId: 3 };
    const entries = [table, index, plain];
    expect(tablespaceStatements([table], entries, { fast: 'big' })).toEqual([
      'alter table "app"."Book" set tablespace "big"',
    ]);
    expect(tablespaceStatements([index, plain], entries, { other: 'x' })).toEqual([
      'alter index "app"."book key" set tablespace "fast"',
    ]);
    expect(tablespaceStatements(entries, entries, 'drop')).toEqual([]);
  });
});
