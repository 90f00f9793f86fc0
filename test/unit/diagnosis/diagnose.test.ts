import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import type { ToolMessage } from '../../../src/postgres/tool-output.ts';
import { type EntryFacts, entry } from '../verify/toc-fixtures.ts';

interface Facts extends EntryFacts {
  readonly id: number;
  readonly needs?: readonly number[];
}

function made(description: string, tag: string, definition: string, { id, needs = [], ...facts }: Facts): TocEntry {
  return { ...entry(description, tag, definition, facts), dumpId: id, dependencies: needs };
}

function failed(server: string, command?: string, dumpId?: number): ToolMessage {
  const text = `pg_restore: error: could not execute query: ERROR:  ${server}${command === undefined ? '' : `\nCommand was: ${command}`}`;
  return { level: 'error', text, dumpId };
}

const copyFailed = (table: string, server: string, dumpId?: number): ToolMessage => ({
  level: 'error',
  text: `pg_restore: error: COPY failed for table "${table}": ERROR:  ${server}`,
  dumpId,
});

const causes = (errors: readonly ToolMessage[], entries: readonly TocEntry[] = archive) =>
  diagnose(errors, { program: 'pg_restore', user: 'ann', database: 'app', entries }).map(
    ({ kind, object, follow }) => [kind, object, follow] as const,
  );

const schema = made('SCHEMA', 'app', 'CREATE SCHEMA app;\n', { id: 1, namespace: undefined });
const type = made('TYPE', 'mood', "CREATE TYPE app.mood AS ENUM (\n    'a'\n);\n", { id: 2, needs: [1] });
const users = made('TABLE', 'users', 'CREATE TABLE app.users (\n    mood app.mood\n);\n', { id: 3, needs: [1, 2] });
const rows = made('TABLE DATA', 'users', '', { id: 4, needs: [3], section: 'data' });
const key = made(
  'CONSTRAINT',
  'users users_pkey',
  'ALTER TABLE ONLY app.users\n    ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n',
  {
    id: 5,
    needs: [3],
    section: 'post-data',
  },
);
const view = made('VIEW', 'v', 'CREATE VIEW app.v AS\n SELECT 1;\n', { id: 6, needs: [3] });
const other = made('TABLE DATA', 'users', '', { id: 7, namespace: 'old', section: 'data' });
const archive = [schema, type, users, rows, key, view, other];

describe('an error follows from another one', () => {
  test('where what its object needs had failed, however far that is', () => {
    expect(
      causes([
        failed('permission denied for schema app', type.definition),
        failed('anything', users.definition),
        failed('anything else', view.definition),
      ]),
    ).toEqual([['schema-denied', 'TYPE app.mood', 2]]);
  });

  test('where its rows were not loaded', () => {
    expect(causes([copyFailed('users', 'anything', 4), failed('anything else', key.definition)])).toEqual([
      ['unrecognised', 'TABLE DATA app.users', 1],
    ]);
  });

  test('where it misses what that would have made', () => {
    const missing = failed('relation "app.users" does not exist', 'CREATE RULE r AS ON INSERT TO app.users …');
    expect(causes([failed('anything', users.definition), missing])).toEqual([['unrecognised', 'TABLE app.users', 1]]);
    expect(causes([missing, failed('anything', users.definition)])).toEqual([
      ['prerequisite-filtered', undefined, 0],
      ['unrecognised', 'TABLE app.users', 0],
    ]);
  });

  test('where it is of the same object', () => {
    expect(causes([failed('one', users.definition), failed('two', 'ALTER TABLE …', 3)])).toEqual([
      ['unrecognised', 'TABLE app.users', 1],
    ]);
  });

  test('where an extension failed and it misses something of no object', () => {
    expect(
      causes([
        failed('extension "postgis" is not available'),
        failed('type "public.geometry" does not exist'),
        failed('type "app.mood" does not exist'),
      ]),
    ).toEqual([
      ['extension-missing', undefined, 1],
      ['extension-follow-on', undefined, 0],
    ]);
  });

  test('where it has the same cause; another name is another cause', () => {
    const missing = (role: string, id: number) =>
      failed(`role "${role}" does not exist`, `ALTER TABLE x OWNER TO ${role};`, id);
    expect(causes([missing('a', 3), missing('b', 2), missing('a', 6)])).toEqual([
      ['role-missing', 'TABLE app.users', 1],
      ['role-missing', 'TYPE app.mood', 0],
    ]);
  });
});

