import { queryOn, sharedServer } from '../../../support/servers.ts';
import type { Reproduction } from '../bench.ts';
import { restoreAnew, script } from './archives.ts';

/** Extensions, what is missing in the target, and what is there already. */
export const target: readonly Reproduction[] = [
  { row: 17, how: 'on 15', run: bench => script(bench, 'CREATE EXTENSION vector;') },
  {
    row: 17,
    how: 'on 13',
    run: async bench => script(bench, 'CREATE EXTENSION vector;', 'postgres', await sharedServer(13)),
  },
  {
    row: 18,
    how: 'a dump without the extension',
    run: async bench => {
      const source = await bench.database({
        sql: `CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm; CREATE TABLE t (a hstore, b text);
              CREATE INDEX i ON t USING gin (b gin_trgm_ops); CREATE TABLE u (c hstore)`,
      });
      return restoreAnew(bench, await bench.dump(source.name, ['-e', 'plpgsql']));
    },
    tells: { object: 'TABLE public.t' },
  },
  {
    row: 19,
    how: 'an extension that only a superuser may make',
    run: async bench => {
      const database = await bench.database();
      return script(bench, 'CREATE EXTENSION file_fdw;', database.name, bench.low);
    },
  },
  {
    row: 19,
    how: 'the comment of one that is there',
    run: async bench => {
      const source = await bench.database({ sql: 'CREATE EXTENSION hstore' });
      const archive = await bench.dump(source.name);
      const made = await bench.database({ sql: 'CREATE EXTENSION hstore' });
      return bench.say('pg_restore', ['-v', '-d', made.name, archive], { archive, on: bench.low });
    },
    amongOthers: true,
    tells: { object: 'COMMENT EXTENSION hstore' },
  },
  { row: 20, how: 'plpgsql', run: bench => script(bench, 'CREATE EXTENSION plpgsql; CREATE LANGUAGE plpgsql;') },
  {
    row: 21,
    how: 'pg_dump -n public',
    run: async bench => restoreAnew(bench, await bench.dump(bench.source.name, ['-n', 'public'])),
  },
  {
    row: 22,
    how: 'pg_restore -n app',
    run: bench => restoreAnew(bench, bench.custom, ['-n', 'app']),
    tells: { message: 'schema "app" does not exist on the target: it was left out of the restore' },
  },
  {
    row: 23,
    how: 'a library that is not there',
    run: bench => script(bench, `CREATE FUNCTION f() RETURNS integer LANGUAGE c AS '$libdir/absent', 'f';`),
  },
  {
    row: 24,
    how: 'lz4 into 18 as npm brings it',
    absence: async () => {
      const columns = "SELECT enumvals::text AS known FROM pg_settings WHERE name = 'default_toast_compression'";
      const [row] = await queryOn(await sharedServer(18), 'postgres', columns);
      return String(row?.['known']).includes('lz4') ? 'the server of 18 on this machine knows lz4' : undefined;
    },
    run: async bench => {
      const on = await sharedServer(18);
      const made = await bench.database({}, on);
      return script(bench, 'CREATE TABLE t (a text COMPRESSION lz4);', made.name, on);
    },
  },
  {
    row: 25,
    how: '15 into 18',
    run: async bench => {
      const source = await bench.database({
        sql: `CREATE TABLE p (a integer, b integer);
              CREATE TABLE c (b integer GENERATED ALWAYS AS (a * 3) STORED) INHERITS (p)`,
      });
      const archive = await bench.dump(source.name);
      const on = await sharedServer(18);
      const made = await bench.database({}, on);
      return bench.say('pg_restore', ['-v', '-d', made.name, archive], { on, archive });
    },
    tells: { class: 'defect', object: 'TABLE public.c' },
  },
  {
    row: 26,
    how: 'restored twice',
    run: async bench => {
      const made = await bench.database();
      await bench.succeed('pg_restore', ['-d', made.name, bench.custom]);
      return bench.say('pg_restore', ['-v', '-d', made.name, bench.custom], { archive: bench.custom });
    },
  },
  {
    row: 27,
    how: '--clean into an empty database',
    run: bench => restoreAnew(bench, bench.custom, ['--clean']),
    tells: { class: 'benign' },
  },
  {
    row: 28,
    how: 'pg_restore -C where the database is',
    run: bench => bench.say('pg_restore', ['-v', '-C', '-d', 'postgres', bench.custom], { archive: bench.custom }),
    amongOthers: true,
  },
  {
    row: 28,
    how: 'pg_restore -C by a role that may not',
    run: bench =>
      bench.say('pg_restore', ['-v', '-C', '-d', 'postgres', bench.custom], { archive: bench.custom, on: bench.low }),
    amongOthers: true,
    tells: { message: 'the role may not create databases' },
  },
  {
    row: 30,
    how: 'rows alone, children before parents',
    run: async bench => {
      const made = await bench.database();
      await bench.succeed('pg_restore', ['-s', '-d', made.name, bench.custom]);
      return bench.say('pg_restore', ['-v', '-a', '-d', made.name, bench.custom], { archive: bench.custom });
    },
    tells: { object: 'TABLE DATA app.a_title' },
  },
  {
    row: 31,
    how: 'a function in a CHECK and in an index',
    run: async bench => {
      const source = await bench.database({
        sql: `CREATE TABLE lookup (a integer); INSERT INTO lookup VALUES (1);
              CREATE FUNCTION lk(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a FROM lookup WHERE a = $1';
              CREATE TABLE t (a integer CHECK (lk(a) > 0)); INSERT INTO t VALUES (1); CREATE INDEX i ON t (lk(a))`,
      });
      return restoreAnew(bench, await bench.dump(source.name));
    },
    tells: { class: 'defect', object: 'TABLE DATA public.t', follow: 1 },
  },
  {
    row: 32,
    how: 'a CHECK that reads a table that comes later',
    run: async bench => {
      const source = await bench.database({
        sql: `CREATE TABLE z (a integer); INSERT INTO z VALUES (1);
              CREATE FUNCTION known(integer) RETURNS boolean LANGUAGE sql AS 'SELECT count(*) > 0 FROM public.z WHERE a = $1';
              CREATE TABLE b (a integer CHECK (known(a))); INSERT INTO b VALUES (1)`,
      });
      return restoreAnew(bench, await bench.dump(source.name));
    },
    tells: { class: 'defect', object: 'TABLE DATA public.b' },
  },
  {
    row: 33,
    how: 'two equal rows',
    run: async bench => {
      const source = await bench.database({ sql: 'CREATE TABLE t (a integer UNIQUE); INSERT INTO t VALUES (1)' });
      const archive = await bench.dump(source.name);
      const made = await bench.database({ sql: 'CREATE TABLE t (a integer); INSERT INTO t VALUES (1)' });
      await bench.say('pg_restore', ['-a', '-d', made.name, archive]);
      return bench.say('pg_restore', ['-v', '--section=post-data', '-d', made.name, archive], { archive });
    },
    tells: { class: 'incident', object: 'CONSTRAINT public.t t_a_key' },
  },
  {
    row: 34,
    how: 'a view that selects from itself',
    run: async bench => {
      const source = await bench.database({
        sql: 'CREATE VIEW v AS SELECT 1 a; CREATE OR REPLACE VIEW v AS SELECT a FROM v',
      });
      return restoreAnew(bench, await bench.dump(source.name));
    },
    tells: { class: 'defect', object: 'VIEW public.v' },
  },
  {
    row: 51,
    how: 'bytes of Latin 1 in UTF-8',
    run: async bench => {
      const made = await bench.database({ sql: 'CREATE TABLE t (a text)' });
      const bytes = Buffer.concat([
        Buffer.from('COPY t FROM stdin;\n'),
        Buffer.from([0xe9, 0x74, 0xe9]),
        Buffer.from('\n\\.\n'),
      ]);
      return script(bench, bytes, made.name);
    },
  },
  ...["LOCALE 'de_XX.UTF-8'", "ENCODING 'LATIN1' LOCALE 'C.UTF-8'"].map(
    (wanted): Reproduction => ({
      row: 52,
      how: wanted,
      run: bench => script(bench, `CREATE DATABASE never TEMPLATE template0 ${wanted};`),
    }),
  ),
  {
    row: 52,
    how: 'SQL_ASCII from template1',
    run: bench => script(bench, "CREATE DATABASE never TEMPLATE template1 ENCODING 'SQL_ASCII';"),
  },
];
