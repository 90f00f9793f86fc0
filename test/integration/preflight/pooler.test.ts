import { expect, test } from 'vitest';
import { openSession } from '../../../src/postgres/session.ts';
import { type Pooler, type PoolerOptions, startPooler } from '../../support/pooler.ts';
import { parametersOf, queryOn, sharedServer, withClient } from '../../support/servers.ts';

const server = await sharedServer();

const start = (options: Omit<PoolerOptions, 'server' | 'database'>) =>
  startPooler({ ...options, server, database: 'postgres' });

const through = (pooler: Pooler, connectTimeout = 10) =>
  openSession(
    { ...parametersOf({ ...server, ...pooler }, 'postgres'), connectTimeout },
    { applicationName: 'preflight test' },
  );

/** What the next client of a pooled session would find. */
const searchPaths = (pooler: Pooler) =>
  Promise.all(
    [1, 2, 3].map(() =>
      withClient({ ...server, ...pooler }, 'postgres', async client => {
        const { rows } = await client.query<{ path: string }>(`SELECT current_setting('search_path') AS path`);
        return rows[0]?.path;
      }),
    ),
  );

test.each([
  ['one session', { size: 1 }],
  ['several, the last used first', { size: 3 }],
  ['several, one after another', { size: 2, order: 'in turn' }],
  ['three, one after another', { size: 3, order: 'in turn' }],
] as const)('a pooler in transaction mode with %s is refused, and left as it was', async (_, pool) => {
  await using pooler = await start({ mode: 'transaction', ...pool });
  await expect(through(pooler)).rejects.toMatchObject({ code: 'PGR116', exitCode: 4 });
  expect(new Set(await searchPaths(pooler))).toEqual(new Set(['"$user", public']));
});

test('a pooler in session mode is allowed, named, and its session pinned', async () => {
  await using pooler = await start({ mode: 'session', size: 2 });
  await using session = await through(pooler);
  expect(session.pooled).toBe(true);
  const [row] = await session.query(`select current_setting('search_path') as path, pg_backend_pid() as pid`);
  expect(row).toEqual({ path: 'pg_catalog', pid: session.backendPid });
});

test('a pooler in session mode that has one session only', async () => {
  await using pooler = await start({ mode: 'session', size: 1 });
  await expect(through(pooler, 2)).rejects.toMatchObject({ code: 'PGR209', message: /second session/ });
});

test('a server that is reached directly is not pooled', async () => {
  await using session = await openSession(parametersOf(server, 'postgres'), { applicationName: 'preflight test' });
  expect(session.pooled).toBe(false);
  expect(await queryOn(server, 'postgres', `SELECT 1 AS one`)).toEqual([{ one: 1 }]);
});
