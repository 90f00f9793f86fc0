import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { type Copy, checksOf, copyOn, drill, ending, findingsOf, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';

const rows = 30_000;
// Pages have room left, so that an update leaves its row in its page.
const tables = `
  CREATE TABLE big (id int PRIMARY KEY, value text) WITH (fillfactor = 50);
  INSERT INTO big SELECT i, md5(i::text) FROM generate_series(1, ${rows}) i;
  CREATE TABLE small (id int PRIMARY KEY, value text); INSERT INTO small VALUES (1, 'x')`;
const change = (id: number) => `UPDATE big SET value = 'other' WHERE id = ${id}`;

// Of about 500 blocks the first, the last, and one by chance.
const least = { sample: '0.001%', 'sample-above': '1MB' };

let source: FreshDatabase;
let workspace: Workspace;
let copy: Copy;
let drilled: RunReport;

const verified = async (sql: string, more: object) => {
  await using changed = await freshDatabase(source.server, { template: copy.name, sql });
  return await workspace.run({
    connections: { target: source.url },
    steps: [{ verify: { from: 'dumps/set', into: 'target', as: { [source.name]: changed.name }, ...more } }],
  });
};
const contentOf = (report: RunReport) => checksOf(report).find(({ name }) => name === 'content');

beforeAll(async () => {
  source = await freshDatabase(await sharedServer(), { sql: tables });
  workspace = await makeWorkspace();
  copy = copyOn(source.server, `${source.name}_copy`);
  const { report } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy.name, { verify: { sample: '50%', 'sample-above': '1MB' } }),
  });
  drilled = report;
});

afterAll(async () => {
  await copy[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
});

test('an equal copy is proven as far as was looked', () => {
  expect(ending(drilled)).toEqual(proven);
  const [sampled, ...others] = contentOf(drilled)?.sampled ?? [];
  expect(others).toEqual([]);
  expect(sampled).toMatchObject({ table: 'public.big', of: rows });
  expect(sampled?.rows).toBeGreaterThanOrEqual(rows * 0.49);
  expect(sampled?.rows).toBeLessThan(rows * 0.6);
});

describe('a difference', () => {
  test('outside of the sample is not found, and said to be not looked at', async () => {
    const { report, exitCode, stdout, junit } = await verified(change(rows / 2), { level: 'content', ...least });
    expect(exitCode).toBe(0);
    const content = contentOf(report);
    expect(content).toMatchObject({ verdict: 'passed', compared: 2, findings: [] });
    const looked = content?.sampled?.[0]?.rows ?? 0;
    expect(looked).toBeGreaterThan(0);
    expect(looked).toBeLessThan(rows / 50);
    const said = `a sample was compared, and no other row looked at: public.big (${looked} of ${rows} rows)`;
    expect(content?.note).toBe(said);
    expect(stdout).toContain(said);
    expect(junit).toContain(said);
    expect(report.headline).toMatch(
      /every row that was looked at agrees \(a sample of .* of 30,000 rows in public\.big;/,
    );
    expect(report.headline).not.toContain('every row agrees');
    expect(checksOf(report).find(({ name }) => name === 'rows')).toMatchObject({ verdict: 'passed', compared: 2 });
  });

  test('is found when every row is compared', async () => {
    const { report, exitCode } = await verified(change(rows / 2), { level: 'content' });
    expect(exitCode).toBe(3);
    expect(contentOf(report)?.sampled).toBeUndefined();
  });

  test.each([
    ['in the first block', 1],
    ['in the last block', rows],
  ])('%s is always found, and told as without a sample', async (_, id) => {
    const { report, exitCode } = await verified(change(id), { level: 'content', 'show-keys': true, ...least });
    expect(exitCode).toBe(3);
    expect(contentOf(report)?.sampled).toBeUndefined();
    expect(findingsOf(report)).toMatchObject([
      { object: 'TABLE DATA public.big', actual: `${rows} rows: 1 changed` },
      { object: `ROW public.big (id) = (${id})`, property: 'value' },
    ]);
  });

  test('in the number of rows is found wherever it is', async () => {
    const sql = `DELETE FROM big WHERE id = ${rows / 2}`;
    const { report, exitCode } = await verified(sql, { level: 'content', 'show-keys': true, ...least });
    expect(exitCode).toBe(3);
    expect(findingsOf(report)).toMatchObject([
      { object: 'public.big', property: 'rows', expected: '30000', actual: '29999' },
      { object: 'TABLE DATA public.big', actual: `${rows - 1} rows: 1 missing` },
      { kind: 'missing', object: `ROW public.big (id) = (${rows / 2})` },
    ]);
  });
});

test('the same rows in another order are no difference to a sample either', async () => {
  const sql = `UPDATE big SET value = value WHERE id < 500; DELETE FROM big WHERE id < 10;
    INSERT INTO big SELECT i, md5(i::text) FROM generate_series(1, 9) i`;
  const { report, exitCode } = await verified(sql, { level: 'content', ...least });
  expect(exitCode).toBe(0);
  expect(contentOf(report)).toMatchObject({ note: 'the same rows in another order: public.big' });
});
