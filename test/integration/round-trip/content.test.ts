import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { type Copy, checksOf, copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer, type TestServer } from '../../support/servers.ts';

/** Tables of every kind whose rows are hard to compare. */
const tables = `
  CREATE SCHEMA "Odd ""name""";
  CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TYPE pair AS (a int, b text); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TABLE person (id int PRIMARY KEY, email text, joined timestamptz DEFAULT now(), balance numeric(12, 3), feeling mood);
  INSERT INTO person SELECT i, 'user' || i || '@example.com', timestamptz '2024-03-31 01:30:00+00' + i * interval '1 hour', i / 7.0, 'glad'
    FROM generate_series(1, 5000) i;
  CREATE TABLE two_keys (a int, b text, c text, PRIMARY KEY (b, a));
  INSERT INTO two_keys SELECT i % 10, 'k' || i, 'v' || i FROM generate_series(1, 100) i;
  CREATE TABLE keyless (a int, b text);
  INSERT INTO keyless SELECT i % 3, 'same' FROM generate_series(1, 300) i;
  CREATE TABLE no_columns (); INSERT INTO no_columns DEFAULT VALUES; INSERT INTO no_columns DEFAULT VALUES;
  CREATE TABLE nothing (id int);
  CREATE TABLE "Odd ""name"""."t (x) FROM stdin;" ("a, b" int PRIMARY KEY, "c""d" text);
  INSERT INTO "Odd ""name"""."t (x) FROM stdin;" VALUES (1, e'\\\\.'), (2, e'tab\\there\\nand a line'), (3, NULL), (4, '');
  CREATE TABLE computed (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED, gone text, kept text);
  ALTER TABLE computed DROP COLUMN gone; INSERT INTO computed (id, kept) VALUES (1, 'x'), (2, 'y');
  CREATE TABLE kinds (id int PRIMARY KEY, f float8, g float4, r int4range, m int[], j json, jb jsonb, x xml, p pair, d positive, i interval, b bytea, t time with time zone, u uuid, n numeric, bits bit varying, net inet, money money, class regclass);
  INSERT INTO kinds VALUES (1, 0.1, 1e30, '[1,5)', '{1,NULL,3}', '{"a":  1}', '{"a": 1}', '<a/>', '(1,"x,y")', 5, '1 year 2 days', '\\x00ff', '10:00+02', gen_random_uuid(), 1.10, B'101', '10.0.0.1', 12.34, 'person'),
    (2, 'NaN', '-Infinity', 'empty', '{}', '[]', 'null', '<b>ü</b>', NULL, NULL, '-3 months', '', '23:59:60', NULL, 'NaN', '', '::1', -1, 'pg_class');
  CREATE TABLE measured (at date, v int) PARTITION BY RANGE (at);
  CREATE TABLE measured_1 PARTITION OF measured FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
  CREATE TABLE measured_2 PARTITION OF measured FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
  INSERT INTO measured SELECT date '2024-01-01' + i, i FROM generate_series(0, 300) i;
  CREATE TABLE by_mood (m mood, v int) PARTITION BY HASH (m);
  CREATE TABLE by_mood_0 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE by_mood_1 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  INSERT INTO by_mood SELECT (CASE WHEN i % 2 = 0 THEN 'sad' ELSE 'glad' END)::mood, i FROM generate_series(1, 100) i;
  CREATE TABLE parent (id int); CREATE TABLE child (more text) INHERITS (parent);
  INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 'x');
  CREATE UNLOGGED TABLE fleeting (id int); INSERT INTO fleeting VALUES (1);
  CREATE TABLE loose (id int PRIMARY KEY, v text) WITH (fillfactor = 50); INSERT INTO loose SELECT i, md5(i::text) FROM generate_series(1, 3000) i;
  UPDATE loose SET v = v || 'x' WHERE id % 3 = 0;
  SELECT lo_from_bytea(70001, 'one'), lo_from_bytea(70002, ''), lo_from_bytea(70003, decode(repeat('ab', 50000), 'hex'))`;

