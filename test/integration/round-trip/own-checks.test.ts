import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dropDatabase, queryOn } from '../../support/databases.ts';
import { makeWorkspace, type RunResult, type Step, type Workspace } from '../../support/round-trip.ts';
import { checksOf, drill, ending, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';

/** Functions of the names and with the output of pgTAP's, which is not on every machine. */
const likePgtap = `
  CREATE SCHEMA tap;
  CREATE FUNCTION tap.plan(integer) RETURNS text LANGUAGE sql AS $$ SELECT '1..' || $1 $$;
  CREATE FUNCTION tap.ok(holds boolean, what text) RETURNS text LANGUAGE plpgsql AS $$
    BEGIN
      CREATE TEMP SEQUENCE IF NOT EXISTS tests;
      RETURN CASE WHEN holds THEN '' ELSE 'not ' END || 'ok ' || nextval('tests') || ' - ' || what
        || CASE WHEN holds THEN '' ELSE E'\\n# Failed test: "' || what || '"' END;
    END $$;
  CREATE FUNCTION tap.finish() RETURNS SETOF text LANGUAGE sql AS $$ SELECT '# done' WHERE false $$`;

const library = `
  CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL);
  CREATE TABLE book (id integer PRIMARY KEY, author_id integer REFERENCES author, price numeric(9, 2), added date);
  CREATE TABLE rare_book (shelf text) INHERITS (book);
  CREATE INDEX book_by_price ON book (price);
  INSERT INTO author SELECT n, 'author ' || n FROM generate_series(1, 10) AS n;
  INSERT INTO book SELECT n, n % 10 + 1, n + 0.5, '2026-01-01'::date + n FROM generate_series(1, 50) AS n;
  INSERT INTO rare_book VALUES (90, 77, 1, '2026-01-01', 'top');
  CREATE TABLE setting (rate integer);
  INSERT INTO setting VALUES (3);
  CREATE FUNCTION rate() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE found integer; BEGIN SELECT rate INTO STRICT found FROM public.setting; RETURN found; END $$;
  CREATE VIEW priced AS SELECT id, price * rate() AS price FROM book;
  CREATE VIEW named AS SELECT name FROM author;
  CREATE MATERIALIZED VIEW empty AS SELECT name FROM author WITH NO DATA;
  CREATE VIEW behind_empty AS SELECT name FROM empty;
  CREATE FUNCTION adds() RETURNS integer LANGUAGE sql AS $$ INSERT INTO author VALUES (99, 'x') RETURNING id $$;
  ${likePgtap}`;

const suffix = randomBytes(4).toString('hex');
const changed = `own_checks_changed_${suffix}`;

let source: FreshDatabase;
let workspace: Workspace;
let copy: string;
let first: RunResult;

beforeAll(async () => {
  source = await freshDatabase(await sharedServer(), { sql: library });
  await queryOn(source.server, 'postgres', `ALTER DATABASE ${source.name} SET search_path = public, tap`);
  workspace = await makeWorkspace();
  copy = `own_checks_copy_${suffix}`;
  const checks = [
    { name: 'as many books', sql: 'SELECT count(*) FROM book', on: 'both' },
    { name: 'search path', sql: 'SELECT current_setting($$search_path$$)', expect: 'public, tap' },
  ];
  first = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy, { verify: { checks } }),
  });
});

