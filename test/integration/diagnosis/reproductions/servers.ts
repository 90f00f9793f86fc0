import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Secret } from '../../../../src/secret.ts';
import { freePort } from '../../../../src/throwaway/free-port.ts';
import type { ThrowawayServer } from '../../../../src/throwaway/throwaway-server.ts';
import { queryOn, withClient } from '../../../support/servers.ts';
import type { Bench, Reproduction } from '../bench.ts';
import { script } from './archives.ts';

/** Connections, locks and time, on the server that all share. */
export const connections: readonly Reproduction[] = [
  {
    row: 35,
    how: 'a closed port',
    run: async bench => bench.say('pg_dump', ['x'], { on: { ...bench.server, port: await freePort('127.0.0.1') } }),
  },
  {
    row: 36,
    how: 'a host that cannot exist',
    run: bench => bench.say('pg_dump', ['x'], { on: { ...bench.server, host: 'db.nonexistent.invalid' } }),
  },
  { row: 37, how: 'pg_dump', run: bench => bench.say('pg_dump', ['nosuch']) },
  {
    row: 38,
    how: 'a wrong password',
    run: bench => bench.say('pg_dump', ['postgres'], { on: { ...bench.low, password: new Secret('guessed') } }),
  },
  {
    row: 38,
    how: 'no password',
    run: bench => bench.say('pg_dump', ['-w', 'postgres'], { on: { ...bench.low, password: new Secret('') } }),
  },
  {
    row: 39,
    how: 'TLS of a server without it',
    run: bench => bench.say('pg_dump', ['postgres'], { environment: { PGSSLMODE: 'require' } }),
  },
  {
    row: 39,
    how: 'a root certificate that is not there',
    run: bench =>
      bench.say('pg_dump', ['postgres'], { environment: { PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/no/such/file' } }),
  },
  {
    row: 40,
    how: 'the limit of a role',
    run: async bench => withLimit(bench, 1, () => bench.say('pg_dump', [bench.source.name], { on: bench.low })),
  },
  {
    row: 40,
    how: 'the limit of a database',
    run: async bench => {
      const full = await bench.database();
      await queryOn(bench.server, 'postgres', `ALTER DATABASE ${full.name} CONNECTION LIMIT 0`);
      return bench.say('pg_dump', [full.name], { on: bench.low });
    },
  },
  {
    row: 42,
    how: 'the session of a dump that waits is ended',
    run: bench =>
      whileLocked(bench, async database => {
        const said = bench.say('pg_dump', [database], { environment: { PGAPPNAME: 'doomed' } });
        const waits = `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
                       WHERE application_name = 'doomed' AND wait_event_type = 'Lock'`;
        for (let ended = false; !ended; await delay(20))
          ended = (await queryOn(bench.server, 'postgres', waits)).length > 0;
        return said;
      }),
  },
  {
    row: 43,
    how: 'a lock that somebody holds',
    run: bench => whileLocked(bench, database => bench.say('pg_dump', ['--lock-wait-timeout=200', database])),
    tells: { object: 'TABLE public.held' },
  },
  {
    row: 44,
    how: 'a role with a limit',
    run: bench =>
      bench.say('psql', ['-X', '-d', 'postgres', '-f', '-'], {
        input: 'SELECT pg_sleep(9);',
        environment: { PGOPTIONS: '-c statement_timeout=50' },
      }),
  },
  { row: 46, how: '/dev/full', run: bench => bench.say('pg_dump', ['-Fc', '-f', '/dev/full', bench.source.name]) },
  {
    row: 58,
    how: 'workers that get no connection',
    run: async bench => {
      const source = await bench.database({ sql: 'CREATE TABLE t (a integer); CREATE TABLE u (a integer)' });
      await queryOn(bench.server, source.name, `GRANT SELECT ON t, u TO ${bench.low.user}`);
      const folder = join(bench.folder, 'workers');
      await rm(folder, { recursive: true, force: true });
      const parameters = ['-Fd', '-j2', '-f', folder, source.name];
      return withLimit(bench, 3, () => bench.say('pg_dump', parameters, { on: bench.low }));
    },
    followsFrom: 'connection-limit',
    tells: { follow: 1 },
  },
];

/** Begun before all others, as the server waits for five seconds by itself. */
export function databaseInUse(bench: Bench): ReturnType<Reproduction['run']> {
  return withClient(bench.server, bench.source.name, () => script(bench, `DROP DATABASE ${bench.source.name};`));
}

/** What takes a server of its own, with room for few locks, which may be stopped and damaged. */
export const ownServer: readonly (Omit<Reproduction, 'run'> & {
  readonly run: (bench: Bench, server: ThrowawayServer) => ReturnType<Reproduction['run']>;
})[] = [
  {
    row: 40,
    how: 'more sessions than the server has',
    run: async (bench, on) => {
      const sessions = Array.from({ length: 8 }, () => withClient(on, 'postgres', () => delay(1_500)));
      const said = delay(300).then(() => bench.say('pg_dump', ['postgres'], { on }));
      await Promise.allSettled(sessions);
      return said;
    },
  },
  {
    row: 47,
    how: 'more tables than locks',
    run: async (bench, on) => {
      await queryOn(on, 'postgres', 'CREATE DATABASE many');
      const some = (from: number) =>
        `DO $$ BEGIN FOR n IN ${from}..${from + 99} LOOP EXECUTE 'CREATE TABLE t' || n || ' ()'; END LOOP; END $$`;
      await withClient(on, 'many', async client => {
        for (let from = 0; from < 500; from += 100) await client.query(some(from));
      });
      return bench.say('pg_dump', ['many'], { on });
    },
  },
  {
    row: 50,
    how: 'random bytes over a block of a table',
    run: async (bench, on) => {
      await queryOn(on, 'postgres', 'CREATE DATABASE damaged');
      const [row] = await queryOn(
        on,
        'damaged',
        'CREATE TABLE t AS SELECT n FROM generate_series(1, 2000) n; CHECKPOINT; SELECT pg_relation_filepath($$t$$) AS path',
      );
      await on.stop('fast');
      {
        await using file = await open(join(on.dataFolder, String(row?.['path'])), 'r+');
        await file.write(Buffer.alloc(8_192, 0x5a), 0, 8_192, 8_192);
      }
      await on.restart('fast');
      return bench.say('pg_dump', ['damaged'], { on });
    },
    tells: { class: 'incident', object: 'TABLE t' },
  },
];

async function whileLocked<Result>(bench: Bench, body: (database: string) => Promise<Result>): Promise<Result> {
  const { name } = await bench.database({ sql: 'CREATE TABLE held (a integer)' });
  return withClient(bench.server, name, async client => {
    await client.query('BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE');
    return body(name);
  });
}

/** With a role that may have so many sessions, and one of them taken. */
async function withLimit<Result>(bench: Bench, limit: number, body: () => Promise<Result>): Promise<Result> {
  const { user } = bench.low;
  const setLimit = (number: number) =>
    queryOn(bench.server, 'postgres', `ALTER ROLE ${user} CONNECTION LIMIT ${number}`);
  await setLimit(limit);
  try {
    return await withClient(bench.low, 'postgres', body);
  } finally {
    await setLimit(-1);
  }
}
