import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { type Copy, checksOf, copyOn, drill, ending, findingsOf, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';

const tables = `
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE TABLE person (id int PRIMARY KEY, email text, feeling mood);
  INSERT INTO person SELECT i, 'user' || i || '@example.com', 'glad' FROM generate_series(1, 500) i;
  CREATE TABLE by_mood (m mood, v int) PARTITION BY HASH (m);
  CREATE TABLE by_mood_0 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE by_mood_1 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  INSERT INTO by_mood SELECT (CASE WHEN i % 2 = 0 THEN 'sad' ELSE 'glad' END)::mood, i FROM generate_series(1, 100) i;
  CREATE TABLE empty (id int)`;

describe.each([
  ['plain text', { format: 'plain' }],
  ['INSERT statements', { format: 'custom', inserts: true }],
] as const)('a dump of %s is proven by hashes of the source', (_, dump) => {
  let source: FreshDatabase;
  let workspace: Workspace;
  let copy: Copy;
  let drilled: RunReport;

  beforeAll(async () => {
    source = await freshDatabase(await sharedServer(), { sql: tables });
    workspace = await makeWorkspace();
    copy = copyOn(source.server, `${source.name}_copy`);
    const steps = drill(source.name, copy.name, { dump, verify: { level: 'content', sample: '10%' } });
    drilled = (await workspace.run({ connections: { source: source.url, target: source.url }, steps })).report;
  });
  afterAll(async () => {
    await copy[Symbol.asyncDispose]();
    await workspace[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
  });

  test('an equal copy', async () => {
    expect({ ...ending(drilled), unproven: [] }).toEqual(proven);
    expect(checksOf(drilled).find(({ name }) => name === 'content')).toMatchObject({
      verdict: 'passed',
      compared: 3,
      note: 'compared whole and not by a sample, as hashes are of all rows',
    });
    const [database] = (await workspace.manifest('dumps/set')).databases;
    for (const table of database?.tables ?? []) expect(table.hash).toMatch(/^row-sum-4:-?\d+$/);
  });

  test.each([
    ["UPDATE person SET email = 'x' WHERE id = 7", 'public.person'],
    ["UPDATE person SET feeling = 'sad' WHERE id = 7", 'public.person'],
    [
      'UPDATE person SET email = (SELECT email FROM person p WHERE p.id = 9 - person.id) WHERE id IN (4, 5)',
      'public.person',
    ],
    ['UPDATE by_mood SET v = -v WHERE v = 50', 'public.by_mood'],
  ])('%s', async (sql, table) => {
    await using changed = await freshDatabase(source.server, { template: copy.name, sql });
    const { report, exitCode } = await workspace.run({
      connections: { target: source.url },
      steps: [{ verify: { from: 'dumps/set', into: 'target', as: { [source.name]: changed.name }, level: 'content' } }],
    });
    expect(exitCode).toBe(3);
    expect(findingsOf(report)).toMatchObject([
      {
        kind: 'changed',
        object: `TABLE DATA ${table}`,
        property: 'rows',
        actual: expect.stringMatching(/not the same/),
      },
    ]);
  });
});

test.each([
  ['nothing is claimed', ''],
  // All rows in one partition: of the other, which has none, nothing needs to be hashed.
  ['nothing is claimed of partitions, whichever is empty', "DELETE FROM by_mood WHERE m = 'sad'"],
])('without hashes and comparable rows %s', async (_, then) => {
  await using source = await freshDatabase(await sharedServer(), { sql: `${tables}; ${then}` });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const dump = { format: 'plain', 'content-hash': false };
  const steps = drill(source.name, copy.name, { dump, verify: { level: 'content' } });
  const { report } = await workspace.run({ connections: { source: source.url, target: source.url }, steps });
  expect(report.verdict).not.toBe('passed');
  expect(checksOf(report).find(({ name }) => name === 'content')).toMatchObject({
    verdict: 'could-not-verify',
    note: expect.stringMatching(/public\.by_mood \(.*dump with content-hash/),
    findings: [],
  });
});