afterAll(async () => {
  for (const name of [changed, copy]) await dropDatabase(source.server, name);
  await workspace[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
});

/** Verifies a copy of the copy in which something was changed. */
async function verifyChanged(sql: string, verify: Step, timeouts: Step = {}): Promise<RunResult> {
  await dropDatabase(source.server, changed);
  await queryOn(source.server, 'postgres', `CREATE DATABASE ${changed} TEMPLATE ${copy}`);
  await queryOn(source.server, 'postgres', `ALTER DATABASE ${changed} SET search_path = public, tap`);
  if (sql !== '') await queryOn(source.server, changed, sql);
  return workspace.run({
    connections: { source: source.url, target: source.url },
    timeouts,
    steps: [
      { verify: { from: 'dumps/set', into: 'target', as: { [source.name]: changed }, level: 'objects', ...verify } },
    ],
  });
}

function verdicts({ report }: RunResult): Readonly<Record<string, string>> {
  return Object.fromEntries(checksOf(report).map(({ name, verdict }) => [name, verdict]));
}

describe('checks of a file', () => {
  test('ask the copy and, where the same run has dumped it, its source', () => {
    expect(ending(first.report)).toEqual(proven);
    const [books, path] = checksOf(first.report).filter(({ name }) => name.startsWith('check '));
    expect(books).toMatchObject({ name: 'check as many books', verdict: 'passed', compared: 1 });
    expect(books?.note).toContain('the source was asked now');
    expect(path).toMatchObject({ name: 'check search path', verdict: 'passed', note: null });
  });

  test('take values, comparisons, ranges, rows and whatever the source gives', async () => {
    const result = await verifyChanged(
      'UPDATE book SET price = price + 1 WHERE id = 1; DELETE FROM author WHERE id > 10',
      {
        source: 'source',
        checks: [
          { name: 'value', sql: 'SELECT count(*) FROM ONLY book', expect: 50 },
          { name: 'comparison', sql: 'SELECT max(added) FROM book;', expect: '>= 2026-02-01' },
          { name: 'range', sql: 'SELECT avg(price) FROM book', expect: { min: 20, max: 30 } },
          {
            name: 'rows',
            sql: "VALUES (2, NULL), (1, 'x') -- in any order",
            expect: [
              [1, 'x'],
              [2, null],
            ],
          },
          { name: 'none', sql: 'SELECT id FROM book WHERE price IS NULL', expect: [] },
          { name: 'near', sql: 'SELECT sum(price) FROM book', expect: { equal: 'source', tolerance: '1%' } },
          { name: 'on source', sql: 'SELECT price FROM book WHERE id = 1', on: 'source', expect: 1.5 },
          { name: 'elsewhere', sql: 'SELECT price FROM book WHERE id = 1', expect: '2.50', database: source.name },
        ],
      },
    );
    expect(ending(result.report)).toEqual(proven);
  });

  test('fail by name, with what was found, on the side where it was', async () => {
    const result = await verifyChanged('UPDATE book SET price = 0 WHERE id = 7; DELETE FROM book WHERE id = 8', {
      source: 'source',
      checks: [
        { name: 'books', sql: 'SELECT count(*) FROM ONLY book', expect: '>= 50' },
        { name: 'prices', sql: 'SELECT id, price FROM book WHERE id IN (6, 7)', on: 'both' },
        { name: 'both sides', sql: 'SELECT 1', on: 'both', expect: 2 },
        { name: 'fine', sql: 'SELECT 1', expect: 1 },
      ],
    });
    expect(result.exitCode).toBe(3);
    const side = (name: string) => ({
      kind: 'changed',
      object: 'both sides',
      property: `result in the ${name}`,
      expected: '2',
      actual: '1',
    });
    expect(checksOf(result.report).flatMap(({ findings }) => findings)).toEqual([
      { kind: 'changed', object: 'books', property: 'result in the copy', expected: '>= 50', actual: '49' },
      { kind: 'changed', object: 'prices', property: 'result', expected: '(7, 7.50)', actual: '(7, 0.00)' },
      side('source'),
      side('copy'),
    ]);
    expect(verdicts(result)).toMatchObject({ 'check fine': 'passed', 'check books': 'failed' });
    expect(result.stdout).toContain('check prices');
    expect(result.junit).toMatch(/name="check prices">\s*<failure/);
  });

  test('change nothing, whatever they try, and are done in time', async () => {
    const queries = {
      'a function that writes': 'SELECT adds()',
      'a statement that writes': 'DELETE FROM book RETURNING 1',
      'a query that writes': 'WITH gone AS (DELETE FROM book RETURNING 1) SELECT count(*) FROM gone',
      'a second statement': 'SELECT 1; COMMIT; DELETE FROM book',
      'the end of the transaction': 'COMMIT',
      'a sleeper': 'SELECT pg_sleep(30)',
      'a flood': 'SELECT generate_series(1, 20000)',
      'no table': 'SELECT 1 FROM nowhere',
    };
    const result = await verifyChanged(
      '',
      {
        source: 'source',
        checks: Object.entries(queries).map(([name, sql]) => ({ name, sql, on: 'both' })),
      },
      { stall: '3s' },
    );
    expect(result.exitCode).toBe(3);
    for (const name of Object.keys(queries))
      expect([name, verdicts(result)[`check ${name}`]]).toEqual([name, 'could-not-verify']);
    const reasons = Object.fromEntries(checksOf(result.report).map(({ name, note }) => [name, note ?? '']));
    expect(reasons['check a function that writes']).toContain('read-only transaction');
    expect(reasons['check a sleeper']).toContain('statement timeout');
    expect(reasons['check a flood']).toContain('more than 10000 rows');
    for (const name of [source.name, changed]) {
      expect(await queryOn(source.server, name, 'SELECT count(*)::int AS books FROM ONLY book')).toEqual([
        { books: 50 },
      ]);
      expect(await queryOn(source.server, name, 'SELECT count(*)::int AS added FROM author WHERE id = 99')).toEqual([
        { added: 0 },
      ]);
    }
  });
});

describe('files of pgTAP tests', () => {
  const head = String.raw`\set QUIET 1
BEGIN;
SELECT plan(2);`;
  const end = 'SELECT * FROM finish();\nROLLBACK;';

  test('are run in the copy, and leave nothing behind', async () => {
    await workspace.write(
      'test/pass.sql',
      `${head} DELETE FROM book; SELECT ok(NOT EXISTS (SELECT FROM book WHERE price < 0), 'no price is negative');
      SELECT ok(true, 'true'); ${end}`,
    );
    await workspace.write(
      'test/bare.sql',
      "SELECT plan(1); INSERT INTO author VALUES (98, 'y'); SELECT ok(true, 'x');",
    );
    const result = await verifyChanged('', { pgtap: ['test/pass.sql', 'test/bare.sql'] });
    expect(ending(result.report)).toEqual(proven);
    expect(checksOf(result.report).find(({ name }) => name === 'pgtap')).toMatchObject({ compared: 3 });
    const [left] = await queryOn(
      source.server,
      changed,
      'SELECT (SELECT count(*)::int FROM ONLY book) AS books, (SELECT max(id) FROM author) AS author',
    );
    expect(left).toEqual({ books: 50, author: 10 });
  });

  test('fail by the name of each test, and prove nothing when they break', async () => {
    await workspace.write(
      'test/fail.sql',
      `${head} SELECT ok((SELECT count(*) = 50 FROM ONLY book), 'all books'); SELECT ok(true, 'true'); ${end}`,
    );
    await workspace.write('test/broken.sql', `${head} SELECT ok(nowhere.x, 'x'); ${end}`);
    const result = await verifyChanged('DELETE FROM book WHERE id = 9', {
      pgtap: ['test/fail.sql', 'test/broken.sql'],
    });
    expect(result.exitCode).toBe(3);
    const tests = checksOf(result.report).find(({ name }) => name === 'pgtap');
    expect(tests).toMatchObject({
      verdict: 'failed',
      findings: [
        {
          kind: 'changed',
          object: 'TEST test/fail.sql 1: all books',
          property: 'result',
          expected: 'ok',
          actual: 'not ok',
        },
      ],
    });
    expect(tests?.note).toContain('test/broken.sql');
  });

  test('are not run without pgTAP, which proves nothing', async () => {
    const result = await verifyChanged('DROP SCHEMA tap CASCADE', {
      pgtap: ['test/pass.sql'],
      ignore: [{ object: '* tap*', reason: 'only this test has it' }],
    });
    expect(result.exitCode).toBe(3);
    expect(checksOf(result.report).filter(({ verdict }) => verdict !== 'passed')).toMatchObject([
      { name: 'pgtap', verdict: 'could-not-verify', note: expect.stringContaining('create extension pgtap') },
    ]);
  });
});

describe('foreign keys that are looked at again', () => {
  const orphans = 'SET session_replication_role = replica; UPDATE book SET author_id = 55 WHERE id IN (3, 4)';

  test('name how many rows refer to nothing', async () => {
    const result = await verifyChanged(orphans, { 'foreign-keys': true });
    expect(checksOf(result.report).flatMap(({ findings }) => findings)).toEqual([
      {
        kind: 'changed',
        object: 'FK CONSTRAINT public.book book_author_id_fkey',
        property: 'rows without a match',
        expected: '0',
        actual: '2',
      },
    ]);
  });

  test('are not looked at unless asked for, and rows of children that inherit are no violation', async () => {
    const without = await verifyChanged(orphans, {});
    expect(verdicts(without)).not.toHaveProperty('foreign keys');
    const fine = await verifyChanged('', { 'foreign-keys': true });
    expect(ending(fine.report)).toEqual(proven);
    expect(verdicts(fine)).toMatchObject({ 'foreign keys': 'passed' });
  });
});

describe('views', () => {
  test('are read; one behind a materialized view that is empty in the source too is none of it', async () => {
    const views = checksOf(first.report).find(({ name }) => name === 'views');
    expect(views).toMatchObject({
      verdict: 'passed',
      compared: 3,
      note: 'as closed as in the source: public.behind_empty',
    });
  });

  test('that cannot be read any more are named', async () => {
    const result = await verifyChanged('DELETE FROM setting', { level: 'counts' });
    expect(checksOf(result.report).flatMap(({ findings }) => findings)).toEqual([
      expect.objectContaining({ object: 'public.setting', property: 'rows' }),
      {
        kind: 'changed',
        object: 'VIEW public.priced',
        property: 'readable',
        expected: 'true',
        actual: expect.stringMatching(/^false: .*query returned no rows/),
      },
    ]);
  });
});

describe('differences that are ignored', () => {
  const mutation = 'DROP INDEX book_by_price; CREATE TABLE guest (); ALTER TABLE author ALTER name DROP NOT NULL';
  const reason = 'is made when the season begins';

  test('let a run pass, and stay in sight', async () => {
    const result = await verifyChanged(mutation, {
      ignore: [
        { object: 'INDEX public.book_by_price', reason },
        { object: 'TABLE public.*', check: 'objects', reason: 'of other people' },
      ],
    });
    expect(ending(result.report)).toEqual(proven);
    expect(result.report.headline).toMatch(/, apart from 3 differences ignored by request\.$/);
    const objects = checksOf(result.report).find(({ name }) => name === 'objects');
    expect(objects?.ignored?.map(({ finding, reason: why }) => [finding.kind, finding.object, why])).toEqual([
      ['changed', 'TABLE public.author', 'of other people'],
      ['missing', 'INDEX public.book_by_price', reason],
      ['extra', 'TABLE public.guest', 'of other people'],
    ]);
    expect(result.stdout).toContain('- ignored: missing INDEX public.book_by_price');
    expect(result.stdout).toContain(reason);
    expect(result.junit).toContain('ignored: missing INDEX public.book_by_price');
  });

  test('are only those that are named; a rule without effect is told', async () => {
    const result = await verifyChanged(mutation, {
      ignore: [
        { object: 'TABLE public.*', property: 'definition', reason },
        { object: 'INDEX public.book_by_prize', reason },
      ],
    });
    expect(result.exitCode).toBe(3);
    expect(checksOf(result.report).flatMap(({ findings }) => findings)).toEqual([
      { kind: 'missing', object: 'INDEX public.book_by_price' },
      { kind: 'extra', object: 'TABLE public.guest' },
    ]);
    const told = 'an ignore matches no difference: "INDEX public.book_by_prize"; correct it, or remove it';
    expect(result.report.steps[0]?.notes).toContain(told);
    expect(result.stdout).toContain('book_by_prize');
    expect(result.report.headline).toContain('1 difference ignored by request');
  });
});
