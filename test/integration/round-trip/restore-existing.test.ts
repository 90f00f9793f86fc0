import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksOf, ending, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, queryOn, withClient } from '../../support/servers.ts';
import { linesOf, objectsNote, restoredOf, useLibrary } from './choosing/library.ts';

const library = useLibrary();

describe('an existing database', () => {
  const others = `
    CREATE SCHEMA own; CREATE TABLE own.precious (id integer PRIMARY KEY); INSERT INTO own.precious VALUES (1), (2);
    CREATE TABLE log (id integer PRIMARY KEY, other text); INSERT INTO log VALUES (1, 'theirs');
    COMMENT ON SCHEMA own IS 'theirs'; SELECT lo_from_bytea(0, 'theirs')`;
  const precious = `SELECT (SELECT count(*) FROM own.precious)::int AS rows, obj_description('own'::regnamespace) AS comment`;
  const untouched = [{ rows: 2, comment: 'theirs' }];

  test('is given one more schema, and keeps what it has', async () => {
    await using target = await freshDatabase(library.source.server, {
      sql: `${others}; CREATE SCHEMA app; CREATE EXTENSION hstore`,
    });
    const options = { include: { schema: 'app' }, 'into-existing': target.name };
    const report = await library.restore(target.name, options);
    expect(ending(report)).toEqual(proven);
    expect(await target.query(precious)).toEqual(untouched);
    expect(await target.query('SELECT other FROM log')).toEqual([{ other: 'theirs' }]);
    expect(await target.query('SELECT count(*)::int AS rows FROM app.loan')).toEqual([{ rows: 20 }]);
    expect(restoredOf(report)).toMatchObject({ created: false, present: ['SCHEMA app', 'EXTENSION hstore'] });
    expect(objectsNote(report)).toContain('nothing else of this database was looked at');
  });

  test('differs where a part of what was added differs, and nowhere else', async () => {
    await using target = await freshDatabase(library.source.server, { sql: others });
    const run = 'DROP INDEX app.loan_at; CREATE INDEX more ON app.loan (isbn); DROP TABLE own.precious';
    const change = { on: 'target', database: target.name, run };
    const options = { include: { table: 'app.loan' }, 'into-existing': target.name };
    const report = await library.restore(target.name, options, [{ sql: change }, { verify: {} }]);
    expect(ending(report)).toMatchObject({
      findings: [
        { kind: 'missing', object: 'INDEX app.loan_at' },
        { kind: 'extra', object: 'INDEX app.more' },
      ],
    });
  });

  test('is left as it was when the restore fails', async () => {
    await using target = await freshDatabase(library.source.server, { sql: others });
    // Its table of the same name is in the way.
    const report = await library.restore(target.name, { 'into-existing': target.name });
    expect(report.exitCode).toBe(1);
    expect(await linesOf(target)).toEqual(['index log_pkey', 'schema own', 'table log']);
    expect(await target.query(precious)).toEqual(untouched);
  });

  test('is left without the schemas that were made for a restore that fails', async () => {
    await using target = await freshDatabase(library.source.server, { sql: others });
    await library.dump(library.source.url, 'dumps/table', { include: { table: ['parts.event_1', 'public.log'] } });
    const report = await library.restore(target.name, { from: 'dumps/table', 'into-existing': target.name });
    expect(report.exitCode).toBe(1);
    expect(await linesOf(target)).toEqual(['index log_pkey', 'schema own', 'table log']);
  });

  test('takes rows alone, with triggers off', async () => {
    await using copy = library.copy();
    const rows = { section: 'data', 'into-existing': copy.name, 'disable-triggers': true, include: { schema: 'app' } };
    const first = { section: ['pre-data', 'post-data'], include: { schema: 'app' } };
    const report = await library.restore(copy.name, first, [
      {
        restore: {
          from: 'dumps/library',
          into: 'target',
          as: { [library.source.name]: copy.name },
          analyze: false,
          ...rows,
        },
      },
      { verify: {} },
    ]);
    expect(ending(report)).toMatchObject({ problems: [], findings: [], verdict: 'unproven' });
    expect(checksOf(report).find(({ name }) => name === 'rows')).toMatchObject({ verdict: 'passed', compared: 3 });
    expect(checksOf(report).find(({ name }) => name === 'foreign keys')).toMatchObject({
      verdict: 'passed',
      compared: 2,
    });
    expect(await copy.query('SELECT count(*)::int AS rows FROM app.loan')).toEqual([{ rows: 20 }]);
  });

  test('that had its foreign keys off is checked for rows that violate them', async () => {
    await using copy = library.copy();
    const first = { section: ['pre-data', 'post-data'], include: { schema: 'app' } };
    const loans = {
      section: 'data',
      'into-existing': copy.name,
      'disable-triggers': true,
      include: { table: 'app.loan' },
    };
    const report = await library.restore(copy.name, first, [
      {
        restore: {
          from: 'dumps/library',
          into: 'target',
          as: { [library.source.name]: copy.name },
          analyze: false,
          ...loans,
        },
      },
      { verify: {} },
    ]);
    const property = 'rows without a match';
    expect(ending(report)).toMatchObject({
      exitCode: 3,
      findings: [
        { object: 'FK CONSTRAINT app.loan loan_book_fkey', property, expected: '0', actual: '20' },
        { object: 'FK CONSTRAINT app.loan loan_isbn_fkey', property, expected: '0', actual: '20' },
      ],
    });
  });

  test('is cleaned of what the dump holds, and of nothing else', async () => {
    await using target = await freshDatabase(library.source.server, { sql: others });
    const report = await library.restore(target.name, { clean: target.name });
    expect(ending(report)).toEqual(proven);
    expect(await target.query(precious)).toEqual(untouched);
    expect(await target.query('SELECT count(*)::int AS rows FROM log')).toEqual([{ rows: 15 }]);
    // A second time everything is there, and is made anew.
    expect(ending(await library.restore(target.name, { clean: target.name }))).toEqual(proven);
  });

  test('says that what was cleaned is gone when the restore fails after that', async () => {
    const refuse = `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
      CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE VIEW', 'CREATE INDEX') EXECUTE FUNCTION refuse()`;
    await using target = await freshDatabase(library.source.server, { sql: `${others}; ${refuse}` });
    const report = await library.restore(target.name, { clean: target.name });
    expect(report.exitCode).toBe(1);
    expect(await linesOf(target)).not.toContain('table log');
    expect(await target.query(precious)).toEqual(untouched);
    const [problem] = report.steps.flatMap(({ problems }) => problems);
    expect(problem?.remedy).toContain(`has dropped in "${target.name}" is gone`);
  });

  test.each(['clean', 'into-existing'])('is not touched under %s unless its exact name is typed', async key => {
    await using target = await freshDatabase(library.source.server, { sql: others });
    const report = await library.restore(target.name, { [key]: target.name.toUpperCase() });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR160' }]);
    expect(await target.query(precious)).toEqual(untouched);
  });

  test('that says that it is production is not touched unless that is typed as well', async () => {
    const marked = `${others}; CREATE SCHEMA app; CREATE TABLE app.ar_internal_metadata (key text, value text);
      INSERT INTO app.ar_internal_metadata VALUES ('environment', 'production')`;
    await using target = await freshDatabase(library.source.server, { sql: marked });
    for (const key of ['overwrite', 'clean', 'into-existing']) {
      const report = await library.restore(target.name, { include: { schema: 'parts' }, [key]: target.name });
      expect(report.steps[0]?.problems).toMatchObject([
        { code: 'PGR173', remedy: expect.stringContaining(`production: [${target.name}]`) },
      ]);
    }
    expect(await target.query(precious)).toEqual(untouched);
    const options = { include: { schema: 'parts' }, 'into-existing': target.name, production: target.name };
    expect(ending(await library.restore(target.name, options, []))).toMatchObject({ exitCode: 0 });
  });

  test('that nobody can connect to is not asked, and may be written over', async () => {
    await using target = await freshDatabase(library.source.server, { sql: 'CREATE TABLE old ()' });
    const closed = `UPDATE pg_database SET datallowconn = false WHERE datname = '${target.name}'`;
    await queryOn(library.source.server, 'postgres', closed);
    const options = { include: { schema: 'parts' }, overwrite: target.name };
    expect(ending(await library.restore(target.name, options, []))).toMatchObject({ exitCode: 0 });
  });

  test('that says that it is anything else is no production', async () => {
    const marked = `CREATE TABLE ar_internal_metadata (key text, value text);
      INSERT INTO ar_internal_metadata VALUES ('environment', 'staging'), ('other', 'production')`;
    await using target = await freshDatabase(library.source.server, { sql: marked });
    const report = await library.restore(
      target.name,
      { include: { schema: 'parts' }, 'into-existing': target.name },
      [],
    );
    expect(ending(report)).toMatchObject({ exitCode: 0 });
  });

  test.each(['clean', 'into-existing'])('that was dumped itself is refused under %s', async key => {
    const before = await linesOf(library.source);
    const report = await library.restore(library.source.name, { [key]: library.source.name });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR161' }]);
    expect(await linesOf(library.source)).toEqual(before);
  });
});

