import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ending, proven } from '../../support/round-trip-results.ts';
import { queryOn, runTool } from '../../support/servers.ts';
import { linesOf, objectsNote, restoredOf, useLibrary } from './choosing/library.ts';

const library = useLibrary();

const ofBook = [
  'extension hstore',
  'function touch',
  'index book_isbn',
  'index book_mood',
  'index book_pkey',
  'policy everyone',
  'schema app',
  'schema parts',
  'sequence book_id_seq',
  'statistics book_statistics',
  'table book',
  'trigger book_touch',
];

describe('include', () => {
  test('one table comes with all that belongs to it and all that it needs, and nothing else', async () => {
    await using copy = library.copy();
    const report = await library.restore(copy.name, { include: { table: 'app.book' } });
    expect(ending(report)).toEqual(proven);
    expect(await linesOf(copy)).toEqual(ofBook);
    expect(
      await copy.query(`SELECT (SELECT count(*) FROM app.book)::int AS rows, nextval('app.book_id_seq')::int AS next,
        obj_description('app.book'::regclass) AS comment, has_table_privilege('public', 'app.book', 'SELECT') AS granted,
        (SELECT relrowsecurity FROM pg_class WHERE oid = 'app.book'::regclass) AS secured`),
    ).toEqual([{ rows: 30, next: 31, comment: 'what is lent', granted: true, secured: true }]);
    expect(report.headline).toMatch(/that was restored agrees; left out by request: \d+ entries/);
    expect(objectsNote(report)).toContain('left out by request: ');
    expect(restoredOf(report)?.leftOut.objects).toContain('TABLE app.loan');
  });

  test('a partitioned table comes with its partitions', async () => {
    await using copy = library.copy();
    const report = await library.restore(copy.name, { include: { table: 'app.event' } });
    expect(ending(report)).toEqual(proven);
    expect(await copy.query('SELECT count(*)::int AS rows FROM app.event')).toEqual([{ rows: 10 }]);
  });

  test('a view without its table is refused before anything is made', async () => {
    await using copy = library.copy();
    const report = await library.restore(copy.name, { include: { table: 'app.titles' } });
    expect(report).toMatchObject({ exitCode: 2, databases: [] });
    expect(ending(report)).toMatchObject({
      problems: [expect.stringContaining('VIEW app.titles needs TABLE app.book')],
    });
    const made = await queryOn(
      library.source.server,
      'postgres',
      `SELECT FROM pg_database WHERE datname = '${copy.name}'`,
    );
    expect(made).toEqual([]);
  });

  test('what was to be left out and is there is a difference', async () => {
    await using copy = library.copy();
    const change = {
      on: 'target',
      database: copy.name,
      run: 'CREATE INDEX more ON app.loan (isbn); DELETE FROM app.loan WHERE id < 3',
    };
    const report = await library.restore(copy.name, { include: { table: 'loan' } }, [{ sql: change }, { verify: {} }]);
    expect(ending(report)).toMatchObject({
      exitCode: 3,
      findings: [
        { kind: 'extra', object: 'INDEX app.more' },
        { object: 'app.loan', property: 'rows', expected: '20', actual: '18' },
      ],
    });
  });
});

test('what is excluded is not there, and what is excluded without its rows is empty', async () => {
  await using copy = library.copy();
  const report = await library.restore(copy.name, {
    exclude: {
      table: 'app.event',
      'table-data': 'log',
      index: 'book_isbn',
      kind: ['comments', 'publications', 'large-objects', 'triggers', 'materialized-view-data'],
    },
  });
  expect(ending(report)).toEqual(proven);
  const lines = await linesOf(copy);
  for (const gone of [
    'table event',
    'table event_1',
    'index book_isbn',
    'foreign key loan_isbn_fkey',
    'trigger book_touch',
  ])
    expect(lines).not.toContain(gone);
  for (const kept of ['foreign key loan_book_fkey', 'index book_mood', 'table log', 'view titles', 'matview totals'])
    expect(lines).toContain(kept);
  expect(
    await copy.query(`SELECT (SELECT count(*) FROM log)::int AS log, (SELECT count(*) FROM app.loan)::int AS loans,
      (SELECT count(*) FROM pg_largeobject_metadata)::int AS "largeObjects", (SELECT count(*) FROM pg_publication)::int AS publications,
      obj_description('app.book'::regclass) AS comment, (SELECT relispopulated FROM pg_class WHERE relname = 'totals') AS filled`),
  ).toEqual([{ log: 0, loans: 20, largeObjects: 0, publications: 0, comment: null, filled: false }]);
});

