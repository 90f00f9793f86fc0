import { describe, expect, test } from 'vitest';
import { compareDumps, type DumpDifference } from '../../../src/look/compare-dumps.ts';
import type { Dump, DumpContents } from '../../../src/look/read-dump.ts';
import { renderDifference } from '../../../src/look/render-difference.ts';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { manifest } from '../plan/contexts.ts';
import { refusalOf } from '../refusal.ts';
import { entry, users, usersIndex } from '../verify/toc-fixtures.ts';
import { bare, contents, database, dumpSet, entries, globals, role } from './dumps.ts';

const noNames: ReadonlyMap<string, string> = new Map();

function compare(before: Dump, after: Dump, as = noNames): DumpDifference {
  return compareDumps(before, after, as);
}

/** Both ways: what is missing in one direction is extra in the other. */
function compareContents(before: Partial<DumpContents>, after: Partial<DumpContents>) {
  const [one, other] = [dumpSet([contents(before)]), dumpSet([contents(after)])];
  const [forth, back] = [compare(one, other), compare(other, one)];
  expect(back.equal).toBe(forth.equal);
  return { equal: forth.equal, forth: forth.databases[0], back: back.databases[0] };
}

function objects(before: readonly TocEntry[], after: readonly TocEntry[]) {
  const { equal, forth, back } = compareContents({ entries: entries(...before) }, { entries: entries(...after) });
  expect(back?.objects).toHaveLength(forth?.objects.length ?? -1);
  return { equal, objects: forth?.objects };
}

const renamed = (one: TocEntry, changes: Partial<TocEntry>): TocEntry => ({ ...one, ...changes });
const view = entry('VIEW', 'grown_ups', 'CREATE VIEW app.grown_ups AS\n SELECT 1;\n');
const granted = entry('ACL', 'TABLE users', 'GRANT SELECT ON TABLE app.users TO bob;\n');
const matview = entry('MATERIALIZED VIEW', 'sums', 'CREATE MATERIALIZED VIEW app.sums AS SELECT 1 WITH NO DATA;\n');
const filled = entry('MATERIALIZED VIEW DATA', 'sums', 'REFRESH MATERIALIZED VIEW app.sums;\n', {
  section: 'post-data',
});
const extension = entry('EXTENSION', 'hstore', 'CREATE EXTENSION hstore;\n', { namespace: undefined });
const comment = entry('COMMENT', 'EXTENSION hstore', "COMMENT ON EXTENSION hstore IS 'pairs';\n", {
  namespace: undefined,
});
const large = (dumpId: number, tag: string, owner = 'alice') => ({
  ...entry('BLOB', tag, `SELECT pg_catalog.lo_create('${tag}');\n`, { namespace: undefined, owner }),
  dumpId,
});

describe('two dumps of the same', () => {
  test('do not differ, whatever their format, size and time', () => {
    const other = { format: 'directory', compression: 'zstd:1', bytes: 9 } as const;
    const { equal, forth } = compareContents({}, other);
    expect(equal).toBe(true);
    expect(forth).toMatchObject({ bytes: [1000, 9], objects: [], tables: [], sequences: [] });
    expect(forth?.compared).toEqual({ objects: 3, tables: 1, counted: 1, hashed: 0, sequences: 1 });
  });
});

