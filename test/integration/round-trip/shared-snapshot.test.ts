import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliEnd, type CliRun, makePlace, runCli, startCli } from '../../support/cli.ts';
import { makeWorkspace, type Step, type Workspace } from '../../support/round-trip.ts';
import { checksOf, copyOn, ending, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer, type TestServer, withClient } from '../../support/servers.ts';

/** Each committed state has a thousand things between the two shelves. */
const shelves = `
  CREATE TABLE kind (id int PRIMARY KEY, name text NOT NULL);
  INSERT INTO kind SELECT n, 'kind ' || n FROM generate_series(1, 5) AS n;
  CREATE TABLE upper (id int PRIMARY KEY, kind int REFERENCES kind);
  CREATE TABLE lower (LIKE upper INCLUDING ALL);
  INSERT INTO upper SELECT n, 1 + n % 5 FROM generate_series(1, 1000) AS n;
  CREATE TABLE journal (entry text);
  CREATE FUNCTION label(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'label ' || n $$;
  CREATE VIEW labelled AS SELECT id, label(id) AS label FROM upper;
`;

const moveSome = `
  WITH moved AS (DELETE FROM upper WHERE id IN (SELECT id FROM upper LIMIT 7) RETURNING *) INSERT INTO lower SELECT * FROM moved`;

let server: TestServer;
let source: FreshDatabase;
let workspace: Workspace;

beforeAll(async () => {
  server = await sharedServer();
  source = await freshDatabase(server, { name: 'shelves', sql: shelves });
  workspace = await makeWorkspace();
});

afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
});

const dump = (to: string, more: Step = {}): Step => ({
  dump: { from: 'source', to, snapshot: 'evening', jobs: 2, ...more },
});
const sql = (run: string): Step => ({ sql: { on: 'source', run } });
const run = (steps: readonly Step[], lock = '2s') =>
  workspace.run({ connections: { source: source.url, target: source.url }, timeouts: { lock }, steps });

/** Sessions in the source that are neither ours nor this question's. */
async function sessionsOfRuns(): Promise<readonly unknown[]> {
  return source.query(
    `SELECT state, query FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'pg-roundtrip%'`,
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await condition()) return;
    await delay(50);
  }
  throw new Error('it did not come to that');
}

