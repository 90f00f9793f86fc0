import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { checksOf, drill, ending, findingsOf, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, queryOn, sharedServer, urlOf } from '../../support/servers.ts';

let source: FreshDatabase;
let copy: FreshDatabase;
let workspace: Workspace;

beforeAll(async () => {
  const server = await sharedServer();
  source = await freshDatabase(server, { shop: true });
  workspace = await makeWorkspace();
  const name = `${source.name}_copy`;
  copy = {
    ...source,
    name,
    url: urlOf(server, name),
    query: sql => queryOn(server, name, sql),
    [Symbol.asyncDispose]: async () => {},
  };
  await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, name, { restore: { analyze: false } }),
  });
});

afterAll(async () => {
  await queryOn(source.server, 'postgres', `DROP DATABASE ${copy.name} WITH (FORCE)`);
  await source[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
});

const command = (name: 'compare' | 'verify', parameters: readonly string[], target = copy.url) =>
  workspace.command([name, ...parameters, '--json'], undefined, {
    PG_ROUNDTRIP_TARGET_URL: target,
    ...(name === 'compare' ? { PG_ROUNDTRIP_SOURCE_URL: source.url } : {}),
  });
const comparison = (from: string, into: string) =>
  workspace.command(['compare', '--json'], undefined, { PG_ROUNDTRIP_SOURCE_URL: from, PG_ROUNDTRIP_TARGET_URL: into });
const reportOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as RunReport;

describe('two live databases', () => {
  test('equal: everything is compared and agrees', async () => {
    const end = await command('compare', []);
    const report = reportOf(end);
    expect(ending(report)).toEqual(proven);
    expect(checksOf(report).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['objects', 'rows', 'sequences', 'content', 'large object content']),
    );
    expect(checksOf(report).find(({ name }) => name === 'content')?.compared).toBeGreaterThan(40);
    expect(report.headline).toMatch(/every object and every row agrees/);
  });

  test.each([
    ['DROP INDEX shop.customers_by_city', /INDEX .*customers_by_city/],
    [
      "UPDATE shop.customers SET name = name || 'x' WHERE ctid = (SELECT min(ctid) FROM shop.customers)",
      /ROW shop\.customers/,
    ],
    ["SELECT lo_put((SELECT min(oid) FROM pg_largeobject_metadata), 0, 'changed')", /LARGE OBJECT/],
    ["SELECT setval('shop.countdown', -50)", /countdown/],
    ['CREATE TABLE extra ()', /extra/],
  ])('%s', async (sql, object) => {
    await using changed = await freshDatabase(source.server, { template: copy.name, sql });
    const end = await command('compare', [], changed.url);
    expect(end.exitCode).toBe(3);
    expect(findingsOf(reportOf(end)).some(finding => object.test(finding.object))).toBe(true);
  });
});

describe('of an extension, what a dump would hold', () => {
  const configured = `CREATE EXTENSION hstore; CREATE TABLE configuration (id int PRIMARY KEY, value text);
    INSERT INTO configuration VALUES (1, 'its own'), (2, 'ours'); ALTER EXTENSION hstore ADD TABLE configuration;
    UPDATE pg_extension SET extconfig = ARRAY['configuration'::regclass::oid], extcondition = ARRAY['WHERE id > 1 -- ours']
      WHERE extname = 'hstore'`;

  test.each([
    ["UPDATE configuration SET value = 'changed' WHERE id = 2", 3],
    ['INSERT INTO configuration VALUES (3)', 3],
    ["UPDATE configuration SET value = 'newer' WHERE id = 1", 0],
  ])('%s', async (sql, exitCode) => {
    await using original = await freshDatabase(source.server, { sql: configured });
    await using changed = await freshDatabase(source.server, { template: original.name, sql });
    const end = await comparison(original.url, changed.url);
    expect(end.exitCode).toBe(exitCode);
    expect(findingsOf(reportOf(end)).every(({ object }) => object.includes('configuration'))).toBe(true);
  });
});

test('one database is not compared with itself', async () => {
  const end = await comparison(source.url, source.url);
  expect(end.exitCode).toBe(4);
  expect(reportOf(end).steps[0]?.problems).toMatchObject([{ code: 'PGR161' }]);
});

test('what the role may not read in the source is not passed over', async () => {
  const role = `reader_${source.name}`;
  await using original = await freshDatabase(source.server, { sql: 'CREATE TABLE t (); CREATE SEQUENCE numbers' });
  await using changed = await freshDatabase(source.server, {
    template: original.name,
    sql: "SELECT nextval('numbers')",
  });
  await original.query(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'; GRANT SELECT ON t TO ${role}`);
  try {
    const url = new URL(original.url);
    url.username = role;
    url.password = 'reader';
    const end = await comparison(url.href, changed.url);
    expect(end.exitCode).toBe(3);
    expect(reportOf(end).steps[0]?.problems).toMatchObject([
      { code: 'PGR301', message: expect.stringContaining('"public"."numbers"') },
    ]);
  } finally {
    await original.query(`REVOKE ALL ON t FROM ${role}; DROP ROLE ${role}`);
  }
});

describe('a copy and a dump set, by command', () => {
  test('equal', async () => {
    const end = await command('verify', ['dumps/set', `--database=${copy.name}`, '--level=content']);
    expect({ exitCode: end.exitCode, ...ending(reportOf(end)) }).toEqual(proven);
  });

  test('from anywhere', async () => {
    const end = await workspace.command(
      ['verify', `${workspace.folder}/dumps/set`, '--database', copy.name, '--json', '--working-directory=/'],
      undefined,
      { PG_ROUNDTRIP_TARGET_URL: copy.url },
    );
    expect(end.exitCode).toBe(0);
  });

  test('another database', async () => {
    await using changed = await freshDatabase(source.server, { template: copy.name, sql: 'CREATE TABLE extra ()' });
    const end = await command('verify', ['dumps/set', `--database=${changed.name}`, '--level', 'objects']);
    expect(end.exitCode).toBe(3);
    expect(findingsOf(reportOf(end))).toContainEqual({ kind: 'extra', object: 'TABLE public.extra' });
  });
});

test.each([
  [['compare', 'file'], /compare takes no file/],
  [['compare', '--artifact=x'], /compare does not take --artifact/],
  [['compare'], /needs --source-url/],
  [['verify'], /needs the folder of a dump set/],
  [['verify', 'nowhere'], /PGR17/],
  [['verify', 'dumps/set'], /needs --target-url/],
])('%j is refused', async (parameters, reason) => {
  const end = await workspace.command(parameters);
  expect(end.exitCode).toBe(2);
  expect(end.stderr + end.stdout).toMatch(reason);
});

test('on a protected connection nothing is made, not even a scratch database', async () => {
  const sql = 'CREATE OR REPLACE VIEW shop.plain AS SELECT 2 AS one';
  await source.query('CREATE OR REPLACE VIEW shop.plain AS SELECT 1 AS one');
  await using changed = await freshDatabase(source.server, { template: copy.name, sql });
  const connections = { source: source.url, target: { url: changed.url, protected: true } };
  const steps = [{ compare: { source: 'source', target: 'target', level: 'objects' } }];
  const { report } = await workspace.run({ connections, steps });
  await source.query('DROP VIEW shop.plain');
  expect(findingsOf(report)).toContainEqual(expect.objectContaining({ kind: 'changed', object: 'VIEW shop.plain' }));
  expect(checksOf(report).find(({ name }) => name === 'objects')?.note).toMatch(/the connection is protected/);
});