describe('an object', () => {
  const before = [database, users, usersIndex];
  test.each<[string, readonly TocEntry[], object]>([
    ['that only the second has', [...before, view], { kind: 'extra', object: 'VIEW app.grown_ups' }],
    ['that only the first has', [database, users], { kind: 'missing', object: 'INDEX app.users_name' }],
    [
      'with another definition, by the lines that differ',
      [database, renamed(users, { definition: users.definition?.replace('name text', 'name text,\n    age integer') })],
      {
        kind: 'changed',
        object: 'TABLE app.users',
        property: 'definition',
        expected: 'name text',
        actual: 'name text,\nage integer',
      },
    ],
    [
      'of another owner',
      [database, renamed(users, { owner: 'bob' }), usersIndex],
      { property: 'owner', expected: 'alice', actual: 'bob' },
    ],
    ['with a grant', [...before, granted], { kind: 'extra', object: 'ACL app.TABLE users' }],
    [
      'that is the database itself',
      [renamed(database, { definition: database.definition?.replace('UTF8', 'LATIN1') }), users, usersIndex],
      { object: 'DATABASE app', property: 'definition' },
    ],
  ])('%s', (_, after, finding) => {
    const found = objects(before, after);
    expect(found.equal).toBe(false);
    expect(found.objects).toEqual(expect.arrayContaining([expect.objectContaining(finding)]));
  });

  test('a comment of an extension counts in both directions', () => {
    expect(objects([extension], [extension, comment]).objects).toEqual([
      { kind: 'extra', object: 'COMMENT EXTENSION hstore' },
    ]);
  });

  test('a materialized view that is filled in one alone', () => {
    expect(objects([matview], [matview, filled]).objects).toEqual([
      {
        kind: 'changed',
        object: 'MATERIALIZED VIEW app.sums',
        property: 'populated',
        expected: 'false',
        actual: 'true',
      },
    ]);
  });

  test('blank lines alone are a note and no difference', () => {
    const other = renamed(view, { definition: view.definition?.replace('AS\n', 'AS\r\n') });
    const { equal, forth } = compareContents({ entries: entries(view) }, { entries: entries(other) });
    expect(equal).toBe(true);
    expect(forth?.notes).toEqual(['line ends or blank lines alone differ in 1 definition']);
  });

  test('secrets in definitions are not shown', () => {
    const server = (password: string) =>
      entry('USER MAPPING', 'bob', `CREATE USER MAPPING FOR bob OPTIONS (password '${password}');\n`);
    const found = objects([server('correct horse')], [server('battery staple')]);
    expect(found.equal).toBe(false);
    expect(JSON.stringify(found)).not.toMatch(/horse|staple/);
  });

  test('what cannot be read does not look equal', async () => {
    const unread = contents({ entries: { kind: 'unreadable', reason: 'it is gone' } });
    const refusal = await refusalOf(() => compare(dumpSet([unread]), dumpSet([unread])));
    expect(refusal).toMatchObject({ code: 'PGR172', message: 'the dump of "app" is damaged: it is gone' });
  });
});

describe('large objects', () => {
  test.each<[string, readonly TocEntry[], object]>([
    ['one more', [large(1, '100'), large(2, '101')], { kind: 'extra', object: 'LARGE OBJECT 101' }],
    ['one less', [], { kind: 'missing', object: 'LARGE OBJECT 100' }],
    ['another owner', [large(1, '100', 'bob')], { object: 'LARGE OBJECT 100', property: 'owner' }],
  ])('%s', (_, after, finding) => {
    const { equal, forth } = compareContents({ entries: entries(large(1, '100')) }, { entries: entries(...after) });
    expect(equal).toBe(false);
    expect(forth?.largeObjects).toMatchObject(expect.arrayContaining([expect.objectContaining(finding)]));
  });
});

describe('rows', () => {
  const table = (rows: number | undefined, hash?: string) => [{ schema: 'app', name: 'users', rows, hash }];
  test.each([
    ['more', table(3), table(5), { before: 3, after: 5, content: 'unknown' }],
    ['as many, other ones', table(3, 'm:1'), table(3, 'm:2'), { before: 3, after: 3, content: 'different' }],
    ['only in the first', table(3), [], { in: 'first', before: 3, after: undefined }],
  ])('%s', (_, before, after, difference) => {
    const { equal, forth, back } = compareContents({ tables: before }, { tables: after });
    expect(equal).toBe(false);
    expect(forth?.tables).toMatchObject([difference]);
    expect(back?.tables).toHaveLength(1);
  });

  test.each([
    ['the same hash', table(3, 'm:1'), table(3, 'm:1'), 'UTF8', { counted: 1, hashed: 1 }],
    ['hashes that were made otherwise', table(3, 'm:1'), table(3, 'n:2'), 'UTF8', { counted: 1, hashed: 0 }],
    ['hashes of another encoding', table(3, 'm:1'), table(3, 'm:2'), 'LATIN1', { counted: 1, hashed: 0 }],
    ['a hash in one alone', table(3, 'm:1'), table(3), 'UTF8', { counted: 1, hashed: 0 }],
    ['a number in one alone', table(3), table(undefined), 'UTF8', { counted: 0, hashed: 0 }],
  ])('%s is no difference, and counted as far as it was compared', (_, before, after, encoding, compared) => {
    const { forth } = compareContents({ tables: before }, { tables: after, encoding });
    expect(forth?.tables).toEqual([]);
    expect(forth?.compared).toMatchObject({ tables: 1, ...compared });
  });
});

