import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryOn } from '../../support/databases.ts';
import { makeWorkspace } from '../../support/round-trip.ts';
import { copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer, type TestServer } from '../../support/servers.ts';

const reader = `reader_${randomBytes(4).toString('hex')}`;

/** Something for every flag to change. */
const objects = `
  CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
  CREATE TABLE elsewhere (id integer) USING other_heap;
  CREATE TABLE note (id integer PRIMARY KEY, body text DEFAULT 'bäh', weight float8);
  COMMENT ON TABLE note IS 'remark';
  INSERT INTO note SELECT n, 'ü' || n, n / 3.0 FROM generate_series(1, 9) AS n;
  CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS $$ SELECT n + n -- it's $$;
  CREATE TABLE part (kind text, n integer) PARTITION BY LIST (kind);
  CREATE TABLE part_a PARTITION OF part FOR VALUES IN ('a');
  INSERT INTO part VALUES ('a', 1), ('a', 2);
  ALTER TABLE note ENABLE ROW LEVEL SECURITY;
  CREATE POLICY first_ones ON note USING (id <= 5);
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${reader}`;

let server: TestServer;
let source: FreshDatabase;

beforeAll(async () => {
  server = await sharedServer();
  await queryOn(server, 'postgres', `CREATE ROLE ${reader} LOGIN PASSWORD '${reader}'`);
  await queryOn(server, 'postgres', `COMMENT ON ROLE ${reader} IS 'remark on a role'`);
  source = await freshDatabase(server, { sql: objects });
});

afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await queryOn(server, 'postgres', `DROP ROLE ${reader}`);
});

const connections = () => ({ source: source.url, target: source.url });

test('what changes the text of definitions alone makes no difference', async () => {
  await using workspace = await makeWorkspace();
  await using copy = copyOn(server, `${source.name}_text`);
  const flags = {
    'disable-dollar-quoting': true,
    encoding: 'LATIN1',
    'extra-float-digits': 0,
    'load-via-partition-root': true,
    'no-comments': true,
    'no-toast-compression': true,
    'quote-all-identifiers': true,
  };
  const dump = { flags, globals: true, 'globals-flags': { 'no-comments': true, 'roles-only': true } };
  const { report } = await workspace.run({
    connections: connections(),
    steps: drill(source.name, copy.name, { to: 'dumps/text', dump }),
  });
  expect(ending(report)).toEqual(proven);
  expect(report.steps[0]?.notes).toContain('what extra-float-digits cuts off: never compared');
  const looked = await copy.query(`
    SELECT obj_description('note'::regclass) AS remark, twice(4) AS twice,
      (SELECT prosrc FROM pg_proc WHERE proname = 'twice') AS body, (SELECT body FROM note WHERE id = 7) AS text`);
  expect(looked).toEqual([{ remark: null, twice: 8, body: " SELECT n + n -- it's ", text: 'ü7' }]);
  const [database] = (await workspace.manifest('dumps/text')).databases;
  expect(database?.options).toEqual(expect.arrayContaining(['--no-comments', '--encoding=LATIN1']));
  const globals = await readFile(join(workspace.folder, 'dumps/text/globals.sql'), 'utf8');
  expect(globals).toContain(reader);
  expect(globals).not.toContain('remark on a role');

  // The same dump set in a run of its own knows how it was printed from its manifest.
  const later = await workspace.run({
    connections: connections(),
    steps: [{ verify: { from: 'dumps/text', into: 'target', as: { [source.name]: copy.name } } }],
  });
  expect(ending(later.report)).toEqual(proven);
});

test('a copy without the access methods of the source is what was asked for, and nothing else is forgiven', async () => {
  await using workspace = await makeWorkspace();
  await using copy = copyOn(server, `${source.name}_method`);
  const restore = { flags: { 'no-table-access-method': true, 'use-set-session-authorization': true } };
  const steps = drill(source.name, copy.name, { to: 'dumps/method', restore });
  const { report } = await workspace.run({ connections: connections(), steps });
  expect(ending(report)).toEqual(proven);
  const methods = await copy.query(`
    SELECT amname::text AS method FROM pg_class c JOIN pg_am a ON a.oid = relam WHERE relname = 'elsewhere'`);
  expect(methods).toEqual([{ method: 'heap' }]);
  const alone = await workspace.run({
    connections: connections(),
    steps: [{ verify: { from: 'dumps/method', into: 'target', as: { [source.name]: copy.name } } }],
  });
  expect(ending(alone.report)).toMatchObject({
    exitCode: 3,
    findings: [{ object: 'TABLE public.elsewhere', property: 'access method', expected: 'other_heap', actual: 'heap' }],
  });
});

test('rows that row security hides are neither dumped nor counted', async () => {
  await using workspace = await makeWorkspace();
  await using copy = copyOn(server, `${source.name}_rows`);
  const url = new URL(source.url);
  url.username = reader;
  url.password = reader;
  const { report } = await workspace.run({
    connections: { source: url.href, target: source.url },
    steps: drill(source.name, copy.name, { to: 'dumps/rows', dump: { flags: { 'enable-row-security': true } } }),
  });
  expect(ending(report)).toEqual(proven);
  expect(await copy.query('SELECT count(*)::integer AS rows FROM note')).toEqual([{ rows: 5 }]);
});

test('what the client does not have is refused before any work', async () => {
  await using workspace = await makeWorkspace();
  const run = (step: object) => workspace.command(['plan'], { connections: connections(), steps: [step as never] });
  const { exitCode, stderr } = await run({ dump: { from: 'source', to: 'out', flags: { 'no-policies': true } } });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('PGR156') });
  expect(stderr).toMatch(/--no-policies needs pg_dump 18 or newer, and the client is \d+/);
});
