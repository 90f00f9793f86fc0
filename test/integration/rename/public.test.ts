import { expect, test } from 'vitest';
import { makeWorkspace } from '../../support/round-trip.ts';
import { copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, serverMajors, sharedServer } from '../../support/servers.ts';

const ordinary = `
  CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1), (2);
  CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.t'`;

const cases = [...new Set([serverMajors[0], serverMajors.at(-1)])].flatMap(major => [
  { major, more: '' },
  { major, more: '; DROP FUNCTION f; CREATE SCHEMA other; ALTER TABLE t SET SCHEMA other' },
  { major, more: `; REVOKE ALL ON SCHEMA public FROM PUBLIC; COMMENT ON SCHEMA public IS 'own'` },
]);

test.each(cases)('public gets another name: %j', async ({ major, more }) => {
  await using source = await freshDatabase(await sharedServer(major), { sql: ordinary + more });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const { report } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy.name, { restore: { rename: { schema: { public: 'app' } } } }),
  });
  expect(ending(report)).toEqual(proven);
  const rows = more.includes('DROP') ? '(SELECT count(*) FROM other.t)' : 'app.f()';
  expect(await copy.query(`SELECT ${rows}::integer AS n`)).toEqual([{ n: 2 }]);
  const [privileges] = await copy.query(`SELECT has_schema_privilege('public', 'app', 'usage') AS usage`);
  expect(privileges).toEqual({ usage: !more.includes('REVOKE') });
});
