import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession, type Session } from '../../../src/postgres/session.ts';
import { compareHashes } from '../../../src/verify/content/compare-hashes.ts';
import { equalByHash } from '../../../src/verify/content/equal-by-hash.ts';
import { type HashMethod, knowsHashMethod } from '../../../src/verify/content/hash-expression.ts';
import { hashTables } from '../../../src/verify/content/hash-tables.ts';
import {
  type FreshDatabase,
  freshDatabase,
  serverMajors,
  sharedServer,
  type TestServer,
  withServer,
} from '../../support/servers.ts';

const applicationName = 'hashes';
const rows = `
  CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TYPE pair AS (a int, b text); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TABLE kinds (id int8 PRIMARY KEY, small int2, o oid, yes bool, f float8, g float4, n numeric, t text, v varchar(9), c char(5), na name,
    d date, ts timestamp, tz timestamptz, ti time, tt timetz, i interval, u uuid, b bytea, l int8, bc bpchar, j json, jb jsonb, x xml, m int[], r int4range, p pair, e mood, dom positive, net inet, bits varbit, ref regclass, money money);
  INSERT INTO kinds (id) SELECT i FROM generate_series(1, 1000) i;
  UPDATE kinds SET small = id % 300, o = id, yes = id % 2 = 0, f = id / 7.0, g = id * 1e30, n = id / 8.0, t = 'ü' || id, v = id, c = 'x', na = 'n' || id,
    d = date '1999-12-31' + id::int, ts = timestamp '1900-01-01 01:02:03.456' + id * interval '1 day', tz = timestamptz '2024-03-31 00:30:00+00' + id * interval '1 hour',
    ti = '10:00', tt = '10:00+02', i = id * interval '1 month', u = md5(id::text)::uuid, b = decode(md5(id::text), 'hex'), l = id, bc = 'a ', j = '{"a":  1}', jb = '{"b": 1, "a": 2}', x = '<a/>',
    m = ARRAY[id, NULL], r = int4range(1, id::int + 1), p = (id, 'x,y'), e = 'glad', dom = id, net = '10.0.0.1', bits = B'101', ref = 'pg_class', money = id WHERE id > 10;
  CREATE TABLE no_columns (); INSERT INTO no_columns DEFAULT VALUES; INSERT INTO no_columns DEFAULT VALUES;
  CREATE TABLE nothing (id int)`;

/** Another time of the same hash, by the microseconds that the server holds it as. */
const sameHash = (microseconds: string) => `((${microseconds})::int8 # 4294967297) * interval '1 microsecond'`;

const methods = ['row-sum-2', 'row-sum-4'] as const;

async function hashesIn(session: Session, method?: HashMethod) {
  const names = await session.query<{ name: string }>(
    "select relname::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  return Object.fromEntries(
    await hashTables(
      [session],
      names.map(({ name }) => ({ schema: 'public', name, method })),
    ),
  );
}

async function hashesOf(database: FreshDatabase, method?: HashMethod) {
  await using session = await openSession(database.parameters, { applicationName });
  return await hashesIn(session, method);
}

test('the same rows have the same hash on every major, whatever the OIDs, the order of rows and of columns', async () => {
  const found: { method: HashMethod; hashes: Awaited<ReturnType<typeof hashesIn>> }[] = [];
  const sql = `CREATE TYPE first AS ENUM ('to shift OIDs'); ${rows}`;
  const hash = async (database: FreshDatabase, major: number) => {
    for (const method of methods)
      if (knowsHashMethod(method, major)) found.push({ method, hashes: await hashesOf(database, method) });
  };
  const moved = async (server: TestServer) => {
    await using database = await freshDatabase(server, { sql });
    await database.query(`UPDATE kinds SET t = t WHERE id % 3 = 0; ALTER TABLE kinds DROP COLUMN t; ALTER TABLE kinds ADD COLUMN t text;
      UPDATE kinds SET t = 'ü' || id WHERE id > 10; ALTER DATABASE ${database.name} SET timezone = 'Asia/Tokyo'`);
    await hash(database, server.major);
  };
  for (const major of serverMajors) await moved(await sharedServer(major));
  for (const major of [16, 18]) await withServer(major, {}, async server => moved({ ...server, major }));
  await using plain = await freshDatabase(await sharedServer(), { sql: rows });
  for (const method of methods) {
    const expected = await hashesOf(plain, method);
    const others = found.filter(one => one.method === method);
    expect(others.length).toBeGreaterThan(3);
    for (const { hashes } of others) expect(hashes).toEqual(expected);
    expect(expected).toMatchObject({
      'public\0nothing': { value: { rows: 0, sum: '0' } },
      'public\0no_columns': { value: { rows: 2 } },
    });
  }
});

