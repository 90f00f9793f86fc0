import { expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { makeWorkspace, type Step } from '../../support/round-trip.ts';
import { checksOf, copyOn, drill, ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import { freshDatabase, sharedServer } from '../../support/servers.ts';

const library = `
  CREATE SCHEMA books; CREATE SCHEMA "Loans";
  CREATE TABLE books.title (id integer PRIMARY KEY, name text);
  CREATE TABLE books.author (id integer PRIMARY KEY, name text);
  CREATE TABLE "Loans".loan (id integer PRIMARY KEY, name text);
  CREATE TABLE event_log (id integer PRIMARY KEY, name text);
  INSERT INTO books.title SELECT n, 'title ' || n FROM generate_series(1, 40) AS n;
  INSERT INTO books.author SELECT n, 'author ' || n FROM generate_series(1, 30) AS n;
  INSERT INTO "Loans".loan SELECT n, 'loan ' || n FROM generate_series(1, 20) AS n;
  INSERT INTO event_log SELECT n, 'event ' || n FROM generate_series(1, 10) AS n;
  CREATE INDEX author_by_name ON books.author (name)`;

/** Rows of every table, as `schema.table rows`. */
const contents = `
  SELECT format('%s.%s ', nspname, relname) ||
    (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', nspname, relname), false, true, '')))[1]::text AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind = 'r' AND nspname !~ '^(pg_|information_schema)' ORDER BY 1`;

async function drillLibrary(options: { readonly dump?: Step; readonly restore?: Step }, look: string) {
  await using source = await freshDatabase(await sharedServer(), { sql: library });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const { report } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy.name, options),
  });
  const [database] = (await workspace.manifest('dumps/set')).databases;
  const manifested = database?.tables.map(({ schema, name, rows }) => `${schema}.${name} ${rows}`).toSorted();
  const rows = report.steps[1]?.status === 'succeeded' ? await copy.query(look) : [];
  return { report, manifested, rows, lines: rows.map(row => row['line']) };
}

const [author, loan, log, title] = ['books.author 30', 'Loans.loan 20', 'public.event_log 10', 'books.title 40'];

test.each<[Step, string[], string[]?]>([
  [{}, [author, title, loan, log]],
  [{ include: { schema: 'books' } }, [author, title]],
  [{ include: { schema: '"Loans"' } }, [loan]],
  [{ include: { schema: ['b*', '"Loans"'] } }, [author, title, loan]],
  [{ include: { table: 'public.e*' } }, [log]],
  [{ include: { table: 'event_???' } }, [log]],
  [{ exclude: { schema: ['books', 'public'] } }, [loan]],
  [{ exclude: { table: ['books.author', 'event_log'] } }, [loan, title]],
  [
    { exclude: { 'table-data': ['public.event_log', 'books.*'] } },
    [loan, 'books.author 0', 'books.title 0', 'public.event_log 0'],
    [loan],
  ],
  [{ include: { schema: 'books' }, exclude: { table: 'books.title' } }, [author]],
])('dump with %j: the copy has just that', async (dump, restored, manifested = restored) => {
  const { report, ...found } = await drillLibrary({ dump }, contents);
  expect(ending(report)).toEqual(proven);
  expect(found.lines).toEqual(restored.toSorted());
  expect(found.manifested).toEqual(manifested.toSorted());
});

test('a dump of tables alone lacks their schema: it is made, and the report says so', async () => {
  const { report, manifested, lines } = await drillLibrary({ dump: { include: { table: 'books.t*' } } }, contents);
  expect(manifested).toEqual([title]);
  expect(ending(report)).toEqual(proven);
  expect(lines).toEqual([title]);
  expect(resultsOf(report, 'restore')[0]?.databases[0]).toMatchObject({ schemasCreated: ['books'] });
  expect(report.steps[1]?.notes).toContainEqual(expect.stringContaining('SCHEMA books'));
});

const indexes = `SELECT count(*)::integer AS n FROM pg_indexes WHERE schemaname = 'books'`;
const phasesOf = (report: RunReport) =>
  resultsOf(report, 'restore').flatMap(({ databases }) =>
    databases.flatMap(({ phases }) => phases.map(({ name }) => name)),
  );

test('phases can be restored one after another', async () => {
  const { report, rows } = await drillLibrary({ restore: { phases: 'separate' } }, indexes);
  expect(ending(report)).toEqual(proven);
  expect(phasesOf(report)).toEqual(['pre-data', 'data', 'post-data', 'analyze']);
  expect(rows).toEqual([{ n: 3 }]);
});

const counted = ['rows', 'sequences', 'large objects', 'content', 'large object content'];

const parts = [
  { section: ['pre-data'], phases: ['pre-data'], rows: 0, made: 0, skipped: ['materialized views', ...counted] },
  { section: ['data', 'pre-data'], phases: ['pre-data and data'], rows: 40, made: 0, skipped: ['materialized views'] },
  { section: ['post-data', 'pre-data'], phases: ['pre-data and post-data'], rows: 0, made: 3, skipped: counted },
];

test.each(parts)(
  'of the sections, $section alone can be restored',
  async ({ section, phases, rows, made, skipped }) => {
    const look = `SELECT (SELECT count(*) FROM books.title)::integer AS rows, (${indexes}) AS indexes`;
    const { report, rows: found } = await drillLibrary({ restore: { section, analyze: false } }, look);
    expect(found).toEqual([{ rows, indexes: made }]);
    expect(phasesOf(report)).toEqual(phases);
    expect(ending(report)).toMatchObject({ verdict: 'unproven', exitCode: 0, problems: [], findings: [] });
    const notCompared = checksOf(report).filter(({ verdict }) => verdict !== 'passed');
    expect(notCompared.map(({ name, verdict }) => [name, verdict])).toEqual(skipped.map(name => [name, 'skipped']));
  },
);

const statistics = `SELECT (SELECT count(*) > 0 FROM pg_stats WHERE schemaname = 'books') AS statistics`;

test.each([true, false])('analyze: %j decides whether the copy has statistics', async analyze => {
  const { report, rows } = await drillLibrary({ restore: { analyze } }, statistics);
  expect(ending(report)).toEqual(proven);
  expect(rows).toEqual([{ statistics: analyze }]);
  expect(phasesOf(report)).toEqual(analyze ? ['all', 'analyze'] : ['all']);
});