describe('two dumps of one moment', () => {
  test('definitions and rows, apart, make one copy that is proven while the source moves on', async () => {
    await using copy = copyOn(server, `${source.name}_parts`);
    let moving = true;
    const writer = withClient(server, source.name, async client => {
      while (moving) {
        await client.query(moveSome);
        await client.query('WITH back AS (DELETE FROM lower RETURNING *) INSERT INTO upper SELECT * FROM back');
      }
    });
    const { report } = await run([
      dump('apart/definitions', { 'schema-only': true }),
      sql(`INSERT INTO journal SELECT 'in between'; CREATE TABLE made_between AS SELECT 1 AS one; ANALYZE;
        GRANT SELECT ON upper TO PUBLIC; CREATE FUNCTION made_between() RETURNS int LANGUAGE sql AS 'SELECT 1'`),
      dump('apart/rows', { 'data-only': true }),
      sql('DROP TABLE made_between; DROP FUNCTION made_between(); TRUNCATE journal'),
      { restore: { from: 'apart/definitions', into: 'target', as: { [source.name]: copy.name } } },
      { verify: {} },
      {
        restore: {
          from: 'apart/rows',
          into: 'target',
          as: { [source.name]: copy.name },
          'into-existing': copy.name,
          'disable-triggers': true,
          section: 'data',
        },
      },
      { verify: { from: 'apart/rows', into: 'target', as: { [source.name]: copy.name }, level: 'content' } },
    ]);
    moving = false;
    await writer;
    expect(ending(report)).toMatchObject({ ...proven, unproven: expect.anything() });
    expect(
      checksOf(report)
        .filter(({ verdict }) => verdict === 'skipped')
        .map(({ note }) => note),
    ).toEqual([
      ...Array(3).fill('the restore left the data out'),
      'the restore left the definitions out',
      'the restore left out the section that fills them',
    ]);
    const manifests = await Promise.all(['definitions', 'rows'].map(set => workspace.manifest(`apart/${set}`)));
    const [definitions, rows] = manifests.map(({ databases }) => databases[0]?.snapshot);
    expect(rows).toEqual(definitions);
    expect(report.steps[0]?.notes).toContainEqual(expect.stringMatching(/"evening" is held until step 3/));
    expect(report.steps[2]?.notes).toContainEqual(
      expect.stringMatching(/what "sql on source" changes in between is not in this dump/),
    );
    const [state] = await copy.query(`SELECT to_regclass('made_between') AS made,
      (SELECT count(*) FROM journal)::int AS journal, (SELECT count(*) FROM (TABLE upper UNION TABLE lower) AS x)::int AS things,
      (SELECT count(*) FROM pg_constraint WHERE contype = 'f')::int AS keys`);
    expect(state).toEqual({ made: null, journal: 0, things: 1000, keys: 1 });
    expect(await sessionsOfRuns()).toEqual([]);
  });

  test('groups of tables agree with each other', async () => {
    await using copy = copyOn(server, `${source.name}_groups`);
    await using text = copyOn(server, `${source.name}_text`);
    const into = { into: 'target', as: { [source.name]: copy.name } };
    const { report } = await run([
      dump('groups/upper', { include: { table: ['public.upper', 'public.kind'] } }),
      sql(moveSome),
      dump('groups/lower', { include: { table: 'public.lower' }, format: 'custom', jobs: 1 }),
      sql(moveSome),
      dump('groups/lower as text', { include: { table: 'public.lower' }, format: 'plain', jobs: 1 }),
      { restore: { from: 'groups/upper', ...into } },
      { verify: { level: 'content' } },
      { restore: { from: 'groups/lower', ...into, 'into-existing': copy.name } },
      { verify: { level: 'content' } },
      { restore: { from: 'groups/lower as text', into: 'target', as: { [source.name]: text.name } } },
      { verify: { level: 'content' } },
    ]);
    expect(ending(report)).toMatchObject({ ...proven, unproven: expect.anything() });
    const [state] =
      await copy.query(`SELECT (SELECT count(*) FROM upper)::int + (SELECT count(*) FROM lower)::int AS all,
      (SELECT count(*) FROM (TABLE upper UNION TABLE lower) AS x)::int AS things`);
    expect(state).toEqual({ all: 1000, things: 1000 });
    expect(await text.query('TABLE lower ORDER BY id')).toEqual(await copy.query('TABLE lower ORDER BY id'));
  });
});

