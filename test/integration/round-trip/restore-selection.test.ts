import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { makeWorkspace, type Step, type Workspace } from '../../support/round-trip.ts';
import { checksOf, copyOn, ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import {
  type FreshDatabase,
  freshDatabase,
  queryOn,
  runTool,
  sharedServer,
  withClient,
} from '../../support/servers.ts';

const library = `
  CREATE SCHEMA app; CREATE SCHEMA parts;
  CREATE EXTENSION hstore;
  CREATE TYPE parts.mood AS ENUM ('sad', 'happy');
  CREATE FUNCTION parts.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION parts.unused() RETURNS integer LANGUAGE sql AS 'SELECT 1';
  CREATE TABLE app.book (id serial PRIMARY KEY, isbn text, mood parts.mood DEFAULT 'happy', tags hstore);
  CREATE UNIQUE INDEX book_isbn ON app.book (isbn);
  CREATE INDEX book_mood ON app.book (mood);
  CREATE TRIGGER book_touch BEFORE INSERT ON app.book FOR EACH ROW EXECUTE FUNCTION parts.touch();
  CREATE STATISTICS app.book_statistics ON id, isbn FROM app.book;
  COMMENT ON TABLE app.book IS 'what is lent';
  ALTER TABLE app.book ENABLE ROW LEVEL SECURITY;
  CREATE POLICY everyone ON app.book USING (true);
  GRANT SELECT ON app.book TO PUBLIC;
  INSERT INTO app.book (isbn) SELECT 'isbn ' || n FROM generate_series(1, 30) AS n;
  CREATE TABLE app.loan (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, book integer REFERENCES app.book,
    isbn text REFERENCES app.book (isbn), at date);
  CREATE INDEX loan_at ON app.loan (at);
  INSERT INTO app.loan (book, isbn, at) SELECT n, 'isbn ' || n, date '2026-01-01' + n FROM generate_series(1, 20) AS n;
  CREATE TABLE app.event (id integer PRIMARY KEY) PARTITION BY RANGE (id);
  CREATE TABLE parts.event_1 PARTITION OF app.event FOR VALUES FROM (0) TO (100);
  INSERT INTO app.event SELECT generate_series(1, 10);
  CREATE VIEW app.titles AS SELECT id FROM app.book;
  CREATE MATERIALIZED VIEW app.totals AS SELECT count(*) AS books FROM app.book;
  CREATE PUBLICATION pub FOR TABLE app.loan;
  CREATE TABLE log (id integer PRIMARY KEY, line text);
  INSERT INTO log SELECT n, 'line ' || n FROM generate_series(1, 15) AS n;
  SELECT lo_from_bytea(0, 'one'), lo_from_bytea(0, 'two')`;

let source: FreshDatabase;
let workspace: Workspace;

beforeAll(async () => {
  source = await freshDatabase(await sharedServer(), { sql: library, name: 'library' });
  workspace = await makeWorkspace();
  const { report } = await workspace.run({
    connections: { source: source.url },
    steps: [{ dump: { from: 'source', to: 'dumps/library' } }],
  });
  expect(ending(report)).toMatchObject({ problems: [] });
}, 120_000);

afterAll(async () => {
  await workspace?.[Symbol.asyncDispose]();
  await source?.[Symbol.asyncDispose]();
});

const fresh = () => copyOn(source.server, `copy_${randomBytes(6).toString('hex')}`);

async function restore(into: string, options: Step, steps: readonly Step[] = [{ verify: {} }]): Promise<RunReport> {
  const { report } = await workspace.run({
    connections: { target: source.url },
    steps: [
      { restore: { from: 'dumps/library', into: 'target', as: { [source.name]: into }, analyze: false, ...options } },
      ...steps,
    ],
  });
  return report;
}

const restoredOf = (report: RunReport) => resultsOf(report, 'restore')[0]?.databases[0];
const objectsNote = (report: RunReport) => checksOf(report).find(({ name }) => name === 'objects')?.note;

/** Everything that a person would look for, by kind. */
const inventory = `
  SELECT 'schema ' || nspname AS line FROM pg_namespace WHERE nspname !~ '^pg_|^information' AND nspname <> 'public'
  UNION ALL SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'p' THEN 'table ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'matview '
      WHEN 'S' THEN 'sequence ' ELSE 'index ' END || relname
    FROM pg_class WHERE relnamespace::regnamespace::text IN ('app', 'parts', 'public') AND relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I')
  UNION ALL SELECT 'foreign key ' || conname FROM pg_constraint WHERE contype = 'f'
  UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'policy ' || polname FROM pg_policy
  UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext
  UNION ALL SELECT 'publication ' || pubname FROM pg_publication
  UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
  UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace::regnamespace::text = 'parts'
  ORDER BY 1`;

async function linesOf(copy: { query(sql: string): Promise<readonly Record<string, unknown>[]> }, sql = inventory) {
  return (await copy.query(sql)).map(row => String(row['line'])).toSorted();
}

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
    await using copy = fresh();
    const report = await restore(copy.name, { include: { table: 'app.book' } });
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
    await using copy = fresh();
    const report = await restore(copy.name, { include: { table: 'app.event' } });
    expect(ending(report)).toEqual(proven);
    expect(await copy.query('SELECT count(*)::int AS rows FROM app.event')).toEqual([{ rows: 10 }]);
  });

  test('a view without its table is refused before anything is made', async () => {
    await using copy = fresh();
    const report = await restore(copy.name, { include: { table: 'app.titles' } });
    expect(report).toMatchObject({ exitCode: 2, databases: [] });
    expect(ending(report)).toMatchObject({
      problems: [expect.stringContaining('VIEW app.titles needs TABLE app.book')],
    });
    const made = await queryOn(source.server, 'postgres', `SELECT FROM pg_database WHERE datname = '${copy.name}'`);
    expect(made).toEqual([]);
  });

  test('what was to be left out and is there is a difference', async () => {
    await using copy = fresh();
    const change = {
      on: 'target',
      database: copy.name,
      run: 'CREATE INDEX more ON app.loan (isbn); DELETE FROM app.loan WHERE id < 3',
    };
    const report = await restore(copy.name, { include: { table: 'loan' } }, [{ sql: change }, { verify: {} }]);
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
  await using copy = fresh();
  const report = await restore(copy.name, {
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
  await using copy = fresh();
  const change = { on: 'target', database: copy.name, run: "INSERT INTO log VALUES (1, 'x')" };
  const report = await restore(copy.name, { exclude: { 'table-data': 'log' } }, [{ sql: change }, { verify: {} }]);
  expect(ending(report)).toMatchObject({
    findings: [{ object: 'public.log', property: 'rows', expected: '0', actual: '1' }],
  });
});

describe('a list', () => {
  const listed = async (choose: (line: string) => boolean, name = 'my.list') => {
    const folder = `${workspace.folder}/dumps/library/${source.name}.dir`;
    const { stdout } = await runTool(source.server, 'pg_restore', ['--list', folder]);
    return await workspace.write(name, stdout.split('\n').filter(choose).join('\n'));
  };

  test('as pg_restore prints it is restored', async () => {
    await using copy = fresh();
    await listed(line => line.startsWith(';') || / public log |SCHEMA - app /.test(line));
    const report = await restore(copy.name, { 'use-list': 'my.list' });
    expect(ending(report)).toEqual(proven);
    expect(await linesOf(copy)).toEqual(['index log_pkey', 'schema app', 'table log']);
  });

  test('of another archive is refused', async () => {
    await using copy = fresh();
    await workspace.write('other.list', '4; 1259 1 TABLE public precious alice\n');
    const report = await restore(copy.name, { 'use-list': 'other.list' });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR182' }]);
  });
});

describe('phases', () => {
  test('have jobs of their own, and what is deferred is made last, in one of its own', async () => {
    await using copy = fresh();
    const options = {
      phases: 'separate',
      jobs: { 'pre-data': 1, data: 2 },
      defer: { kind: 'foreign-keys', index: 'loan_at' },
    };
    const report = await restore(copy.name, options);
    expect(ending(report)).toEqual(proven);
    expect(restoredOf(report)?.phases.map(({ name }) => name)).toEqual(['pre-data', 'data', 'post-data', 'deferred']);
    expect(restoredOf(report)?.deferred).toEqual([
      'INDEX app.loan_at',
      'FK CONSTRAINT app.loan loan_book_fkey',
      'FK CONSTRAINT app.loan loan_isbn_fkey',
    ]);
    const lines = await linesOf(copy);
    expect(lines).toEqual(await linesOf(source));
    // Relations are numbered in the order in which they are made.
    const made = await copy.query(
      `SELECT relname::text AS name FROM pg_class WHERE relname IN ('loan_at', 'book_mood') ORDER BY oid`,
    );
    expect(made).toEqual([{ name: 'book_mood' }, { name: 'loan_at' }]);
    expect(report.headline).not.toContain('left out');
  });

  test('the plan says which commands they are', async () => {
    const { stdout } = await workspace.command(['plan'], {
      connections: { target: source.url },
      steps: [
        {
          restore: {
            from: 'dumps/library',
            into: 'target',
            phases: 'separate',
            jobs: { data: 3 },
            as: { [source.name]: 'a_copy' },
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

describe('an existing database', () => {
  const others = `
    CREATE SCHEMA own; CREATE TABLE own.precious (id integer PRIMARY KEY); INSERT INTO own.precious VALUES (1), (2);
    CREATE TABLE log (id integer PRIMARY KEY, other text); INSERT INTO log VALUES (1, 'theirs');
    COMMENT ON SCHEMA own IS 'theirs'; SELECT lo_from_bytea(0, 'theirs')`;
  const precious = `SELECT (SELECT count(*) FROM own.precious)::int AS rows, obj_description('own'::regnamespace) AS comment`;
  const untouched = [{ rows: 2, comment: 'theirs' }];

  test('is given one more schema, and keeps what it has', async () => {
    await using target = await freshDatabase(source.server, {
      sql: `${others}; CREATE SCHEMA app; CREATE EXTENSION hstore`,
    });
    const options = { include: { schema: 'app' }, 'into-existing': target.name };
    const report = await restore(target.name, options);
    expect(ending(report)).toEqual(proven);
    expect(await target.query(precious)).toEqual(untouched);
    expect(await target.query('SELECT other FROM log')).toEqual([{ other: 'theirs' }]);
    expect(await target.query('SELECT count(*)::int AS rows FROM app.loan')).toEqual([{ rows: 20 }]);
    expect(restoredOf(report)).toMatchObject({ created: false, present: ['SCHEMA app', 'EXTENSION hstore'] });
    expect(objectsNote(report)).toContain('nothing else of this database was looked at');
  });

  test('differs where a part of what was added differs, and nowhere else', async () => {
    await using target = await freshDatabase(source.server, { sql: others });
    const run = 'DROP INDEX app.loan_at; CREATE INDEX more ON app.loan (isbn); DROP TABLE own.precious';
    const change = { on: 'target', database: target.name, run };
    const options = { include: { table: 'app.loan' }, 'into-existing': target.name };
    const report = await restore(target.name, options, [{ sql: change }, { verify: {} }]);
    expect(ending(report)).toMatchObject({
      findings: [
        { kind: 'missing', object: 'INDEX app.loan_at' },
        { kind: 'extra', object: 'INDEX app.more' },
      ],
    });
  });

  test('is left as it was when the restore fails', async () => {
    await using target = await freshDatabase(source.server, { sql: others });
    // Its table of the same name is in the way.
    const report = await restore(target.name, { 'into-existing': target.name });
    expect(report.exitCode).toBe(1);
    expect(await linesOf(target)).toEqual(['index log_pkey', 'schema own', 'table log']);
    expect(await target.query(precious)).toEqual(untouched);
  });

  test('takes rows alone, with triggers off', async () => {
    await using copy = fresh();
    const rows = { section: 'data', 'into-existing': copy.name, 'disable-triggers': true, include: { schema: 'app' } };
    const first = { section: ['pre-data', 'post-data'], include: { schema: 'app' } };
    const report = await restore(copy.name, first, [
      { restore: { from: 'dumps/library', into: 'target', as: { [source.name]: copy.name }, analyze: false, ...rows } },
      { verify: {} },
    ]);
    expect(ending(report)).toMatchObject({ problems: [], findings: [], verdict: 'unproven' });
    expect(checksOf(report).find(({ name }) => name === 'rows')).toMatchObject({ verdict: 'passed', compared: 3 });
    expect(await copy.query('SELECT count(*)::int AS rows FROM app.loan')).toEqual([{ rows: 20 }]);
  });

  test('is cleaned of what the dump holds, and of nothing else', async () => {
    await using target = await freshDatabase(source.server, { sql: others });
    const report = await restore(target.name, { clean: target.name });
    expect(ending(report)).toEqual(proven);
    expect(await target.query(precious)).toEqual(untouched);
    expect(await target.query('SELECT count(*)::int AS rows FROM log')).toEqual([{ rows: 15 }]);
    // A second time everything is there, and is made anew.
    expect(ending(await restore(target.name, { clean: target.name }))).toEqual(proven);
  });

  test.each(['clean', 'into-existing'])('is not touched under %s unless its exact name is typed', async key => {
    await using target = await freshDatabase(source.server, { sql: others });
    const report = await restore(target.name, { [key]: target.name.toUpperCase() });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR160' }]);
    expect(await target.query(precious)).toEqual(untouched);
  });

  test.each(['clean', 'into-existing'])('that was dumped itself is refused under %s', async key => {
    const before = await linesOf(source);
    const report = await restore(source.name, { [key]: source.name });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR161' }]);
    expect(await linesOf(source)).toEqual(before);
  });
});

describe('extensions that are to be present', () => {
  test('are left alone', async () => {
    await using target = await freshDatabase(source.server, { sql: 'CREATE EXTENSION hstore; CREATE SCHEMA parts' });
    const options = { extensions: 'present', 'into-existing': target.name };
    const before = await target.query("SELECT oid::int FROM pg_extension WHERE extname = 'hstore'");
    const report = await restore(target.name, options);
    expect(ending(report)).toEqual(proven);
    expect(await target.query("SELECT oid::int FROM pg_extension WHERE extname = 'hstore'")).toEqual(before);
    expect(report.steps[0]?.notes).toContainEqual(
      expect.stringContaining('the extension hstore was there already, in version'),
    );
  });

  test('and are not are refused before anything is made', async () => {
    await using copy = fresh();
    const report = await restore(copy.name, { extensions: 'present' });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR168' }]);
    const made = await queryOn(source.server, 'postgres', `SELECT FROM pg_database WHERE datname = '${copy.name}'`);
    expect(made).toEqual([]);
  });
});

describe('tablespaces', () => {
  const [fast, slow] = ['fast', 'slow'].map(name => `${name}_${randomBytes(4).toString('hex')}`);
  const places = `
    SELECT c.relname::text AS name, t.spcname::text AS place FROM pg_class c LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
    WHERE c.relname IN ('book', 'book_pkey', 'by_name') ORDER BY 1`;
  const inPlaces = (...names: readonly (string | undefined)[]) =>
    ['book', 'book_pkey', 'by_name'].map((name, index) => ({ name, place: names[index] ?? null }));
  let spaced: FreshDatabase;

  beforeAll(async () => {
    await withClient(source.server, 'postgres', async client => {
      await client.query('SET allow_in_place_tablespaces = true');
      for (const name of [fast, slow]) await client.query(`CREATE TABLESPACE ${name} LOCATION ''`);
    });
    spaced = await freshDatabase(source.server, {
      sql: `CREATE TABLE book (id integer CONSTRAINT book_pkey PRIMARY KEY USING INDEX TABLESPACE ${fast}, name text) TABLESPACE ${fast};
        CREATE INDEX by_name ON book (name) TABLESPACE ${fast}; INSERT INTO book VALUES (1, 'one')`,
    });
    const { report } = await workspace.run({
      connections: { source: spaced.url },
      steps: [{ dump: { from: 'source', to: 'dumps/spaced' } }],
    });
    expect(ending(report)).toMatchObject({ problems: [] });
  }, 60_000);

  afterAll(async () => {
    await spaced?.[Symbol.asyncDispose]();
    for (const name of [fast, slow]) await queryOn(source.server, 'postgres', `DROP TABLESPACE IF EXISTS ${name}`);
  });

  test.each([
    ['are kept', {}, ['all'], inPlaces(fast, fast, fast)],
    ['are dropped', { tablespaces: 'drop' }, ['all'], inPlaces()],
    [
      'get other names',
      { tablespaces: { [String(fast)]: slow } },
      ['pre-data', 'data', 'post-data'],
      inPlaces(slow, slow, slow),
    ],
  ])('%s', async (_name, options, phases, expected) => {
    await using copy = fresh();
    const { report } = await workspace.run({
      connections: { target: spaced.url },
      steps: [
        {
          restore: {
            from: 'dumps/spaced',
            into: 'target',
            as: { [spaced.name]: copy.name },
            analyze: false,
            ...options,
          },
        },
        { verify: {} },
      ],
    });
    expect(ending(report)).toEqual(proven);
    expect(await copy.query(places)).toEqual(expected);
    expect(restoredOf(report)?.phases.map(({ name }) => name)).toEqual(phases);
  });

  test('that are missing are refused before anything is made', async () => {
    await using copy = fresh();
    const { report } = await workspace.run({
      connections: { target: spaced.url },
      steps: [
        {
          restore: {
            from: 'dumps/spaced',
            into: 'target',
            as: { [spaced.name]: copy.name },
            tablespaces: { [String(fast)]: 'nowhere' },
          },
        },
      ],
    });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR167', message: expect.stringContaining('nowhere') }]);
  });
});

test('with everything at once: one role owns what was chosen, without grants', async () => {
  const role = `owner_${randomBytes(4).toString('hex')}`;
  await queryOn(source.server, 'postgres', `CREATE ROLE ${role}`);
  try {
    await using copy = fresh();
    const report = await restore(copy.name, {
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
    await queryOn(source.server, 'postgres', `DROP ROLE IF EXISTS ${role}`);
  }
});
