import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeWorkspace, type Step, type Workspace } from '../../support/round-trip.ts';
import { copyOn, databaseExists, drill, ending, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, queryOn, serverMajors, sharedServer, type TestServer, urlOf } from '../../support/servers.ts';

const [newer = 0, older = 0] = serverMajors.toReversed();

const unlikeTables = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.plain (id integer PRIMARY KEY);
  INSERT INTO shop.plain VALUES (1);
  CREATE TABLE shop.loose (id integer, UNIQUE NULLS NOT DISTINCT (id));
  CREATE VIEW shop.own WITH (security_invoker = true) AS SELECT * FROM shop.plain`;

function runBetween(workspace: Workspace, source: string, target: TestServer, steps: readonly Step[]) {
  return workspace.run({ connections: { source, target: urlOf(target, 'postgres') }, steps });
}

describe.runIf(newer === 15 && older === 14)('from 15 to 14', () => {
  test('what only 15 can hold is refused by name before anything is dumped', async () => {
    const target = await sharedServer(older);
    await using source = await freshDatabase(await sharedServer(newer), { sql: unlikeTables });
    await using workspace = await makeWorkspace();
    const copy = `${source.name}_copy`;
    const { report, exitCode } = await runBetween(workspace, source.url, target, drill(source.name, copy));
    expect(exitCode).toBe(2);
    expect(report.steps.map(({ status }) => status)).toEqual(['failed', 'not run', 'not run']);
    expect(report.steps[0]?.problems).toMatchObject([
      {
        code: 'PGR165',
        message:
          'target, a server of 14, cannot hold: VIEW shop.own (security_invoker: known from 15 on); CONSTRAINT shop.loose loose_id_key (NULLS NOT DISTINCT: known from 15 on)',
        remedy: expect.stringContaining('a server of 15 or newer'),
      },
    ]);
    expect(existsSync(join(workspace.folder, 'dumps/set'))).toBe(false);
    expect(existsSync(join(workspace.folder, 'dumps/set.partial'))).toBe(false);
  });

  test('a dump set that is there is refused before anything is made', async () => {
    const target = await sharedServer(older);
    await using source = await freshDatabase(await sharedServer(newer), { sql: unlikeTables });
    await using workspace = await makeWorkspace();
    const [dump = {}, restore = {}] = drill(source.name, `${source.name}_copy`);
    expect((await runBetween(workspace, source.url, target, [dump])).exitCode).toBe(0);
    const { report } = await runBetween(workspace, source.url, target, [
      { restore: { from: 'dumps/set', ...(restore['restore'] as Step) } },
    ]);
    expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR165', message: expect.stringContaining('shop.own') }]);
    expect(await databaseExists(target, `${source.name}_copy`)).toBe(false);
  });

  test.each<readonly [string, string, { readonly dump?: Step; readonly restore?: Step }]>([
    ['the dump', 'passed', { dump: { exclude: { table: ['shop.loose', 'shop.own'] } } }],
    ['the restore', 'unproven', { restore: { exclude: { table: ['shop.loose', 'shop.own'] } } }],
  ])('what %s leaves out stands in nobody’s way', async (_, verdict, more) => {
    const target = await sharedServer(older);
    await using source = await freshDatabase(await sharedServer(newer), { sql: unlikeTables });
    await using workspace = await makeWorkspace();
    await using copy = copyOn(target, `${source.name}_copy`);
    const { report } = await runBetween(workspace, source.url, target, drill(source.name, copy.name, more));
    expect(ending(report)).toEqual({ ...proven, verdict });
    expect(await copy.query('SELECT id FROM shop.plain')).toEqual([{ id: 1 }]);
  });

  test('the schema public is what it was on 15, and a change of it is found', async () => {
    const target = await sharedServer(older);
    await using source = await freshDatabase(await sharedServer(newer), { sql: 'CREATE TABLE t (id integer)' });
    await using workspace = await makeWorkspace();
    await using copy = copyOn(target, `${source.name}_copy`);
    const { report } = await runBetween(workspace, source.url, target, drill(source.name, copy.name));
    expect(ending(report)).toEqual(proven);
    const look = `SELECT nspowner::regrole::text AS owner, string_agg(privilege_type, ',') AS everybody
      FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public' AND grantee = 0 GROUP BY 1`;
    expect(await copy.query(look)).toEqual([{ owner: 'pg_database_owner', everybody: 'USAGE' }]);
    await copy.query('GRANT CREATE ON SCHEMA public TO PUBLIC');
    const again = { verify: { from: 'dumps/set', into: 'target', as: { [source.name]: copy.name } } };
    const after = await runBetween(workspace, source.url, target, [again]);
    expect(after.exitCode).toBe(3);
    expect(ending(after.report)).toMatchObject({ findings: [{ kind: 'extra', object: 'ACL SCHEMA public' }] });
  });

  test('a locale that the target does not know is refused before the dump, and can be chosen', async context => {
    const server = await sharedServer(newer);
    const [icu] = await queryOn(server, 'postgres', "SELECT FROM pg_collation WHERE collprovider = 'i' LIMIT 1");
    context.skip(icu === undefined, 'the server was built without ICU');
    const target = await sharedServer(older);
    const name = `icu_${randomBytes(4).toString('hex')}`;
    await using source = copyOn(server, name);
    await queryOn(
      server,
      'postgres',
      `CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'sv-SE' LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    await source.query('DROP SCHEMA public; CREATE SCHEMA words; CREATE TABLE words.all (word text)');
    await using workspace = await makeWorkspace();
    await using copy = copyOn(target, `${name}_copy`);
    const url = urlOf(server, name);
    const refused = await runBetween(workspace, url, target, drill(name, copy.name));
    expect(refused.exitCode).toBe(2);
    expect(refused.report.steps[0]?.problems).toMatchObject([
      { code: 'PGR166', message: expect.stringContaining('target does not know the locale provider icu') },
    ]);
    const chosen = await runBetween(workspace, url, target, drill(name, copy.name, { restore: { locale: 'C.UTF-8' } }));
    expect(ending(chosen.report)).toEqual(proven);
    expect(
      await copy.query('SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()'),
    ).toMatchObject([{ datcollate: 'C.UTF-8', datctype: 'C.UTF-8' }]);
    const missing = drill(name, `${name}_other`, { to: 'dumps/2', restore: { locale: 'de_XX.UTF-8' } });
    expect((await runBetween(workspace, url, target, missing)).report.steps[0]?.problems).toMatchObject([
      { code: 'PGR166', message: expect.stringContaining('target does not know the locale de_XX.UTF-8') },
    ]);
  });
});

test('what stands in template1 of the target does not get into the copy', async () => {
  const server = await sharedServer();
  const name = `stray_${randomBytes(4).toString('hex')}`;
  await using source = await freshDatabase(server, { sql: 'CREATE TABLE t (id integer)' });
  await using workspace = await makeWorkspace();
  await using copy = copyOn(server, `${source.name}_copy`);
  await queryOn(server, 'template1', `CREATE TABLE ${name} (id integer)`);
  try {
    const { report } = await runBetween(workspace, source.url, server, drill(source.name, copy.name));
    expect(ending(report)).toEqual(proven);
    expect(await copy.query(`SELECT to_regclass('${name}')::text AS stray`)).toEqual([{ stray: null }]);
  } finally {
    await queryOn(server, 'template1', `DROP TABLE ${name}`);
  }
});
