import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace } from '../../support/round-trip.ts';
import { copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, sharedServer } from '../../support/servers.ts';

const shelf =
  'CREATE TABLE book (id serial PRIMARY KEY); INSERT INTO book DEFAULT VALUES; GRANT SELECT ON book TO PUBLIC';

test('each of two copies is compared as it was restored, whatever was restored after it', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: shelf });
  await using workspace = await makeWorkspace();
  await using first = copyOn(source.server, `${source.name}_1`);
  await using second = copyOn(source.server, `${source.name}_2`);
  const { name } = source;
  const { report } = await workspace.run({
    connections: { source: source.url },
    steps: [
      { dump: { from: 'source', to: 'set' } },
      { restore: { into: 'source', as: { [name]: first.name } } },
      { restore: { into: 'source', as: { [name]: second.name }, privileges: 'skip' } },
      { sql: { on: 'source', database: first.name, run: 'REVOKE SELECT ON book FROM PUBLIC' } },
      { verify: { from: 'set', into: 'source', as: { [name]: first.name } } },
    ],
  });
  expect(ending(report)).toMatchObject({ verdict: 'failed', exitCode: 3 });
});

test('rows that pg_dump loads through the root of their partitions are compared by their sum', async () => {
  const sql = `
    CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd', 'e', 'f');
    CREATE TABLE day (mood mood, note text) PARTITION BY HASH (mood);
    CREATE TABLE day_0 PARTITION OF day FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE day_1 PARTITION OF day FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    INSERT INTO day SELECT m, n::text FROM unnest(enum_range(NULL::mood)) AS m, generate_series(1, 10) AS n`;
  await using source = await freshDatabase(await sharedServer(), { sql });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const steps = drill(source.name, copy.name);
  expect(
    ending((await workspace.run({ connections: { source: source.url, target: source.url }, steps })).report),
  ).toEqual(proven);
  await copy.query("DELETE FROM day WHERE note = '7' AND mood = 'c'");
  const { report } = await workspace.run({
    connections: { target: source.url },
    steps: [{ verify: { from: 'dumps/set', into: 'target', as: { [source.name]: copy.name } } }],
  });
  expect(ending(report)).toMatchObject({ verdict: 'failed', exitCode: 3 });
});

test('a manifest that hides a table is found out, though its hash is right', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: shelf });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const connections = { source: source.url, target: source.url };
  await workspace.run({ connections, steps: drill(source.name, copy.name) });
  const folder = join(workspace.folder, 'dumps/set');
  const path = join(folder, 'manifest.json');
  const before = readFileSync(path, 'utf8');
  const manifest = JSON.parse(before) as { databases: { tables: unknown[] }[] };
  for (const database of manifest.databases) database.tables = [];
  const after = JSON.stringify(manifest);
  writeFileSync(path, after);
  const sums = join(folder, 'SHA256SUMS');
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  writeFileSync(sums, readFileSync(sums, 'utf8').replace(digest(before), digest(after)));
  const { report } = await workspace.run({
    connections,
    steps: [{ verify: { from: 'dumps/set', into: 'target', as: { [source.name]: copy.name } } }],
  });
  expect(ending(report)).toMatchObject({ exitCode: 3, problems: [expect.stringMatching(/^PGR172 /)] });
});

test.each([{ schema: ['secrte'] }, { table: ['public.bok'] }, { 'table-data': ['public.bok'] }])(
  'an exclude that matches nothing is refused before anything is dumped: %j',
  async exclude => {
    await using source = await freshDatabase(await sharedServer(), { sql: shelf });
    await using workspace = await makeWorkspace();
    const { report } = await workspace.run({
      connections: { source: source.url },
      steps: [{ dump: { from: 'source', to: 'set', exclude } }],
    });
    expect(ending(report)).toMatchObject({ exitCode: 2, problems: [expect.stringMatching(/^PGR180 the exclude "/)] });
  },
);
