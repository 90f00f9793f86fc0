import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import type { TestServer } from '../../support/client-tools.ts';
import { drillMany, type ManyDrills } from '../../support/many-drills.ts';
import { makeWorkspace, type Step, type Workspace } from '../../support/round-trip.ts';
import { copyOn, drill, ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import { keptClients, sealedClient } from '../../support/sealed.ts';
import {
  type FreshDatabase,
  freshDatabase,
  programsOf,
  queryOn,
  sharedServer,
  withClient,
} from '../../support/servers.ts';

const library = `
  CREATE EXTENSION citext; CREATE EXTENSION hstore;
  CREATE SCHEMA books; SET search_path = books, public;
  CREATE TABLE author (id integer PRIMARY KEY, name text);
  CREATE TABLE title (id serial PRIMARY KEY, author integer REFERENCES author, name text);
  INSERT INTO author SELECT n, 'author ' || n FROM generate_series(1, 30) AS n;
  INSERT INTO title (author, name) SELECT n, 'title ' || n FROM generate_series(1, 30) AS n;
  CREATE TABLE loan (day date, title integer) PARTITION BY RANGE (day);
  CREATE TABLE loan_old PARTITION OF loan FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
  CREATE TABLE loan_new PARTITION OF loan FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
  INSERT INTO loan VALUES ('2023-05-05', 1), ('2024-05-05', 2);
  CREATE INDEX title_by_name ON title (name);
  GRANT SELECT ON title TO PUBLIC;
  CREATE MATERIALIZED VIEW titles AS SELECT count(*) AS n FROM title;
  SELECT lo_from_bytea(77000, '\\x00ff')`;

const look = `SELECT
  (SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = 'books' AND relkind IN ('r', 'i', 'm') AND relname !~ '_pkey$') AS made,
  (SELECT count(*)::integer FROM pg_largeobject_metadata) AS large,
  (SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension WHERE extname <> 'plpgsql') AS extensions,
  (SELECT count(*)::integer FROM pg_class WHERE relname = 'title' AND relacl IS NOT NULL) AS granted`;
const rows = 'SELECT count(*)::integer AS n FROM books.';

const everything = 'author loan_new loan_old title title_by_name titles';
const whole = { made: everything, large: 1, extensions: 'citext hstore', granted: 1 };

async function drillLibrary(server: TestServer, dump: Step): Promise<RunReport> {
  await using source = await freshDatabase(server, { sql: library });
  await using workspace = await makeWorkspace();
  await using drills = await drillMany(source, workspace, [{ dump, level: 'counts' }]);
  return drills.report;
}

type Row = readonly [dump: Step, copy: Readonly<Record<string, unknown>>, titles: number, skipped: readonly string[]];

const options: readonly Row[] = [
  [{}, whole, 30, []],
  [{ 'schema-only': true }, { ...whole, large: 0 }, 0, ['rows', 'sequences', 'large objects']],
  [
    { section: ['pre-data', 'data'] },
    { ...whole, made: 'author loan_new loan_old title titles' },
    30,
    ['materialized views'],
  ],
  [{ 'large-objects': false }, { ...whole, large: 0 }, 30, ['large objects']],
  [{ include: { schema: 'books' } }, { ...whole, large: 0, extensions: null }, 30, []],
  [{ include: { schema: 'books' }, 'large-objects': true }, { ...whole, extensions: null }, 30, []],
  [{ include: { extension: 'hstore' } }, { ...whole, extensions: 'hstore', large: 0 }, 30, []],
  [{ 'no-privileges': true }, { ...whole, granted: 0 }, 30, []],
  [{ inserts: true, format: 'custom' }, whole, 30, []],
  [{ 'rows-per-insert': 7, format: 'plain' }, whole, 30, []],
  [{ 'schema-only': true, format: 'plain' }, { ...whole, large: 0 }, 0, ['rows', 'sequences', 'large objects']],
  [{ format: 'plain', clean: true, 'if-exists': true }, whole, 30, []],
  [
    { format: 'plain', 'no-privileges': true, 'large-objects': false },
    { ...whole, large: 0, granted: 0 },
    30,
    ['large objects'],
  ],
];

describe('the copy has what was dumped, and nothing else is expected', () => {
  let source: FreshDatabase;
  let workspace: Workspace;
  let drills: ManyDrills;
  beforeAll(async () => {
    source = await freshDatabase(await sharedServer(), { sql: library });
    workspace = await makeWorkspace();
    drills = await drillMany(
      source,
      workspace,
      options.map(([dump]) => ({ dump, level: 'counts' })),
    );
  });
  afterAll(async () => {
    await drills[Symbol.asyncDispose]();
    await workspace[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
  });

  test('all are proven', () => {
    expect({ ...ending(drills.report), unproven: [] }).toEqual(proven);
  });

  test.each([...options.entries()])('%j', async (index, [, expected, titles, skipped]) => {
    const copy = drills.copies[index];
    const verification = resultsOf(drills.report, 'verify')[index]?.databases[0];
    const checks = verification?.checks ?? [];
    expect(checks.filter(({ verdict }) => verdict === 'skipped').map(({ name }) => name)).toEqual(skipped);
    expect(await copy?.query(look)).toEqual([expected]);
    expect(await copy?.query(`${rows}title`)).toEqual([{ n: titles }]);
  });
});

describe('rows alone', () => {
  test.each<[string, Step, Step]>([
    ['directory', {}, {}],
    ['tar', {}, {}],
    ['custom', { 'large-objects': false }, { section: 'data', 'disable-triggers': true }],
    ['plain', { 'large-objects': false }, {}],
    ['plain', { 'large-objects': false, 'disable-triggers': true }, {}],
  ])('%s, with %j, go into a database that has the tables', async (format, dump, restore) => {
    const server = await sharedServer();
    await using source = await freshDatabase(server, { sql: library });
    await using workspace = await makeWorkspace();
    await using copy = copyOn(server, `${source.name}_copy`);
    const connections = { source: source.url, target: source.url };
    const as = { [source.name]: copy.name };
    const { report } = await workspace.run(
      {
        connections,
        steps: [
          { dump: { from: 'source', 'schema-only': true, to: 'dumps/schema' } },
          { dump: { from: 'source', 'data-only': true, format, ...dump, to: 'dumps/rows' } },
          { restore: { from: 'dumps/schema', into: 'target', as } },
          { verify: {} },
          { restore: { from: 'dumps/rows', into: 'target', as, 'into-existing': copy.name, ...restore } },
          { verify: {} },
        ],
      },
      keptClients,
    );
    expect({ ...ending(report), unproven: [] }).toEqual(proven);
    expect(await copy.query(`${rows}title`)).toEqual([{ n: 30 }]);
    const [, second = []] = [0, 1]
      .map(index => report.steps.filter(({ result }) => result?.kind === 'verify').at(index)?.result)
      .map(result => (result?.kind === 'verify' ? result.databases.flatMap(({ checks }) => checks) : []));
    expect(second.filter(({ verdict }) => verdict === 'skipped').map(({ name }) => name)).toContain('objects');
    expect(second.find(({ name }) => name === 'rows')).toMatchObject({ verdict: 'passed', compared: 4 });
    expect(await copy.query('SELECT last_value::text AS at FROM books.title_id_seq')).toEqual([{ at: '30' }]);
  });

  test('are not taken for a whole database', async () => {
    const report = await drillLibrary(await sharedServer(), { 'data-only': true });
    expect(report.steps[1]).toMatchObject({ status: 'failed', problems: [{ code: 'PGR181' }] });
    expect(report.databases).toEqual([]);
  });

  test('that a row hinders change nothing', async () => {
    const server = await sharedServer();
    await using source = await freshDatabase(server, { sql: library });
    await using target = await freshDatabase(server, {
      sql: `${library}; DELETE FROM title; DELETE FROM author WHERE id > 1`,
    });
    await using workspace = await makeWorkspace();
    for (const format of ['directory', 'plain']) {
      const { report } = await workspace.run(
        {
          connections: { source: source.url, target: source.url },
          steps: [
            { dump: { from: 'source', 'data-only': true, 'large-objects': false, format, to: `dumps/${format}` } },
            { restore: { into: 'target', as: { [source.name]: target.name }, 'into-existing': target.name } },
          ],
        },
        keptClients,
      );
      expect(report.steps[1]?.problems[0]).toMatchObject({ code: 'PGR214' });
      expect(report.steps[1]?.problems[0]?.message).toContain('duplicate key value');
      expect(await target.query(`${rows}author`)).toEqual([{ n: 1 }]);
      expect(await target.query(`${rows}title`)).toEqual([{ n: 0 }]);
    }
  });
});

test('serializable-deferrable waits until nothing under way can make the snapshot look wrong', async () => {
  const server = await sharedServer();
  await using source = await freshDatabase(server, { sql: library });
  await using workspace = await makeWorkspace();
  await withClient(server, source.name, async client => {
    await client.query(
      'BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM books.author; UPDATE books.title SET name = name WHERE id = 1',
    );
    const running = workspace.run({
      connections: { source: source.url },
      steps: [{ dump: { 'serializable-deferrable': true, to: 'dumps/set' } }],
    });
    const waits = `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = '${source.name}' AND wait_event = 'SafeSnapshot'`;
    const ended = running.then(() => true);
    const waiting = async () => Number((await queryOn(server, 'postgres', waits))[0]?.['n']) > 0;
    while (!(await waiting())) expect(await Promise.race([ended, delay(50, false)])).toBe(false);
    await client.query('COMMIT');
    expect((await running).exitCode).toBe(0);
  });
});

test('a plain dump knows where its sequences are, while they move on', async () => {
  const server = await sharedServer();
  await using source = await freshDatabase(server, { sql: `CREATE SEQUENCE moving CACHE 1; ${library}` });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(server, `${source.name}_copy`);
  await withClient(server, source.name, async client => {
    const running = workspace.run(
      {
        connections: { source: source.url, target: source.url },
        steps: drill(source.name, copy.name, { dump: { format: 'plain', 'large-objects': false } }),
      },
      keptClients,
    );
    const ended = running.then(() => true);
    while (!(await Promise.race([ended, delay(1, false)]))) await client.query("SELECT nextval('public.moving')");
    const { report } = await running;
    expect({ ...ending(report), unproven: [] }).toEqual(proven);
    const [at] = await copy.query('SELECT last_value::integer AS n FROM public.moving');
    expect(at?.['n']).toBeGreaterThan(1);
  });
});

describe('what newer clients have', () => {
  let server: ThrowawayServer;
  beforeAll(async () => {
    server = await startThrowawayServer({ programs: await programsOf(18) });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('does what it says', async context => {
    const available = await sealedClient(18);
    if (available.kind === 'absent') return context.skip(true, available.reason);
    const newest: readonly (readonly [Step, Readonly<Record<string, unknown>>])[] = [
      [
        { include: { 'table-and-children': 'books.loan' } },
        { made: 'loan_new loan_old', large: 0, extensions: null, granted: 0 },
      ],
      [{ exclude: { 'table-and-children': 'books.loan' } }, { ...whole, made: 'author title title_by_name titles' }],
      [{ exclude: { extension: 'hstore' } }, { ...whole, extensions: 'citext' }],
      [
        { exclude: { extension: 'hstore' }, format: 'plain' },
        { ...whole, extensions: 'citext' },
      ],
      [
        { include: { extension: 'citext' }, format: 'tar' },
        { ...whole, extensions: 'citext', large: 0 },
      ],
    ];
    await using source = await freshDatabase(server, { sql: library });
    await using workspace = await makeWorkspace();
    await using drills = await drillMany(
      source,
      workspace,
      newest.map(([dump]) => ({ dump, level: 'counts' })),
    );
    expect(ending(drills.report)).toEqual(proven);
    for (const [index, [, expected]] of newest.entries())
      expect(await drills.copies[index]?.query(look)).toEqual([expected]);
  });

  test('an older one is told apart when the run is planned', async () => {
    const report = await drillLibrary(await sharedServer(15), { exclude: { extension: 'hstore' } });
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR156' }]);
  });
});

test('inserts that would fill other columns are refused, and those with names are proven', async () => {
  await using source = await freshDatabase(await sharedServer(), {
    sql: `CREATE TABLE parent (a text, b text); CREATE TABLE child (b text, a text); ALTER TABLE child INHERIT parent;
      INSERT INTO child VALUES ('is b', 'is a')`,
  });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const run = (dump: Step) =>
    workspace.run({
      connections: { source: source.url, target: source.url },
      steps: drill(source.name, copy.name, { dump }),
    });
  const { report } = await run({ inserts: true });
  expect(report.steps[0]?.problems).toMatchObject([
    { code: 'PGR183', message: expect.stringContaining('public.child') },
  ]);
  expect(ending((await run({ 'column-inserts': true })).report)).toEqual(proven);
});