describe.each(methods)('%s: a changed value', method => {
  let database: FreshDatabase;
  let session: Session;
  let same: Awaited<ReturnType<typeof hashesIn>>;
  beforeAll(async () => {
    database = await freshDatabase(await sharedServer(), { sql: rows });
    session = await openSession(database.parameters, { applicationName });
    same = await hashesIn(session, method);
  });
  afterAll(async () => {
    await session[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  test.each([
    ['small', 'small + 1'],
    ['o', '7'],
    ['yes', 'NOT yes'],
    ['yes', 'NULL'],
    ['f', 'f + 1e-12'],
    ['f', "'NaN'"],
    ['g', '-g'],
    ['n', "(n || '0')::numeric"],
    ['n', '-n'],
    ['n', "'NaN'"],
    ['t', "'u'"],
    ['t', "''"],
    ['t', 'NULL'],
    ['v', "v || ' '"],
    ['d', 'd + 1'],
    ['d', "'infinity'"],
    ['ts', "ts + interval '1 microsecond'"],
    ['tz', "tz + interval '1 microsecond'"],
    ['tz', "'-infinity'"],
    // Values that the server's own hash of 64 bits does not tell apart.
    ['l', 'l # 4294967297'],
    ['ts', `timestamp '2000-01-01' + ${sameHash("extract(epoch from ts - timestamp '2000-01-01') * 1000000")}`],
    [
      'tz',
      `timestamptz '2000-01-01 00:00+00' + ${sameHash("extract(epoch from tz - timestamptz '2000-01-01 00:00+00') * 1000000")}`,
    ],
    ['ti', `time '00:00' + ${sameHash('extract(epoch from ti) * 1000000')}`],
    ['bc', "'a  '"],
    ['ti', "'10:01'"],
    ['tt', "'10:00+03'"],
    ['i', "i + interval '1 day'"],
    // As long as it was, as the server counts.
    ['i', "id * interval '30 days'"],
    ['i', "i - interval '1 day' + interval '24 hours'"],
    ['u', 'NULL'],
    ['b', "b || '\\x00'"],
    ['j', `'{"a": 1}'`],
    ['jb', `'{"b": 1.0, "a": 2}'`],
    ['x', `'<a />'`],
    ['m', 'm || NULL::bigint'],
    ['m', 'ARRAY[]::int[]'],
    ['r', "'empty'"],
    ['p', "(id, 'x')"],
    ['e', "'sad'"],
    ['dom', 'dom + 1'],
    ['net', "'10.0.0.1/31'"],
    ['bits', "B'1010'"],
    ['ref', "'pg_type'"],
    ['money', "money + '0.01'::money"],
  ])('%s = %s', async (column, value) => {
    await session.query(`begin; update public.kinds set ${column} = ${value} where id = 500`);
    const changed = await hashesIn(session, method);
    await session.query('rollback');
    expect(changed['public\0kinds']).not.toEqual(same['public\0kinds']);
    expect(changed['public\0nothing']).toEqual(same['public\0nothing']);
  });

  test('values that change places between rows', async () => {
    // Of sums of plain hashes some would differ all the same, as each of them wraps around at 64 bits.
    for (let row = 500; row < 520; row += 2) {
      const [one, other] = [row % 300, (row + 1) % 300];
      await session.query(
        `begin; update public.kinds set small = case id when ${row} then ${other} else ${one} end where id in (${row}, ${row + 1})`,
      );
      const changed = await hashesIn(session, method);
      await session.query('rollback');
      expect(changed['public\0kinds'], `rows ${row} and ${row + 1}`).not.toEqual(same['public\0kinds']);
    }
  });
});

test('a table of more columns than a record may have fields is hashed as an array', async () => {
  const columns = Array.from({ length: 900 }, (_, index) => `c${index} int8`).join(', ');
  const sql = `CREATE TABLE wide (${columns}); INSERT INTO wide (c0) VALUES (1); CREATE TABLE narrow (id int8);`;
  await using database = await freshDatabase(await sharedServer(), { sql });
  expect(await hashesOf(database)).toMatchObject({
    'public\0wide': { value: { rows: 1, method: 'row-sum-2' } },
    'public\0narrow': { value: { rows: 0, method: 'row-sum-4' } },
  });
});

test.runIf(serverMajors.some(major => major < 14))('a server before 14 hashes all rows as arrays', async () => {
  await using database = await freshDatabase(await sharedServer(Math.min(...serverMajors)), { sql: rows });
  for (const reading of Object.values(await hashesOf(database)))
    expect(reading).toMatchObject({ value: { method: 'row-sum-2' } });
  await using session = await openSession(database.parameters, { applicationName });
  const hashed = { schema: 'public', name: 'kinds', rows: 1_000, bytes: 8_192, hash: 'row-sum-4:1' };
  const given = { encoding: 'UTF8', sessions: [session] as const, touch: () => {} };
  const kinds = { schema: 'public', name: 'kinds', members: [], columns: '(id)', predicate: undefined };
  const tables = [{ ...kinds, partitioned: false }];
  expect(await equalByHash({ ...given, tables, counted: [hashed] })).toEqual([]);
  const compared = { ...given, tables: [hashed], roots: new Map(), conditions: new Map(), notes: [] };
  expect(await compareHashes(compared)).toMatchObject({
    verdict: 'could-not-verify',
    note: expect.stringMatching(/hashed in a way that a server of 13 does not have/),
  });
});

test('casts to text that somebody has written are not asked', async () => {
  await using database = await freshDatabase(await sharedServer(), {
    sql: `CREATE TYPE card AS (number text, pin text); CREATE TYPE grade AS ENUM ('low', 'high'); CREATE DOMAIN own AS card;
      CREATE FUNCTION hide(card) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'card' $$;
      CREATE FUNCTION hide(grade) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'grade' $$;
      CREATE FUNCTION hide(jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'jsonb' $$;
      CREATE CAST (card AS text) WITH FUNCTION hide(card); CREATE CAST (grade AS text) WITH FUNCTION hide(grade) AS IMPLICIT;
      CREATE CAST (jsonb AS text) WITH FUNCTION hide(jsonb);
      ${[1, 2, 3].map(pin => `CREATE TABLE cards_${pin} (c card); INSERT INTO cards_${pin} VALUES (${['NULL', '(1, NULL)', '(NULL, NULL)'][pin - 1]});`).join('\n')}
      CREATE TABLE own_1 (c own); INSERT INTO own_1 VALUES ('(1,2)'); CREATE TABLE own_2 (c own); INSERT INTO own_2 VALUES ('(1,3)');
      CREATE TABLE low (g grade); INSERT INTO low VALUES ('low'); CREATE TABLE high (g grade); INSERT INTO high VALUES ('high');
      CREATE TABLE json_1 (j jsonb); INSERT INTO json_1 VALUES ('1'); CREATE TABLE json_2 (j jsonb); INSERT INTO json_2 VALUES ('1.0')`,
  });
  const hashes = Object.values(await hashesOf(database)).map(reading => reading.kind === 'read' && reading.value.sum);
  expect(hashes).toHaveLength(9);
  expect(new Set(hashes).size).toBe(9);
});

test('rows of a foreign table are hashed by their values', async () => {
  const server = await sharedServer();
  await using database = await freshDatabase(server, {
    sql: 'CREATE TABLE near (id int); INSERT INTO near VALUES (1)',
  });
  const { host, port, user, password } = server;
  await database.query(`CREATE EXTENSION postgres_fdw;
    CREATE SERVER itself FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${host}', port '${port}', dbname '${database.name}');
    CREATE USER MAPPING FOR ${user} SERVER itself OPTIONS (user '${user}', password '${password.reveal()}');
    CREATE FOREIGN TABLE far (id int) SERVER itself OPTIONS (table_name 'near')`);
  await using session = await openSession(database.parameters, { applicationName });
  const [near, far] = ['near', 'far'].map(name => ({ schema: 'public', name }));
  const hashes = await hashTables(
    [session],
    [near, far].flatMap(table => table ?? []),
  );
  expect(hashes.get('public\0far')).toEqual(hashes.get('public\0near'));
});
