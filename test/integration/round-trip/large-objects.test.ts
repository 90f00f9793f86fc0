import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../../../src/postgres/session.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { hashLargeObject, hashLargeObjects } from '../../../src/verify/content/large-object-hashes.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { type Copy, checksOf, copyOn, drill, ending, findingsOf, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, serverMajors, sharedServer } from '../../support/servers.ts';

const megabyte = 1024 * 1024;
const objects = `
  CREATE TABLE t (id int PRIMARY KEY);
  SELECT lo_from_bytea(80001, 'one'), lo_from_bytea(80002, ''), lo_from_bytea(80003, decode(repeat('ab', ${megabyte}), 'hex'));
  SELECT lo_from_bytea(80004, decode(repeat('cd', ${2 * megabyte + 5}), 'hex'));
  COMMENT ON LARGE OBJECT 80001 IS 'first'; GRANT SELECT ON LARGE OBJECT 80002 TO PUBLIC`;

test.each(serverMajors)('server %i and we hash the same', async major => {
  const sparse = `SELECT lo_create(80005); SELECT lo_put(80005, ${megabyte + 3}, 'x')`;
  await using database = await freshDatabase(await sharedServer(major), { sql: `${objects}; ${sparse}` });
  await using session = await openSession(database.parameters, { applicationName: 'test' });
  await session.query('begin isolation level repeatable read read only; select 1');
  // What comes after the snapshot is not in its hashes.
  await database.query("SELECT lo_put(80001, 0, 'late'), lo_unlink(80003)");
  const hashed = await hashLargeObjects(session, [80001, 80002, 80003, 80004, 80005, 99999]);
  const bytes: readonly (readonly [number, Buffer])[] = [
    [80001, Buffer.from('one')],
    [80002, Buffer.alloc(0)],
    [80003, Buffer.alloc(megabyte, 0xab)],
    [80004, Buffer.alloc(2 * megabyte + 5, 0xcd)],
    [80005, Buffer.concat([Buffer.alloc(megabyte + 3), Buffer.from('x')])],
  ];
  const ours = await Promise.all(bytes.map(async ([id, each]) => [id, await hashLargeObject(inThirds(each))] as const));
  expect(hashed).toEqual(new Map(ours));
  expect(new Set(hashed.values()).size).toBe(5);
});

async function* inThirds(bytes: Buffer): AsyncGenerator<Buffer> {
  const third = Math.ceil(bytes.length / 3);
  for (let at = 0; at < bytes.length; at += third) yield bytes.subarray(at, at + third);
}

/** What is done to a copy, and all that is to be found. */
const changes: readonly (readonly [name: string, sql: string, findings: readonly object[]])[] = [
  [
    'a flipped byte',
    `SELECT lo_put(80003, ${megabyte - 1}, '\\xaa')`,
    [{ kind: 'changed', object: 'LARGE OBJECT 80003', property: 'content' }],
  ],
  [
    'everything else',
    `SELECT lo_put(80001, 3, 'x'), lo_put(80002, 0, '\\x00'), lo_unlink(80003), lo_from_bytea(80009, 'x');
     COMMENT ON LARGE OBJECT 80001 IS 'other'; REVOKE SELECT ON LARGE OBJECT 80002 FROM PUBLIC;
     ALTER LARGE OBJECT 80004 OWNER TO pg_monitor`,
    [
      { kind: 'changed', object: 'LARGE OBJECT 80001', property: 'comment' },
      { kind: 'changed', object: 'LARGE OBJECT 80002', property: 'grants' },
      { kind: 'changed', object: 'LARGE OBJECT 80004', property: 'owner' },
      { kind: 'changed', object: 'LARGE OBJECT 80001', property: 'content' },
      { kind: 'changed', object: 'LARGE OBJECT 80002', property: 'content' },
      { kind: 'missing', object: 'LARGE OBJECT 80003' },
      { kind: 'extra', object: 'LARGE OBJECT 80009' },
    ],
  ],
];

describe.each([
  ['plain text', { format: 'plain' }],
  ['INSERT statements', { format: 'custom', inserts: true }],
] as const)('of a dump of %s', (_, dump) => {
  let source: FreshDatabase;
  let workspace: Workspace;
  let copy: Copy;
  let drilled: RunReport;

  beforeAll(async () => {
    source = await freshDatabase(await sharedServer(), { sql: objects });
    workspace = await makeWorkspace();
    copy = copyOn(source.server, `${source.name}_copy`);
    const steps = drill(source.name, copy.name, { dump });
    drilled = (await workspace.run({ connections: { source: source.url, target: source.url }, steps })).report;
  });
  afterAll(async () => {
    await copy[Symbol.asyncDispose]();
    await workspace[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
  });

  test('an equal copy is proven', async () => {
    expect(ending(drilled)).toEqual(proven);
    expect(checksOf(drilled).find(({ name }) => name === 'large object content')).toMatchObject({ compared: 4 });
    const [database] = (await workspace.manifest('dumps/set')).databases;
    expect(Object.keys(database?.largeObjectHashes?.hashes ?? {})).toHaveLength(4);
  });

  test.each(changes)('%s', async (_, sql, wanted) => {
    await using changed = await freshDatabase(source.server, { template: copy.name, sql });
    const { report, exitCode } = await workspace.run({
      connections: { target: source.url },
      steps: [{ verify: { from: 'dumps/set', into: 'target', as: { [source.name]: changed.name }, level: 'content' } }],
    });
    expect(exitCode).toBe(3);
    expect(findingsOf(report)).toHaveLength(wanted.length);
    expect(findingsOf(report)).toEqual(expect.arrayContaining(wanted.map(one => expect.objectContaining(one))));
  });
});

test('without hashes nothing is claimed', async () => {
  await using source = await freshDatabase(await sharedServer(), { sql: objects });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const steps = drill(source.name, copy.name, { dump: { format: 'plain', 'content-hash': false } });
  const { report, exitCode } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps,
  });
  expect(exitCode).toBe(3);
  expect(checksOf(report).find(({ name }) => name === 'large object content')).toMatchObject({
    verdict: 'could-not-verify',
    compared: 0,
    note: expect.stringMatching(/LARGE OBJECT 80001 .*dump with content-hash/),
  });
});

describe('of two live databases', () => {
  let source: FreshDatabase;
  let workspace: Workspace;
  beforeAll(async () => {
    source = await freshDatabase(await sharedServer(), { sql: objects });
    workspace = await makeWorkspace();
  });
  afterAll(async () => {
    await workspace[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
  });
  const compared = async (sql: string) => {
    await using copy = await freshDatabase(source.server, { template: source.name, sql });
    return await workspace.run({
      connections: { source: source.url, target: copy.url },
      steps: [{ compare: { source: 'source', target: 'target' } }],
    });
  };

  test('equal', async () => {
    const { report } = await compared('SELECT 1');
    expect(ending(report)).toEqual(proven);
    const checks = checksOf(report).filter(({ name }) => name.startsWith('large object'));
    expect(checks.map(({ name, compared: count }) => [name, count])).toEqual([
      ['large objects', 4],
      ['large object properties', 4],
      ['large object content', 4],
    ]);
  });

  test.each(changes)('%s', async (_, sql, wanted) => {
    const { report, exitCode } = await compared(sql);
    expect(exitCode).toBe(3);
    expect(findingsOf(report)).toHaveLength(wanted.length);
    expect(findingsOf(report)).toEqual(expect.arrayContaining(wanted.map(one => expect.objectContaining(one))));
  });
});
