import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dropDatabase, queryOn } from '../../support/databases.ts';
import { makeWorkspace, type RunResult, type Workspace } from '../../support/round-trip.ts';
import { checksOf, drill, ending, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';

const suffix = randomBytes(4).toString('hex');
const [changed, copy] = [`beside_changed_${suffix}`, `beside_copy_${suffix}`];
const [owner, reader] = [`beside_owner_${suffix}`, `beside reader "${suffix}"`];
const quoted = `"${reader.replaceAll('"', '""')}"`;

const library = `
  CREATE ROLE ${owner}; CREATE ROLE ${quoted};
  CREATE COLLATION sorted (provider = icu, locale = 'de');
  CREATE TABLE book (id integer, title text COLLATE sorted);
  INSERT INTO book VALUES (1, 'a'), (2, 'ä');
  ALTER TABLE book ADD CONSTRAINT positive CHECK (id > 1) NOT VALID;
  SELECT lo_from_bytea(7001, 'one'), lo_from_bytea(7002, 'two'), lo_from_bytea(7003, 'three'), lo_from_bytea(7004, 'four');
  ALTER LARGE OBJECT 7002 OWNER TO ${owner};
  GRANT SELECT ON LARGE OBJECT 7002 TO ${quoted} WITH GRANT OPTION;
  GRANT SELECT, UPDATE ON LARGE OBJECT 7003 TO PUBLIC;
  REVOKE UPDATE ON LARGE OBJECT 7003 FROM CURRENT_USER;
  COMMENT ON LARGE OBJECT 7001 IS 'it''s a "back\\slash"'`;

let source: FreshDatabase;
let workspace: Workspace;
let first: RunResult;

beforeAll(async () => {
  source = await freshDatabase(await sharedServer(), { sql: library });
  workspace = await makeWorkspace();
  first = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy, { verify: { level: 'objects' } }),
  });
});

afterAll(async () => {
  for (const name of [changed, copy]) await dropDatabase(source.server, name);
  await workspace[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await queryOn(source.server, 'postgres', `DROP ROLE ${owner}, ${quoted}`);
});

async function findingsAfter(sql: string): Promise<readonly object[]> {
  await dropDatabase(source.server, changed);
  await queryOn(source.server, 'postgres', `CREATE DATABASE ${changed} TEMPLATE ${copy}`);
  await queryOn(source.server, changed, sql);
  const { report } = await workspace.run({
    connections: { target: source.url },
    steps: [{ verify: { from: 'dumps/set', into: 'target', as: { [source.name]: changed }, level: 'objects' } }],
  });
  return checksOf(report).flatMap(({ name, findings }) => findings.map(finding => ({ check: name, ...finding })));
}

test('a faithful copy has the same, and says what nobody has checked', () => {
  expect(ending(first.report)).toEqual(proven);
  const checks = new Map(checksOf(first.report).map(check => [check.name, check]));
  expect(checks.get('large object properties')).toMatchObject({ verdict: 'passed', compared: 4 });
  expect(checks.get('collations')).toMatchObject({ verdict: 'passed', note: null });
  expect(checks.get('objects')?.note).toBe('never checked against the rows, as in the source: public.book positive');
});

test('owners, grants and comments of large objects are compared, each by itself', async () => {
  const found = await findingsAfter(`
    ALTER LARGE OBJECT 7001 OWNER TO ${owner};
    COMMENT ON LARGE OBJECT 7001 IS 'another';
    REVOKE GRANT OPTION FOR SELECT ON LARGE OBJECT 7002 FROM ${quoted};
    REVOKE UPDATE ON LARGE OBJECT 7003 FROM PUBLIC;
    GRANT SELECT ON LARGE OBJECT 7004 TO ${quoted};
    COMMENT ON LARGE OBJECT 7004 IS 'new'`);
  const difference = (id: number, property: string, expected: unknown, actual: unknown) => {
    const object = `LARGE OBJECT ${id}`;
    return { check: 'large object properties', kind: 'changed', object, property, expected, actual };
  };
  const { user } = source.server;
  expect(found).toEqual([
    difference(7001, 'owner', user, owner),
    difference(7001, 'comment', `it's a "back\\slash"`, 'another'),
    difference(7002, 'grants', `${reader}=SELECT* ${owner}=SELECT,UPDATE`, `${reader}=SELECT ${owner}=SELECT,UPDATE`),
    difference(7003, 'grants', `PUBLIC=SELECT,UPDATE ${user}=SELECT`, `PUBLIC=SELECT ${user}=SELECT`),
    difference(7004, 'grants', `${user}=SELECT,UPDATE`, `${reader}=SELECT ${user}=SELECT,UPDATE`),
    difference(7004, 'comment', '', 'new'),
  ]);
});

test('a collation that was made with another library is named', async () => {
  expect(await findingsAfter("UPDATE pg_collation SET collversion = '1.2.3' WHERE collname = 'sorted'")).toEqual([
    {
      check: 'collations',
      kind: 'changed',
      object: 'COLLATION public.sorted',
      property: 'version of its library',
      expected: expect.stringMatching(/^[\d.]+$/),
      actual: '1.2.3',
    },
  ]);
});

test('a constraint that is not checked any more is named', async () => {
  const sql = `ALTER TABLE book ADD CONSTRAINT short CHECK (length(title) < 9) NOT VALID`;
  expect(await findingsAfter(sql)).toEqual([
    { check: 'objects', kind: 'extra', object: 'CHECK CONSTRAINT public.book short' },
  ]);
});