const row = (object: string) => expect.stringContaining(`ROW ${object}`);
const table = (name: string, actual: RegExp | string) => ({
  kind: 'changed',
  object: `TABLE DATA ${name}`,
  property: 'rows',
  expected: expect.stringMatching(/rows as dumped$/),
  actual: expect.stringMatching(actual),
});

/** What is done to a copy, and what is to be found. */
const changes: readonly (readonly [sql: string, findings: readonly object[]])[] = [
  [
    'DELETE FROM person WHERE id = 4711',
    [
      table('public.person', /^4999 rows: 1 missing$/),
      { kind: 'missing', object: row('public.person (id) = (4…[4])') },
    ],
  ],
  [
    "UPDATE person SET email = 'x' WHERE id = 12",
    [
      table('public.person', /1 changed$/),
      { kind: 'changed', object: row('public.person (id) = (…)'), property: 'email' },
    ],
  ],
  [
    "UPDATE person SET email = '', joined = NULL WHERE id = 4999",
    [table('public.person', /1 changed$/), { kind: 'changed', property: 'email, joined' }],
  ],
  [
    "UPDATE person SET email = CASE id WHEN 1 THEN 'user2@example.com' ELSE 'user1@example.com' END WHERE id < 3",
    [table('public.person', /2 changed$/)],
  ],
  [
    'UPDATE person SET balance = balance + 0.001 WHERE id = 7',
    [table('public.person', /1 changed$/), { property: 'balance' }],
  ],
  [
    "UPDATE person SET joined = joined + interval '1 microsecond' WHERE id = 7",
    [table('public.person', /1 changed$/), { property: 'joined' }],
  ],
  ["UPDATE person SET feeling = 'sad' WHERE id = 7", [table('public.person', /1 changed$/), { property: 'feeling' }]],
  ["INSERT INTO person VALUES (6000, 'new')", [table('public.person', /^5001 rows: 1 extra$/), { kind: 'extra' }]],
  ['UPDATE person SET id = 9999 WHERE id = 1', [table('public.person', /1 missing, 1 extra$/)]],
  [
    "UPDATE two_keys SET c = 'x' WHERE b = 'k7'",
    [table('public.two_keys', /1 changed$/), { object: row('public.two_keys (b, a) = (…, …)'), property: 'c' }],
  ],
  [
    'DELETE FROM keyless WHERE ctid = (SELECT min(ctid) FROM keyless)',
    [
      table('public.keyless', /^299 rows: 1 missing$/),
      { kind: 'missing', object: row('public.keyless without a key') },
    ],
  ],
  [
    "UPDATE keyless SET b = 'other' WHERE ctid = (SELECT min(ctid) FROM keyless)",
    [table('public.keyless', /1 missing, 1 extra$/)],
  ],
  ['INSERT INTO no_columns DEFAULT VALUES', [table('public.no_columns', /^3 rows: 1 extra$/)]],
  ['INSERT INTO nothing VALUES (1)', [table('public.nothing', /^1 rows: 1 extra$/)]],
  [
    `UPDATE "Odd ""name"""."t (x) FROM stdin;" SET "c""d" = '' WHERE "c""d" IS NULL`,
    [table('Odd "name".t (x) FROM stdin;', /1 changed$/), { property: 'c"d' }],
  ],
  ['UPDATE kinds SET f = 0.10000000000000002 WHERE id = 1', [table('public.kinds', /1 changed$/), { property: 'f' }]],
  ['UPDATE kinds SET n = 1.1 WHERE id = 1', [table('public.kinds', /1 changed$/), { property: 'n' }]],
  [`UPDATE kinds SET j = '{"a": 1}' WHERE id = 1`, [table('public.kinds', /1 changed$/), { property: 'j' }]],
  ["UPDATE measured SET v = v + 1 WHERE at = '2024-08-01'", [table('public.measured_2', /1 missing, 1 extra$/)]],
  ['UPDATE by_mood SET v = -v WHERE v = 50', [table('public.by_mood', /1 missing, 1 extra$/)]],
  ["UPDATE child SET more = 'y'", [table('public.child', /1 missing, 1 extra$/)]],
  ['DELETE FROM fleeting', [table('public.fleeting', /^0 rows: 1 missing$/)]],
  ["SELECT lo_put(70001, 0, 'x')", [{ kind: 'changed', object: 'LARGE OBJECT 70001', property: 'content' }]],
  ["SELECT lo_put(70002, 0, 'x')", [{ kind: 'changed', object: 'LARGE OBJECT 70002' }]],
  ["SELECT lo_put(70003, 50000, 'x')", [{ kind: 'changed', object: 'LARGE OBJECT 70003' }]],
  [
    "SELECT lo_unlink(70003); SELECT lo_from_bytea(70004, 'x')",
    [
      { kind: 'missing', object: 'LARGE OBJECT 70003' },
      { kind: 'extra', object: 'LARGE OBJECT 70004' },
    ],
  ],
];

