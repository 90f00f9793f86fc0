import { expect, test } from 'vitest';
import { contentArguments, type DumpOptions } from '../../../src/postgres/arguments.ts';
import { openSession } from '../../../src/postgres/session.ts';
import { judgePrivileges, readUnreadable } from '../../../src/preflight/privileges.ts';
import { judgeRowSecurity, readGuardedTables } from '../../../src/preflight/row-security.ts';
import { Secret } from '../../../src/secret.ts';
import {
  type FreshDatabase,
  freshDatabase,
  parametersOf,
  queryOn,
  runTool,
  serverMajors,
  sharedServer,
} from '../../support/servers.ts';

const role = 'Clerk "of" the\\shop';
const quoted = `"${role.replaceAll('"', '""')}"`;
const password = 'correct horse';

/** One thing of each kind that a role may lack, beside some that it may read. */
const shop = `
  CREATE TABLE open (id serial PRIMARY KEY, x text); GRANT SELECT ON open, open_id_seq TO ${quoted};
  CREATE TABLE "Clo""sed" (id serial, number int GENERATED ALWAYS AS IDENTITY, x text);
  CREATE SCHEMA "hidden \\one"; CREATE TABLE "hidden \\one".t (x int); GRANT SELECT ON "hidden \\one".t TO ${quoted};
  CREATE SEQUENCE lone; CREATE TABLE sheet (x int); CREATE TABLE part PARTITION OF parted DEFAULT;
  CREATE TABLE guarded (x int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; GRANT SELECT ON guarded TO ${quoted};
  CREATE POLICY own ON guarded USING (x < 10);
  SELECT lo_create(5001), lo_create(5002)`.replace(
  'CREATE TABLE part ',
  'CREATE TABLE parted (x int) PARTITION BY LIST (x); CREATE TABLE part ',
);

const everything: DumpOptions = {
  format: 'custom',
  jobs: 1,
  compress: '0',
  include: { schema: [], table: [] },
  exclude: { schema: [], table: [], 'table-data': [] },
  serializableDeferrable: false,
  flags: [],
};

async function judged(database: FreshDatabase, options: DumpOptions) {
  const clerk = { ...parametersOf(database.server, database.name), user: role, password: new Secret(password) };
  await using session = await openSession(clerk, { applicationName: 'preflight test' });
  return [
    judgePrivileges('shop', await readUnreadable(session, options)),
    judgeRowSecurity('shop', await readGuardedTables(session, options)),
  ];
}

/** What the real tool says of the same. */
async function dumped(database: FreshDatabase, options: DumpOptions): Promise<boolean> {
  const clerk = { ...database.server, user: role, password: new Secret(password) };
  const { status } = await runTool(clerk, 'pg_dump', [
    ...contentArguments(options),
    '--file=/dev/null',
    '--no-sync',
    database.name,
  ]);
  return status === 0;
}

async function makeShop(major: number): Promise<FreshDatabase> {
  const server = await sharedServer(major);
  await queryOn(
    server,
    'postgres',
    `DROP ROLE IF EXISTS ${quoted}; CREATE ROLE ${quoted} LOGIN PASSWORD '${password}'`,
  );
  return freshDatabase(server, { sql: shop });
}

const oldest = serverMajors.find(major => major >= 13) ?? 13;
const newest = serverMajors.at(-1) ?? 15;

const noTables = { include: { schema: [], table: ['public.open'] } };
const exclude = (table: readonly string[], schema: readonly string[] = [], data: readonly string[] = []) => ({
  exclude: { table, schema, 'table-data': data },
});

test('what the checks let pass is what pg_dump can read, under any filters', async () => {
  await using database = await makeShop(newest);
  const filters: readonly Partial<DumpOptions>[] = [
    {},
    noTables,
    { include: { schema: [], table: ['public."Clo""sed"'] } },
    {
      include: { schema: ['public'], table: [] },
      ...exclude(['public."Clo""sed"', 'sheet', 'part*', 'guarded', 'lone']),
    },
    {
      include: { schema: ['public'], table: [] },
      ...exclude(['"Clo""sed"', '"Clo""sed_id_seq"', 'sheet', 'part*', 'guarded', 'lone']),
    },
    {
      include: { schema: ['public'], table: [] },
      ...exclude(['"Clo""sed"*', 'sheet', 'part*', 'lone'], [], ['guarded']),
    },
    { include: { schema: ['public'], table: [] }, ...exclude(['"Clo""sed"*', 'sheet', 'part*', 'lone']) },
    {
      include: { schema: ['public'], table: [] },
      ...exclude(['"Clo""sed"*', 'sheet', 'part*', 'lone']),
      flags: ['--enable-row-security'],
    },
    { include: { schema: [], table: ['public.guarded'] }, flags: ['--schema-only'] },
    { include: { schema: [], table: ['public.guarded'] } },
    { ...exclude(['"Clo""sed"*', 'sheet', 'part*', 'lone', 'guarded'], ['hidden*']) },
    { ...exclude(['"Clo""sed"*', 'sheet', 'part*', 'lone', 'guarded'], ['hidden*']), flags: ['--no-blobs'] },
    { ...exclude(['"Clo""sed"*', 'sheet', 'part*', 'lone', 'guarded']), flags: ['--no-blobs'] },
    { ...exclude(['"Clo""sed"', 'sheet', 'part*', 'guarded'], ['hidden*']), flags: ['--schema-only'] },
  ];
  const verdicts = await Promise.all(
    filters.map(async filter => {
      const options = { ...everything, ...filter };
      const findings = await judged(database, options);
      const passes = findings.every(({ verdict }) => verdict !== 'blocks');
      return { filter, passes, dumped: await dumped(database, options) };
    }),
  );
  expect(verdicts.map(({ filter, passes }) => ({ filter, dumped: passes }))).toEqual(
    verdicts.map(({ filter, dumped: worked }) => ({ filter, dumped: worked })),
  );
  expect(new Set(verdicts.map(({ passes }) => passes))).toEqual(new Set([true, false]));
});

test.each([oldest, newest])('the statements that a finding prints let the role dump everything of %d', async major => {
  await using database = await makeShop(major);
  const before = await judged(database, everything);
  expect(before).toMatchObject([
    { verdict: 'blocks', code: 'PGR190', says: expect.stringContaining('schema hidden \\one') },
    { verdict: 'blocks', code: 'PGR191', says: expect.stringContaining('public.guarded') },
  ]);
  expect(await dumped(database, everything)).toBe(false);
  for (const finding of before) {
    const [, ...statements] = 'remedy' in finding ? finding.remedy.split('\n') : [];
    for (const statement of statements) await database.query(statement);
  }
  expect(await judged(database, everything)).toMatchObject([{ verdict: 'ok' }, { verdict: 'ok' }]);
  expect(await dumped(database, everything)).toBe(true);
});

test('large objects that are too many to be named', async () => {
  await using database = await makeShop(newest);
  await database.query('SELECT lo_create(g) FROM generate_series(6000, 6100) g');
  const [privileges] = await judged(database, everything);
  expect(privileges).toMatchObject({ says: expect.stringMatching(/and \d more$/) });
  const [, ...statements] = privileges !== undefined && 'remedy' in privileges ? privileges.remedy.split('\n') : [];
  for (const statement of statements) await database.query(statement);
  expect((await judged(database, everything))[0]).toMatchObject({ verdict: 'ok' });
});