test.each([
  ['another position', [{ schema: 'app', name: 'users_id', lastValue: '4', isCalled: true }]],
  ['not called', [{ schema: 'app', name: 'users_id', lastValue: '3', isCalled: false }]],
  ['none', []],
])('a sequence: %s', (_, sequences) => {
  const { equal, forth } = compareContents({}, { sequences });
  expect(equal).toBe(false);
  expect(forth?.sequences).toMatchObject([{ name: 'users_id', before: { lastValue: '3', isCalled: true } }]);
});

test('versions of extensions, where both are told', () => {
  const other = compareContents({}, { extensions: [{ name: 'hstore', version: '1.8', schema: 'public' }] });
  expect(other.equal).toBe(false);
  expect(other.forth?.extensions).toEqual([
    { kind: 'changed', object: 'EXTENSION hstore', property: 'version', expected: '1.7', actual: '1.8' },
  ]);
  expect(compareContents({}, { extensions: [{ name: 'hstore' }] }).equal).toBe(true);
});

describe('the encoding', () => {
  test('of dumps of a part, which do not say it in a definition', () => {
    const { forth } = compareContents({ entries: entries(users) }, { entries: entries(users), encoding: 'LATIN1' });
    expect(forth?.objects).toMatchObject([{ object: 'DATABASE', property: 'encoding', actual: 'LATIN1' }]);
  });
});

describe('databases', () => {
  const [app, billing] = [contents(), contents({ name: 'billing', entries: entries(users) })];
  test('are matched by name', () => {
    const found = compare(dumpSet([app, billing]), dumpSet([app, contents({ name: 'shop' })]));
    expect(found).toMatchObject({ equal: false, missing: ['billing'], extra: ['shop'] });
    expect(found.databases.map(({ before }) => before)).toEqual(['app']);
  });

  test('or as somebody says', () => {
    const copy = contents({
      name: 'copy',
      entries: entries(
        renamed(database, { tag: 'copy', definition: database.definition?.replace('app', 'copy') }),
        users,
        usersIndex,
      ),
    });
    expect(compare(dumpSet([app]), dumpSet([copy]), new Map([['app', 'copy']]))).toMatchObject({
      equal: true,
      databases: [{ before: 'app', after: 'copy', objects: [] }],
    });
  });

  test('two archives are compared whatever they are called', () => {
    const other = contents({ name: 'copy', entries: entries(users) });
    expect(compare(bare(contents({ entries: entries(users) })), bare(other)).equal).toBe(true);
    expect(compare(dumpSet([app, billing]), bare(other)).extra).toEqual(['copy']);
  });
});

describe('roles and tablespaces', () => {
  const set = (held: ReturnType<typeof globals> | undefined) => dumpSet([], { globals: held });
  const [alice, bob] = [role('alice'), role('bob')];
  test.each([
    ['only in the first', [alice, bob], [alice], [{ kind: 'missing', object: 'ROLE bob' }]],
    ['only in the second', [alice], [alice, bob], [{ kind: 'extra', object: 'ROLE bob' }]],
    [
      'less power',
      [role('alice', { superuser: true })],
      [alice],
      [{ object: 'ROLE alice', property: 'superuser', expected: 'true', actual: 'false' }],
    ],
    [
      'more power',
      [alice],
      [role('alice', { superuser: true })],
      [{ object: 'ROLE alice', property: 'superuser', expected: 'false', actual: 'true' }],
    ],
    ['login, told once', [alice], [role('alice', { login: false })], [{ property: 'login' }]],
    ['the same', [alice], [alice], []],
  ])('%s', (_, before, after, findings) => {
    const found = compare(set(globals(before)), set(globals(after)));
    expect(found.globals).toHaveLength(findings.length);
    expect(found.globals).toMatchObject(findings);
    expect(found.equal).toBe(findings.length === 0);
  });

  test('tablespaces', () => {
    const fast = { name: 'fast', owner: 'alice', location: '/ssd' };
    const [before, after] = [
      [fast],
      [
        { ...fast, owner: 'bob' },
        { ...fast, name: 'slow' },
      ],
    ];
    const found = compare(set(globals([], { tablespaces: before })), set(globals([], { tablespaces: after })));
    expect(found.globals).toEqual([
      { kind: 'changed', object: 'TABLESPACE fast', property: 'owner', expected: 'alice', actual: 'bob' },
      { kind: 'extra', object: 'TABLESPACE slow' },
    ]);
  });

  test('of one dump alone cannot be compared', () => {
    const found = compare(set(globals([alice])), set(undefined));
    expect(found).toMatchObject({ equal: true, globals: undefined });
    expect(found.notes).toEqual(['only the first has globals: roles were not compared']);
  });
});

