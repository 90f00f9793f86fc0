import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileNames, hostileSchema } from '../../src/demo/shop/hostile-names.ts';
import { shopSubscription } from '../../src/demo/shop/replication.ts';
import { countKinds, shopKinds } from '../support/archive-kinds.ts';
import { type FreshDatabase, freshDatabase, runTool, serverMajors, sharedServer } from '../support/servers.ts';

describe.each(serverMajors)('the shop on %i', major => {
  let shop: FreshDatabase;
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shop-'));
    shop = await freshDatabase(await sharedServer(major), { shop: true });
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function expectSilence(program: 'pg_dump' | 'pg_restore', ...parameters: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await runTool(shop.server, program, parameters);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout;
  }

  /** The lines of a plain dump, without the key that is new in each dump. */
  async function plainDump(database: FreshDatabase, ...parameters: readonly string[]): Promise<readonly string[]> {
    const text = await expectSilence('pg_dump', ...parameters, database.name);
    return text.split('\n').filter(line => !/^\\(un)?restrict /.test(line));
  }

  test.each([
    ['custom', 1],
    ['directory', 2],
  ] as const)('goes through pg_dump and pg_restore in format %s without a word', async (format, jobs) => {
    const archive = join(folder, format);
    await expectSilence('pg_dump', '-F', format, '-j', String(jobs), '-f', archive, shop.name);
    await using copy = await freshDatabase(shop.server);
    await expectSilence('pg_restore', '-j', String(jobs), '-d', copy.name, archive);
    expect(await plainDump(copy, '--schema-only')).toEqual(await plainDump(shop, '--schema-only'));
    // Rows may lie in another order: a page's free room is used differently by COPY.
    expect((await plainDump(copy)).toSorted()).toEqual((await plainDump(shop)).toSorted());
  });

  test('has every kind of object', async () => {
    const archive = join(folder, 'kinds');
    await expectSilence('pg_dump', '-Fc', '-f', archive, shop.name);
    const kinds = countKinds(await expectSilence('pg_restore', '--list', '--create', archive));
    const expected = Object.entries(shopKinds).filter(([, since]) => since <= major);
    expect([...kinds.keys()].toSorted()).toEqual(expected.map(([kind]) => kind).toSorted());
  });

  test('is the same each time, and can be made twice at once on one server', async () => {
    const made = await Promise.all([1, 2].map(() => freshDatabase(shop.server, { shop: true })));
    try {
      for (const other of made) {
        expect(await plainDump(other)).toEqual(await plainDump(shop));
      }
    } finally {
      for (const other of made) await other[Symbol.asyncDispose]();
    }
  });

  test('can have a subscription as well', async () => {
    await using subscriber = await freshDatabase(shop.server, { sql: shopSubscription() });
    const archive = join(folder, 'subscription');
    await expectSilence('pg_dump', '-Fc', '-f', archive, subscriber.name);
    expect([...countKinds(await expectSilence('pg_restore', '--list', archive)).keys()]).toContain('SUBSCRIPTION');
    await subscriber.query('DROP SUBSCRIPTION shop_subscription');
  });

  test('has some thousand rows', async () => {
    const [sums] = await shop.query(
      `SELECT ${['customers', 'products', 'orders', 'order_lines', 'movements', 'visits', 'baskets']
        .map(name => `(SELECT count(*)::integer FROM shop.${name}) AS ${name}`)
        .join(', ')}`,
    );
    expect(sums).toEqual({
      customers: 500,
      products: 250,
      orders: 1500,
      order_lines: 3000,
      movements: 1400,
      visits: 600,
      baskets: 100,
    });
  });

  test('has hostile names, each with its name and no value in its rows', async () => {
    const tables = await shop.query(`SELECT relname AS name FROM pg_class WHERE relkind = 'r'
      AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = '${hostileSchema}')`);
    expect(tables.map(({ name }) => String(name)).toSorted()).toEqual([...hostileNames].toSorted());
  });

  test('has values that readers take for something else', async () => {
    const rows = await shop.query(`SELECT what, body IS NULL AS nothing, length(body) AS length, left(body, 4) AS start
      FROM shop.hostile_values WHERE id IN (1, 2, 3, 4, 22) ORDER BY id`);
    expect(rows).toEqual([
      { what: 'no value', nothing: true, length: null, start: null },
      { what: 'empty', nothing: false, length: 0, start: '' },
      { what: 'what COPY writes for no value', nothing: false, length: 2, start: '\\N' },
      { what: 'end of COPY data', nothing: false, length: 2, start: '\\.' },
      { what: 'one megabyte of text', nothing: false, length: 1_048_576, start: '0123' },
    ]);
    const sizes = await shop.query(
      'SELECT oid::integer, length(lo_get(oid)) AS bytes FROM pg_largeobject_metadata ORDER BY oid',
    );
    expect(sizes.map(({ bytes }) => bytes)).toEqual([0, 7, 288_000, 100_003]);
  });
});
