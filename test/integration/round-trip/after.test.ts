import { expect, test } from 'vitest';
import type { ProfilePart, RunReport } from '../../../src/report/model.ts';
import { makeWorkspace, type Step } from '../../support/round-trip.ts';
import { checksOf, copyOn, drill, ending, findingsOf, proven, resultsOf } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';

const tables = `
  CREATE TABLE plain AS SELECT n AS id, n % 10 AS kind FROM generate_series(1, 1000) AS n;
  CREATE TABLE parts (id integer, kind integer) PARTITION BY LIST (kind);
  CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
  INSERT INTO parts SELECT n, 1 FROM generate_series(1, 100) AS n;
  CREATE INDEX plain_kind ON plain (kind)`;

const views = `
  CREATE TABLE base AS SELECT 7 AS id;
  CREATE MATERIALIZED VIEW zero AS SELECT id FROM base WITH NO DATA;
  CREATE VIEW between_them AS SELECT id + 1 AS id FROM zero;
  CREATE MATERIALIZED VIEW another AS SELECT id + 1 AS id FROM between_them WITH NO DATA;
  CREATE MATERIALIZED VIEW filled AS SELECT id FROM base`;

async function drillWith(source: FreshDatabase, restore: Step, between: readonly Step[] = [], dump: Step = {}) {
  const workspace = await makeWorkspace();
  const copy = copyOn(source.server, `${source.name}_copy`);
  const { report } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy.name, { dump, restore, between }),
  });
  const phases = resultsOf(report, 'restore')[0]?.databases[0]?.phases.map(({ name }) => name);
  return {
    report,
    phases,
    query: (sql: string) => copy.query(sql),
    async [Symbol.asyncDispose]() {
      await copy[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

/** The parts of a step, and of the profile those that do not lie within theirs. To a millisecond, as the report rounds. */
function partsOf({ profile = [] }: RunReport, position: number | null): readonly string[] {
  const parts = profile.filter(({ step, kind }) => step === position && kind !== 'step');
  return parts.map(({ kind, name }) => `${kind}: ${name}`).toSorted();
}

function outsideTheirStep({ profile = [], seconds }: RunReport): readonly ProfilePart[] {
  const whole = { start: 0, seconds };
  return profile.filter(part => {
    const around =
      part.step === undefined || part.step === null
        ? whole
        : profile.find(({ step, kind }) => step === part.step && kind === 'step');
    if (around === undefined) return true;
    return part.start < around.start - 0.002 || part.start + part.seconds > around.start + around.seconds + 0.002;
  });
}

const counts = `
  SELECT relname AS name, analyze_count::integer AS analyzed, vacuum_count::integer AS vacuumed FROM pg_stat_user_tables
  WHERE relname IN ('plain', 'part_1') ORDER BY 1`;
const each = (analyzed: number, vacuumed: number) => ['part_1', 'plain'].map(name => ({ name, analyzed, vacuumed }));

test.each<readonly [Step, readonly string[], ReturnType<typeof each>]>([
  [{ analyze: false }, ['all'], each(0, 0)],
  [{ analyze: true, jobs: 1 }, ['all', 'analyze'], each(1, 0)],
  [{ analyze: 'vacuum', jobs: 3 }, ['all', 'vacuum and analyze'], each(1, 1)],
  [
    { analyze: 'stages', jobs: 3 },
    ['all', 'analyze, first stage', 'analyze, second stage', 'analyze, last stage'],
    each(3, 0),
  ],
])('%j', async (restore, phases, expected) => {
  await using source = await freshDatabase(await sharedServer(), { sql: tables });
  const dump = restore['jobs'] === 3 ? { format: 'directory', jobs: 2 } : { format: 'custom' };
  await using done = await drillWith(source, restore, [], dump);
  expect(ending(done.report)).toEqual(proven);
  expect(done.phases).toEqual(phases);
  expect(partsOf(done.report, null)).toEqual(
    ['checks before the run', 'client install', 'connecting and survey'].map(name => `preparation: ${name}`),
  );
  expect(outsideTheirStep(done.report)).toEqual([]);
  const rows = ['data: data', 'table: public.part_1', 'table: public.plain'];
  expect(partsOf(done.report, 0)).toEqual(['dump: checksums', 'dump: dump', 'dump: pg_dump', ...rows].toSorted());
  const indexes = ['index builds: index builds', 'index: public.plain_kind'];
  const made = [...['check of the dump set', ...phases].map(phase => `phase: ${phase}`), ...rows, ...indexes];
  expect(partsOf(done.report, 1)).toEqual(made.toSorted());
  expect(partsOf(done.report, 2)).toEqual(
    ['content', 'counts', 'definitions', 'hashes', 'use'].map(name => `proof: ${name}`),
  );
  await expect.poll(() => done.query(counts)).toEqual(expected);
  const analyzed = expected.some(({ analyzed: times }) => times > 0);
  const look =
    "SELECT DISTINCT tablename AS name FROM pg_stats WHERE tablename IN ('plain', 'parts', 'part_1') ORDER BY 1";
  expect(await done.query(look)).toEqual(analyzed ? ['part_1', 'parts', 'plain'].map(name => ({ name })) : []);
  // The last stage is of the server's own precision: 10 values, all of them known.
  const values =
    "SELECT cardinality(most_common_freqs) AS known FROM pg_stats WHERE tablename = 'plain' AND attname = 'kind'";
  expect(await done.query(values)).toEqual(analyzed ? [{ known: 10 }] : []);
});

const populated = "SELECT relname::text AS name, relispopulated AS filled FROM pg_class WHERE relkind = 'm' ORDER BY 1";

test('materialized views that the dump leaves empty stay empty, or are filled in their order', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: views });
  {
    await using left = await drillWith(source, {});
    expect(ending(left.report)).toEqual(proven);
    expect(await left.query(populated)).toEqual([
      { name: 'another', filled: false },
      { name: 'filled', filled: true },
      { name: 'zero', filled: false },
    ]);
  }
  await using refreshed = await drillWith(source, { refresh: true });
  expect(ending(refreshed.report)).toEqual(proven);
  expect(refreshed.phases).toEqual(['all', 'refresh', 'analyze']);
  expect(await refreshed.query('SELECT (SELECT id FROM zero) AS zero, (SELECT id FROM another) AS another')).toEqual([
    { zero: 7, another: 9 },
  ]);
});

test('a materialized view that was filled and is empty again is found', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: views });
  const copy = `${source.name}_copy`;
  const run = 'REFRESH MATERIALIZED VIEW public.another WITH NO DATA';
  await using done = await drillWith(source, { refresh: true }, [{ sql: { on: 'target', database: copy, run } }]);
  expect(done.report.exitCode).toBe(3);
  expect(findingsOf(done.report)).toMatchObject([
    { object: 'MATERIALIZED VIEW public.another', property: 'populated', expected: 'true', actual: 'false' },
  ]);
  expect(checksOf(done.report).find(({ name }) => name === 'materialized views')?.verdict).toBe('failed');
});