test('another major may print definitions in another way, which is said', () => {
  const { server } = manifest([]);
  const newer = dumpSet([contents()], { server: { ...server, major: 18, text: '18.4' } });
  expect(compare(dumpSet(), newer).notes).toEqual([
    'another major of server may print the same definition in another way',
  ]);
  expect(compare(dumpSet(), bare(contents())).notes).toEqual([]);
});

describe('for people', () => {
  const show = (difference: DumpDifference, changes = {}) =>
    renderDifference(difference, { width: undefined, all: false, ...changes });

  test('what was not compared is never called equal', () => {
    const text = show(compare(dumpSet(), dumpSet()));
    expect(text.split('\n').at(-1)).toBe(
      'no difference in 3 objects, the number of rows of 1 table and 1 sequence (contents of 1 table not compared, as not both have a hash of them)',
    );
    const tables = [{ schema: 'app', name: 'users', rows: 3, hash: 'm:1' }];
    const hashed = dumpSet([contents({ tables })]);
    expect(show(compare(hashed, hashed)).split('\n').at(-1)).toBe(
      'no difference in 3 objects, the contents of 1 table by their hashes and 1 sequence',
    );
  });

  test('all that differs', () => {
    const other = contents({
      bytes: 2_500,
      entries: entries(
        database,
        renamed(users, { owner: 'bob', definition: users.definition?.replace('name text', 'name citext') }),
        view,
      ),
      tables: [{ schema: 'app', name: 'users', rows: 1, bytes: 100 }],
      sequences: [{ schema: 'app', name: 'users_id', lastValue: '9', isCalled: false }],
    });
    const text = show(compare(dumpSet([contents(), contents({ name: 'old' })]), dumpSet([other])));
    expect(text.split('\n').slice(7)).toEqual([
      '- database old',
      '',
      'database app',
      '  size  1.0 kB → 2.5 kB',
      '  ~ TABLE app.users',
      '      - name text',
      '      + name citext',
      '  ~ TABLE app.users',
      '      owner: alice → bob',
      '  - INDEX app.users_name',
      '  + VIEW app.grown_ups',
      '',
      '  table      rows before  after  difference  contents',
      '  app.users            3      1          -2  not compared',
      '',
      '  sequence      position before           after',
      '  app.users_id                3  9 (not called)',
      '',
      'they differ: 1 database, 4 findings on objects, 1 table by its rows, 1 sequence (contents of 1 table not compared, as not both have a hash of them)',
    ]);
  });

  test('the first of many, or all', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      entry('TABLE', `t${index}`, `CREATE TABLE app.t${index} ();\n`),
    );
    const difference = compare(
      dumpSet(),
      dumpSet([contents({ entries: entries(database, users, usersIndex, ...many) })]),
    );
    expect(show(difference)).toContain('  + TABLE app.t19\n  … and 10 more (--all)\n');
    expect(show(difference, { all: true })).toContain('  + TABLE app.t29\n');
  });

  test('names can neither act as commands nor start lines', () => {
    const evil = '::error::x\n::warning::y ##[add-mask]z';
    const hostile = contents({
      name: evil,
      entries: entries(entry('TABLE', evil, `CREATE TABLE\n${evil}\n`, { namespace: evil })),
      tables: [{ schema: evil, name: evil, rows: 1 }],
      sequences: [{ schema: evil, name: evil, lastValue: evil, isCalled: true }],
    });
    const sound = contents({ name: evil, tables: [], sequences: [], entries: entries() });
    const set = (held: DumpContents, path: string) => ({ ...dumpSet([held]), path, server: evil, dumpedAt: evil });
    const text = show(compare(set(sound, evil), set(hostile, 'there')));
    expect(text).toContain('+ TABLE');
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).not.toContain('##[');
  });
});
