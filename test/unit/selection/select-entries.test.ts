import { describe, expect, test } from 'vitest';
import { entryName } from '../../../src/selection/entry-name.ts';
import { missingSchemas } from '../../../src/selection/missing-schemas.ts';
import { selectEntries } from '../../../src/selection/select-entries.ts';
import { everything, isEverything, type Selection } from '../../../src/selection/selection.ts';
import { refusalOf } from '../refusal.ts';
import { library } from './library.ts';

type Changes = { readonly [Key in 'include' | 'exclude' | 'defer']?: Partial<Selection[Key]> | undefined } & {
  readonly extensions?: Selection['extensions'];
};

function selectionOf({ include, exclude, defer, extensions = 'create' }: Changes): Selection {
  return {
    ...everything,
    include: { ...everything.include, ...include },
    exclude: { ...everything.exclude, ...exclude },
    defer: { ...everything.defer, ...defer },
    extensions,
  };
}

function selected(changes: Changes) {
  const { kept, leftOut, deferred } = selectEntries(library, selectionOf(changes));
  const ids = (entries: Iterable<{ readonly dumpId: number }>) => Array.from(entries, ({ dumpId }) => dumpId);
  return { kept: ids(kept), leftOut: ids(leftOut), deferred: ids(deferred) };
}

test('without a selection all is restored', () => {
  expect(selected({})).toEqual({ kept: library.map(({ dumpId }) => dumpId), leftOut: [], deferred: [] });
  expect(isEverything(everything)).toBe(true);
  expect(isEverything(selectionOf({ defer: { kind: ['indexes'] } }))).toBe(false);
});

describe('include', () => {
  const bookItself = [40, 41, 42, 43, 44, 50, 60, 63, 70, 71, 72, 76];
  const whatItNeeds = [6, 7, 8, 10, 11, 20, 21, 30, 64];
  const bookFully = [1, ...bookItself, ...whatItNeeds].toSorted((one, other) => one - other);

  test.each<[string, Changes['include'], readonly number[]]>([
    ['a table with all that belongs to it and what it needs', { table: ['app.book'] }, bookFully],
    ['a name without a schema', { table: ['book'] }, bookFully],
    ['a table without what ties it to others', { table: ['app.loan'] }, [1, 7, 8, 45, 61]],
    ['a partitioned table with its partitions', { table: ['app.event'] }, [1, 6, 7, 8, 47, 48, 49, 62, 73, 74, 75]],
    ['a partition alone', { table: ['other.event_?'] }, [1, 6, 48, 62, 74]],
    ['a sequence that no table owns', { table: ['other.counter'] }, [1, 6, 30, 64]],
    ['a schema, without ties to others', { schema: ['other'] }, [1, 6, 20, 21, 22, 30, 48, 62, 64, 74]],
    [
      'a schema with the partitions and functions that are elsewhere',
      { schema: ['a*'] },
      library.map(({ dumpId }) => dumpId).filter(id => ![2, 3, 22, 80, 81].includes(id)),
    ],
    ['what any of the patterns matches', { table: ['loan', 'counter'] }, [1, 6, 7, 8, 30, 45, 61, 64]],
  ])('%s', (_name, include, kept) => {
    expect(selected({ include }).kept).toEqual(kept);
  });

  test('no other table comes along', async () => {
    const problem = await refusalOf(() => selected({ include: { table: ['titles'] } }));
    expect(problem).toMatchObject({
      code: 'PGR181',
      message: expect.stringContaining('VIEW app.titles needs TABLE app.book'),
    });
  });
});

describe('exclude', () => {
  test.each<[string, Changes['exclude'], readonly number[]]>([
    ['a table, with foreign keys of it', { table: ['loan'] }, [45, 61, 77, 78]],
    ['a partitioned table with its partitions', { table: ['app.event'] }, [47, 48, 49, 62, 73, 74, 75]],
    ['a partition alone', { table: ['event_1'] }, [48, 49, 62, 74, 75]],
    ['rows alone', { 'table-data': ['loan'] }, [61]],
    ['rows of all partitions', { 'table-data': ['event'] }, [62]],
    ['an index, with the foreign key that relies on it', { index: ['book_isbn'] }, [72, 78]],
    ['an index with its parts', { index: ['app.event_at'] }, [73, 74, 75]],
    ['foreign keys', { kind: ['foreign-keys'] }, [77, 78]],
    ['indexes, but not those of primary keys', { kind: ['indexes'] }, [72, 73, 74, 75, 78]],
    ['comments', { kind: ['comments'] }, [3, 11, 41, 71]],
    ['publications and triggers', { kind: ['publications', 'triggers'] }, [76, 80, 81]],
  ])('%s', (_name, exclude, leftOut) => {
    expect(selected({ exclude }).leftOut).toEqual(leftOut);
  });

  test('extensions that are present, with their comments', () => {
    expect(selected({ extensions: 'present' }).leftOut).toEqual([10, 11]);
  });

  test.each<[string, Changes, string]>([
    ['what a view shows', { exclude: { table: ['book'] } }, 'VIEW app.titles needs TABLE app.book'],
    ['types of tables that stay', { exclude: { schema: ['other'] } }, 'TABLE app.book needs TYPE other.mood'],
  ])('%s cannot be left out alone', async (_name, changes, message) => {
    const problem = await refusalOf(() => selected(changes));
    expect(problem).toMatchObject({ code: 'PGR181', message: expect.stringContaining(message) });
  });

  test.each<Changes>([
    { include: { schema: ['ap'] } },
    { include: { table: ['app.book', 'app.boook'] } },
    { exclude: { table: ['book_pkey'] } },
    { exclude: { 'table-data': ['"BOOK"'] } },
    { exclude: { index: ['book_pkey'] } },
    { defer: { index: ['app.book'] } },
  ])('%j matches nothing', async changes => {
    expect((await refusalOf(() => selected(changes)))?.code).toBe('PGR180');
  });

  test('a pattern that is none', async () => {
    expect((await refusalOf(() => selected({ exclude: { table: ['(a'] } })))?.code).toBe('PGR123');
  });
});

describe('defer', () => {
  test.each<[string, Changes['defer'], readonly number[]]>([
    ['an index with the foreign key that relies on it', { index: ['book_isbn'] }, [72, 78]],
    ['an index with its parts', { index: ['event_at'] }, [73, 74, 75]],
    ['foreign keys', { kind: ['foreign-keys'] }, [77, 78]],
  ])('%s', (_name, defer, deferred) => {
    expect(selected({ defer })).toEqual({ ...selected({}), deferred });
  });
});

test('schemas that the entries are in and do not make', () => {
  expect(missingSchemas(library)).toEqual([]);
  expect(missingSchemas(library.filter(({ description }) => description !== 'SCHEMA'))).toEqual(['app', 'other']);
  expect(missingSchemas(library.filter(({ section }) => section !== 'pre-data'))).toEqual([]);
});

test('entries are named as people read them', () => {
  expect(library.slice(3, 6).map(entryName)).toEqual(['SCHEMA other', 'SCHEMA app', 'ACL SCHEMA app']);
});