let server: TestServer;
let source: FreshDatabase;
let workspace: Workspace;
let copy: Copy;
let drilled: RunReport;

const verified = (target: string, more: object = {}) =>
  workspace.run({
    connections: { target: source.url },
    steps: [
      { verify: { from: 'dumps/set', into: 'target', as: { [source.name]: target }, level: 'content', ...more } },
    ],
  });

beforeAll(async () => {
  server = await sharedServer();
  source = await freshDatabase(server, { sql: tables });
  workspace = await makeWorkspace();
  copy = copyOn(server, `${source.name}_copy`);
  const connections = { source: source.url, target: source.url };
  const { report } = await workspace.run({
    connections,
    steps: drill(source.name, copy.name, { dump: { 'content-hash': false }, verify: { level: 'content' } }),
  });
  drilled = report;
});

afterAll(async () => {
  await copy[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
});

test('an equal copy is proven', () => {
  expect(ending(drilled)).toEqual(proven);
  const checks = checksOf(drilled).filter(({ level }) => level === 'content');
  expect(checks.map(({ name, verdict, compared }) => [name, verdict, compared])).toEqual([
    ['content', 'passed', 15],
    ['large object content', 'passed', 3],
  ]);
  expect(drilled.headline).toContain('every object and every row agrees');
});

test.each(changes)('%s', async (sql, wanted) => {
  await using changed = await freshDatabase(server, { template: copy.name, sql });
  const { report, exitCode } = await verified(changed.name);
  expect(exitCode).toBe(3);
  const findings = checksOf(report)
    .filter(({ level }) => level === 'content')
    .flatMap(check => check.findings);
  expect(findings).toEqual(expect.arrayContaining(wanted.map(one => expect.objectContaining(one))));
});

test('the same rows in another order are no difference', async () => {
  const sql = 'UPDATE person SET id = id WHERE id % 100 = 5';
  await using changed = await freshDatabase(server, { template: copy.name, sql });
  const { report, exitCode } = await verified(changed.name);
  expect(exitCode).toBe(0);
  expect(checksOf(report).find(({ name }) => name === 'content')?.note).toMatch(/another order: .*public\.person/);
});

test('keys are masked unless they may be shown', async () => {
  await using changed = await freshDatabase(server, {
    template: copy.name,
    sql: "DELETE FROM two_keys WHERE b = 'k77'",
  });
  const masked = await verified(changed.name);
  expect(masked.stdout + JSON.stringify(masked.report)).not.toMatch(/k77|v77/);
  const shown = await verified(changed.name, { 'show-keys': true });
  expect(shown.stdout).toContain('ROW public.two_keys (b, a) = (k77, 7)');
});
