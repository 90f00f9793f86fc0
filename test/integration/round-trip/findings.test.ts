import { expect, test } from 'vitest';
import { makeWorkspace } from '../../support/round-trip.ts';
import { checksOf, copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, sharedServer, withClient } from '../../support/servers.ts';

const library = `
  CREATE TABLE book (id serial PRIMARY KEY, title text NOT NULL);
  CREATE INDEX book_by_title ON book (title);
  INSERT INTO book (title) SELECT 'title ' || n FROM generate_series(1, 50) AS n;
  CREATE FUNCTION shelf(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 7';
  CREATE VIEW titles AS SELECT title FROM book;
  CREATE MATERIALIZED VIEW long_titles AS SELECT title FROM book WHERE length(title) > 7`;

const changes = [
  {
    sql: 'DROP INDEX book_by_title',
    check: 'objects',
    finding: { kind: 'missing', object: expect.stringMatching(/INDEX.*book_by_title/) },
  },
  {
    sql: 'CREATE TABLE guest ()',
    check: 'objects',
    finding: { kind: 'extra', object: expect.stringMatching(/TABLE.*guest/) },
  },
  {
    sql: "CREATE OR REPLACE FUNCTION shelf(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 8'",
    check: 'objects',
    finding: {
      kind: 'changed',
      object: expect.stringMatching(/FUNCTION.*shelf/),
      property: 'definition',
      expected: expect.stringMatching(/% 7/),
      actual: expect.stringMatching(/% 8/),
    },
  },
  {
    sql: 'GRANT SELECT ON book TO PUBLIC',
    check: 'objects',
    finding: { kind: 'extra', object: expect.stringMatching(/ACL.*book/) },
  },
  {
    sql: 'DELETE FROM book WHERE id = 7',
    check: 'rows',
    finding: {
      kind: 'changed',
      object: expect.stringMatching(/public\.book/),
      property: 'rows',
      expected: '50',
      actual: '49',
    },
  },
  {
    sql: "SELECT setval('book_id_seq', 49)",
    check: 'sequences',
    finding: {
      kind: 'changed',
      object: expect.stringMatching(/public\.book_id_seq/),
      property: 'last_value',
      expected: '50',
      actual: '49',
    },
  },
  {
    sql: 'REFRESH MATERIALIZED VIEW long_titles WITH NO DATA',
    check: 'materialized views',
    finding: {
      kind: 'changed',
      object: expect.stringMatching(/long_titles/),
      property: 'populated',
      expected: 'true',
      actual: 'false',
    },
  },
  {
    sql: "SELECT lo_from_bytea(0, 'x')",
    check: 'large objects',
    finding: { kind: 'changed', expected: '0', actual: '1' },
  },
] as const;

test.each(changes)('a copy changed by $sql is found out, by name', async ({ sql, check, finding }) => {
  await using source = await freshDatabase(await sharedServer(), { sql: library });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const { report, exitCode, junit, stdout } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy.name, {
      between: [{ sql: { on: 'target', database: copy.name, run: sql } }],
      // What is counted would be told once more by what is compared row by row.
      verify: { level: 'counts' },
    }),
  });
  expect(exitCode).toBe(3);
  expect(ending(report)).toMatchObject({
    verdict: 'failed',
    exitCode: 3,
    problems: [expect.stringMatching(/^PGR300 /)],
  });
  const failed = checksOf(report).filter(({ verdict }) => verdict !== 'passed');
  expect(failed.map(({ name, verdict }) => [name, verdict])).toEqual([[check, 'failed']]);
  const [found, ...more] = failed.flatMap(({ findings }) => findings);
  expect(more).toEqual([]);
  expect(found).toMatchObject(finding);

  // The same in words, where people and CI systems look.
  const object = found?.object ?? '';
  expect(stdout).toContain('✗ FAILED');
  expect(stdout).toContain(`${finding.kind} ${object}`);
  const suite = new RegExp(`<testcase [^>]*name="${check}"[^>]*>\\s*<failure ([^]*?)</failure>`).exec(junit)?.[1];
  expect(suite).toContain(object.replaceAll('"', '&quot;'));
  expect(junit).toMatch(/<testsuites [^>]*failures="1"/);
  expect(report.headline).toContain(check);
  // What was restored is left for people to look at.
  expect(report.databases.map(({ name }) => name)).toEqual([copy.name]);
});

test('a change that undoes itself is none', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: library });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const run = 'DROP INDEX book_by_title; CREATE INDEX book_by_title ON book (title); REINDEX TABLE book';
  const { report } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy.name, { between: [{ sql: { on: 'target', database: copy.name, run } }] }),
  });
  expect(ending(report)).toEqual(proven);
});

test('who else is connected to a copy that differs is told', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: library });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const connections = { source: source.url, target: source.url };
  const [dump = {}, restore = {}] = drill(source.name, copy.name);
  await workspace.run({ connections, steps: [dump, restore] });
  await withClient(source.server, copy.name, async client => {
    await client.query('DELETE FROM book WHERE id = 7');
    const verify = { verify: { from: 'dumps/set', into: 'target', as: { [source.name]: copy.name } } };
    const { report } = await workspace.run({ connections, steps: [verify] });
    expect(report.exitCode).toBe(3);
    expect(report.steps[0]?.notes).toContainEqual(expect.stringMatching(/^1 other session connected to .*_copy/));
  });
});