describe('extensions that are to be present', () => {
  test('are left alone', async () => {
    await using target = await freshDatabase(library.source.server, {
      sql: 'CREATE EXTENSION hstore; CREATE SCHEMA parts',
    });
    const options = { extensions: 'present', 'into-existing': target.name };
    const before = await target.query("SELECT oid::int FROM pg_extension WHERE extname = 'hstore'");
    const report = await library.restore(target.name, options);
    expect(ending(report)).toEqual(proven);
    expect(await target.query("SELECT oid::int FROM pg_extension WHERE extname = 'hstore'")).toEqual(before);
    expect(report.steps[0]?.notes).toContainEqual(
      expect.stringContaining('the extension hstore was there already, in version'),
    );
  });

  test('and are not are refused before anything is made', async () => {
    await using copy = library.copy();
    const report = await library.restore(copy.name, { extensions: 'present' });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR168' }]);
    const made = await queryOn(
      library.source.server,
      'postgres',
      `SELECT FROM pg_database WHERE datname = '${copy.name}'`,
    );
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
    await withClient(library.source.server, 'postgres', async client => {
      await client.query('SET allow_in_place_tablespaces = true');
      for (const name of [fast, slow]) await client.query(`CREATE TABLESPACE ${name} LOCATION ''`);
    });
    spaced = await freshDatabase(library.source.server, {
      sql: `CREATE TABLE book (id integer CONSTRAINT book_pkey PRIMARY KEY USING INDEX TABLESPACE ${fast}, name text) TABLESPACE ${fast};
        CREATE INDEX by_name ON book (name) TABLESPACE ${fast}; INSERT INTO book VALUES (1, 'one')`,
    });
    await library.dump(spaced.url, 'dumps/spaced');
  }, 60_000);

  afterAll(async () => {
    await spaced?.[Symbol.asyncDispose]();
    for (const name of [fast, slow])
      await queryOn(library.source.server, 'postgres', `DROP TABLESPACE IF EXISTS ${name}`);
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
    await using copy = library.copy();
    const { report } = await library.workspace.run({
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
    await using copy = library.copy();
    const { report } = await library.workspace.run({
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