describe('what would mix two moments', () => {
  test.each([
    ['the definition of a dumped table', 'ALTER TABLE upper ADD COLUMN late int'],
    ['a table of a later dump', 'TRUNCATE lower'],
    ['a table that is dumped without rows', 'ALTER TABLE journal RENAME entry TO late'],
  ])('%s cannot change in between', async (_name, statement) => {
    const to = `locked/${statement.length}`;
    const { report } = await run([
      dump(`${to}/one`, { include: { table: 'public.upper' } }),
      sql(`SET lock_timeout = '300ms'; ${statement}`),
      dump(`${to}/two`, { exclude: { 'table-data': 'public.journal' } }),
    ]);
    expect(report.steps.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'not run']);
    expect(report.steps[1]?.problems[0]).toMatchObject({ code: 'PGR206' });
    expect(await sessionsOfRuns()).toEqual([]);
  });

  test.each([
    [
      'a view',
      "CREATE OR REPLACE VIEW labelled AS SELECT id, 'other' || id AS label FROM upper",
      'view public.labelled',
    ],
    ['a function', 'ALTER FUNCTION label(int) RENAME TO named', 'function public.label'],
    ['a schema', 'ALTER SCHEMA extra RENAME TO other', 'schema extra'],
  ])('%s that changes in between is noticed', async (_name, statement, named) => {
    await source.query('DROP SCHEMA IF EXISTS extra, other; CREATE SCHEMA extra');
    const to = `changed/${statement.length}`;
    const { report } = await run([dump(`${to}/one`), sql(statement), dump(`${to}/two`, { 'schema-only': true })]);
    await source.query(
      `DROP VIEW labelled; DROP FUNCTION IF EXISTS label, named; ${shelves.slice(shelves.indexOf('CREATE FUNCTION'))}`,
    );
    expect(report.steps.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'failed']);
    expect(report.steps[2]?.problems[0]).toMatchObject({ code: 'PGR208', message: expect.stringContaining(named) });
    expect(await workspace.manifest(`${to}/one`)).toBeDefined();
    await expect(workspace.manifest(`${to}/two`)).rejects.toThrow();
  });

  test('a TRUNCATE that waits stops a later dump, unless it gives up', async () => {
    const steps = (to: string) => [dump(`${to}/one`), sql('SELECT pg_sleep(1)'), dump(`${to}/two`)];
    const truncate = async (patience: string) =>
      withClient(server, source.name, async client => {
        await until(
          async () =>
            (await source.query(`SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(1)'`)).length > 0,
        );
        await client.query(`SET lock_timeout = '${patience}'`);
        return client.query('TRUNCATE journal').then(
          () => 'done',
          () => 'gave up',
        );
      });
    await source.query("INSERT INTO journal VALUES ('a')");
    const [patient, waited] = await Promise.all([run(steps('waiting/patient')), truncate('60s')]);
    expect(patient.report.steps[2]?.problems[0]).toMatchObject({ code: 'PGR206' });
    expect(waited).toBe('done');
    const [brief, gaveUp] = await Promise.all([run(steps('waiting/brief'), '20s'), truncate('2s')]);
    expect(ending(brief.report)).toMatchObject({ exitCode: 0, problems: [] });
    expect(gaveUp).toBe('gave up');
  });
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a run that is ended by %s between the dumps leaves no session',
  async signal => {
    await using place = await makePlace();
    await place.write(
      'pg-roundtrip.yml',
      JSON.stringify({
        version: 1,
        connections: { source: { url: '${SOURCE_URL}' } },
        steps: [dump('one'), sql('SELECT pg_sleep(600)'), dump('two')],
      }),
    );
    const started: CliRun = startCli(place, { environment: { SOURCE_URL: source.url } });
    await until(async () =>
      (await sessionsOfRuns()).some(row => String((row as { query: string }).query).includes('pg_sleep(600)')),
    );
    expect(
      await source.query(
        "SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()",
      ),
    ).toHaveLength(1);
    started.signal(signal);
    const end: CliEnd = await started.ended;
    expect(end.exitCode).toBe(signal === 'SIGTERM' ? 130 : null);
    // A server notices in the middle of pg_sleep that its client is gone only where it is told to look.
    await source.query(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()",
    );
    await until(async () => (await sessionsOfRuns()).length === 0);
  },
);

test('what no other dump shares, and what none can share, is refused before anything is done', async () => {
  await using place = await makePlace();
  const text = (steps: readonly Step[]) =>
    JSON.stringify({ version: 1, connections: { source: { url: '${SOURCE_URL}' } }, steps });
  await place.write('pg-roundtrip.yml', text([dump('one', { databases: 'postgres' }), dump('two')]));
  const end = await runCli(place, { environment: { SOURCE_URL: source.url } });
  expect(end).toMatchObject({
    exitCode: 2,
    problem: { code: 'PGR150', message: expect.stringContaining('no database in common') },
  });
  expect(await place.remains()).toEqual([]);
});
