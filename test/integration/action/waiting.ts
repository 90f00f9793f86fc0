import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { queryOn, type TestServer, withClient } from '../../support/servers.ts';

/** Makes pg_dump, and nobody before it, wait: it reads a sequence that an open transaction has dropped. */
export const holdableSchema = `
  create table customer (id int primary key);
  insert into customer select i from generate_series(1, 500) i;
  create sequence held`;

/** Keeps pg_dump waiting on `held` for as long as `body` takes. */
export async function whileHeld<Result>(
  server: TestServer,
  database: string,
  body: () => Promise<Result>,
): Promise<Result> {
  return await withClient(server, database, async client => {
    await client.query('begin; drop sequence held');
    try {
      return await body();
    } finally {
      await client.query('rollback');
    }
  });
}

/** Makes pg_restore, and nobody before it, work for a minute: an index whose function is slow for sessions of a run. */
export const slowToRestore = `
  create table customer (id int primary key);
  insert into customer values (1);
  create function slowly(value int) returns int language plpgsql immutable as $$
    begin
      if current_setting('application_name') like 'pg-roundtrip%' then perform pg_sleep(60); end if;
      return value;
    end $$;
  create index slow on customer (public.slowly(id))`;

/** Settles once a session of a run, in this database, does what `activity` says of pg_stat_activity. */
export async function untilSession(server: TestServer, database: string, activity: string): Promise<void> {
  const own = `datname = ${pg.escapeLiteral(database)} and application_name like 'pg-roundtrip%'`;
  for (let tries = 0; tries < 600; tries += 1) {
    const rows = await queryOn(server, 'postgres', `select from pg_stat_activity where ${own} and ${activity}`);
    if (rows.length > 0) return;
    await delay(50);
  }
  throw new Error(`no session of a run in ${database}: ${activity}`);
}

/** Programs of sessions of runs in these databases that are connected still. */
export async function sessionsIn(server: TestServer, ...databases: readonly string[]): Promise<readonly unknown[]> {
  const names = databases.map(name => pg.escapeLiteral(name)).join(', ');
  return await queryOn(
    server,
    'postgres',
    `select application_name, query from pg_stat_activity where datname in (${names}) and application_name like 'pg-roundtrip%'`,
  );
}

export async function databaseExists(server: TestServer, name: string): Promise<boolean> {
  return (
    (await queryOn(server, 'postgres', `select from pg_database where datname = ${pg.escapeLiteral(name)}`)).length > 0
  );
}