test('rows that turn up in a table without rows are a difference', async () => {
  await using copy = library.copy();
  const change = { on: 'target', database: copy.name, run: "INSERT INTO log VALUES (1, 'x')" };
  const report = await library.restore(copy.name, { exclude: { 'table-data': 'log' } }, [
    { sql: change },
    { verify: {} },
  ]);
  expect(ending(report)).toMatchObject({
    findings: [{ object: 'public.log', property: 'rows', expected: '0', actual: '1' }],
  });
});

describe('a list', () => {
  const listed = async (choose: (line: string) => boolean, name = 'my.list') => {
    const folder = `${library.workspace.folder}/dumps/library/${library.source.name}.dir`;
    const { stdout } = await runTool(library.source.server, 'pg_restore', ['--list', folder]);
    return await library.workspace.write(name, stdout.split('\n').filter(choose).join('\n'));
  };

  test('as pg_restore prints it is restored', async () => {
    await using copy = library.copy();
    await listed(line => line.startsWith(';') || / public log |SCHEMA - app /.test(line));
    const report = await library.restore(copy.name, { 'use-list': 'my.list' });
    expect(ending(report)).toEqual(proven);
    expect(await linesOf(copy)).toEqual(['index log_pkey', 'schema app', 'table log']);
  });

  test('of another archive is refused', async () => {
    await using copy = library.copy();
    await library.workspace.write('other.list', '4; 1259 1 TABLE public precious alice\n');
    const report = await library.restore(copy.name, { 'use-list': 'other.list' });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR182' }]);
  });
});

describe('phases', () => {
  test('have jobs of their own, and what is deferred is made last, in one of its own', async () => {
    await using copy = library.copy();
    const options = {
      phases: 'separate',
      jobs: { 'pre-data': 1, data: 2 },
      defer: { kind: 'foreign-keys', index: 'loan_at' },
    };
    const report = await library.restore(copy.name, options);
    expect(ending(report)).toEqual(proven);
    expect(restoredOf(report)?.phases.map(({ name }) => name)).toEqual(['pre-data', 'data', 'post-data', 'deferred']);
    expect(restoredOf(report)?.deferred).toEqual([
      'INDEX app.loan_at',
      'FK CONSTRAINT app.loan loan_book_fkey',
      'FK CONSTRAINT app.loan loan_isbn_fkey',
    ]);
    const lines = await linesOf(copy);
    expect(lines).toEqual(await linesOf(library.source));
    // Relations are numbered in the order in which they are made.
    const made = await copy.query(
      `SELECT relname::text AS name FROM pg_class WHERE relname IN ('loan_at', 'book_mood') ORDER BY oid`,
    );
    expect(made).toEqual([{ name: 'book_mood' }, { name: 'loan_at' }]);
    expect(report.headline).not.toContain('left out');
  });

  test('the plan says which commands they are', async () => {
    const { stdout } = await library.workspace.command(['plan'], {
      connections: { target: library.source.url },
      steps: [
        {
          restore: {
            from: 'dumps/library',
            into: 'target',
            phases: 'separate',
            jobs: { data: 3 },
            as: { [library.source.name]: 'a_copy' },
            defer: { kind: 'indexes' },
          },
        },
      ],
    });
    const commands = stdout.split('\n').filter(line => line.includes('pg_restore') && line.includes('--dbname'));
    expect(
      commands.map(line => [line.includes("'--use-list=<made from the archive>'"), / --jobs=3 /.test(line)]),
    ).toEqual([
      [true, false],
      [true, true],
      [true, false],
      [true, false],
    ]);
  });
});

test('with everything at once: one role owns what was chosen, without grants', async () => {
  const role = `owner_${randomBytes(4).toString('hex')}`;
  await queryOn(library.source.server, 'postgres', `CREATE ROLE ${role}`);
  try {
    await using copy = library.copy();
    const report = await library.restore(copy.name, {
      owners: role,
      privileges: 'skip',
      tablespaces: 'drop',
      include: { table: ['app.loan', 'log'] },
      defer: { kind: 'indexes' },
      'single-transaction': false,
    });
    expect(ending(report)).toEqual(proven);
    const owners = await copy.query(
      `SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class WHERE relnamespace::regnamespace::text IN ('app', 'public')`,
    );
    expect(owners).toEqual([{ owner: role }]);
  } finally {
    await queryOn(library.source.server, 'postgres', `DROP ROLE IF EXISTS ${role}`);
  }
});