describe('an error does not follow', () => {
  test('from an owner that was not given: the object is there', () => {
    expect(
      causes([failed('role "a" does not exist', 'ALTER TABLE app.users OWNER TO a;', 3), copyFailed('users', 'x', 4)]),
    ).toEqual([
      ['role-missing', 'TABLE app.users', 0],
      ['unrecognised', 'TABLE DATA app.users', 0],
    ]);
  });

  test('from one that came later', () => {
    expect(causes([failed('x', view.definition), failed('y', users.definition)])).toEqual([
      ['unrecognised', 'VIEW app.v', 0],
      ['unrecognised', 'TABLE app.users', 0],
    ]);
  });

  test('from one that touches nothing, which is told last', () => {
    expect(
      causes([failed('schema "public" already exists', 'CREATE SCHEMA public;', 1), failed('x', users.definition)]),
    ).toEqual([
      ['unrecognised', 'TABLE app.users', 0],
      ['schema-public-exists', 'SCHEMA app', 0],
    ]);
  });
});

describe('the object of an error', () => {
  test('is that of its statement, whatever entry another worker has named', () => {
    expect(causes([failed('x', view.definition, 3)])).toEqual([['unrecognised', 'VIEW app.v', 0]]);
  });

  test('is that of its statement, also where the end of that is cut off', () => {
    const long = made('FUNCTION', 'f()', `CREATE FUNCTION app.f() ${'x'.repeat(9_000)}`, { id: 8 });
    expect(causes([failed('x', long.definition?.slice(0, 3_000))], [long])).toEqual([
      ['unrecognised', 'FUNCTION app.f()', 0],
    ]);
  });

  test('is a table of that name, if there is one or the entry says which', () => {
    expect(causes([copyFailed('users', 'x')])).toEqual([['unrecognised', 'TABLE users', 0]]);
    expect(causes([copyFailed('users', 'x', 7)])).toEqual([['unrecognised', 'TABLE DATA old.users', 0]]);
    expect(causes([copyFailed('users', 'x', 3)])).toEqual([['unrecognised', 'TABLE users', 0]]);
    expect(causes([copyFailed('users', 'x')], [schema, users, rows])).toEqual([
      ['unrecognised', 'TABLE DATA app.users', 0],
    ]);
  });

  test('is the entry that was named, where the message says nothing', () => {
    expect(causes([failed('x', 'ALTER TABLE app.users OWNER TO a;', 3)])).toEqual([
      ['unrecognised', 'TABLE app.users', 0],
    ]);
  });
});

test('what the archive holds and was not restored is told apart from what it lacks', () => {
  const message = (thing: string) =>
    diagnose([failed(`schema "${thing}" does not exist`, 'CREATE TABLE x')], {
      program: 'pg_restore',
      user: undefined,
      database: undefined,
      entries: archive,
    })[0];
  expect(message('app')?.message).toMatch(/left out of the restore$/);
  expect(message('app')?.fix).toMatch(/widen/);
  expect(message('elsewhere')?.message).toMatch(/nor in the dump$/);
});

test('circles of entries end', () => {
  const [one, two] = [
    made('VIEW', 'one', 'CREATE VIEW one', { id: 1, needs: [2] }),
    made('VIEW', 'two', 'CREATE VIEW two', { id: 2, needs: [1] }),
  ];
  expect(causes([failed('x', one.definition), failed('y', two.definition)], [one, two])).toEqual([
    ['unrecognised', 'VIEW app.one', 1],
  ]);
});

test('entries are looked at once, however many errors there are and however deep they lie', () => {
  let looks = 0;
  const count = 20_000;
  const chain = Array.from({ length: count }, (_, index) => {
    const { dependencies: _none, ...rest } = made('VIEW', `v${index}`, `CREATE VIEW v${index} AS SELECT`, {
      id: index + 1,
    });
    return {
      ...rest,
      get dependencies() {
        looks++;
        return index === 0 ? [] : [index];
      },
    };
  });
  const errors = chain.map(({ definition }, index) => failed(`e${index}`, definition));
  const found = causes([errors[0] ?? failed('x'), ...errors.toReversed().slice(0, 10_000)], chain);
  expect(found).toEqual([['unrecognised', 'VIEW app.v0', 10_000]]);
  expect(looks).toBeLessThan(3 * count);
});
