import { queryOn } from '../../../support/servers.ts';
import type { Reproduction } from '../bench.ts';
import { restoreAnew, script } from './archives.ts';

/** What a role may not do. */
export const privileges: readonly Reproduction[] = [
  {
    row: 10,
    how: 'the owner was renamed after the dump',
    run: async bench => {
      const role = `${bench.low.user}_gone`;
      await queryOn(bench.server, 'postgres', `CREATE ROLE ${role}`);
      const source = await bench.database({
        sql: `CREATE SCHEMA own AUTHORIZATION ${role}; SET ROLE ${role};
              CREATE TABLE own.a (id integer PRIMARY KEY); CREATE TABLE own.b (id integer REFERENCES own.a);
              CREATE VIEW own.v AS SELECT * FROM own.a; CREATE SEQUENCE own.s; GRANT SELECT ON own.a TO PUBLIC`,
      });
      const archive = await bench.dump(source.name);
      await queryOn(bench.server, 'postgres', `ALTER ROLE ${role} RENAME TO ${role}_2`);
      try {
        return await restoreAnew(bench, archive);
      } finally {
        await source[Symbol.asyncDispose]();
        await queryOn(bench.server, 'postgres', `DROP ROLE ${role}_2`);
      }
    },
    tells: { object: 'SCHEMA own' },
  },
  {
    row: 11,
    how: 'everything by a role that may create',
    run: async bench => {
      const made = await bench.database({ sql: `GRANT CREATE ON SCHEMA public TO ${bench.low.user}` });
      await made.query(`ALTER DATABASE ${made.name} OWNER TO ${bench.low.user}`);
      return bench.say('pg_restore', ['-v', '-d', made.name, bench.sinkArchive], {
        archive: bench.sinkArchive,
        on: bench.low,
      });
    },
    amongOthers: true,
  },
  {
    row: 12,
    how: 'into a schema of somebody else',
    run: async bench => {
      const made = await bench.database();
      const [archive, on] = [bench.custom, bench.low];
      return bench.say('pg_restore', ['-v', '-O', '-x', '-n', 'public', '-d', made.name, archive], { archive, on });
    },
  },
  {
    row: 12,
    how: 'a dump of a schema that the role may not use',
    run: bench => bench.say('pg_dump', ['-n', 'app', bench.source.name], { on: bench.low }),
    tells: { code: 'PGR190', class: 'fixable' },
  },
  {
    row: 13,
    how: 'a table',
    run: bench => bench.say('pg_dump', ['-t', 'public.plain', bench.source.name], { on: bench.low }),
    tells: { object: 'TABLE public.plain' },
  },
  {
    row: 13,
    how: 'the sequence of a table',
    run: async bench => {
      const source = await bench.database({
        sql: `CREATE TABLE t (a serial); GRANT SELECT ON t TO ${bench.low.user}`,
      });
      return bench.say('pg_dump', [source.name], { on: bench.low });
    },
  },
  {
    row: 13,
    how: 'a large object',
    run: async bench => {
      const source = await bench.database({ sql: "SELECT lo_from_bytea(4711, 'x')" });
      return bench.say('pg_dump', [source.name], { on: bench.low });
    },
    tells: { message: 'the role may not read large object 4711' },
  },
  {
    row: 14,
    how: 'a role with SELECT alone',
    run: async bench => {
      const source = await bench.database({
        sql: `CREATE TABLE t (a integer); ALTER TABLE t ENABLE ROW LEVEL SECURITY; GRANT SELECT ON t TO ${bench.low.user}`,
      });
      return bench.say('pg_dump', [source.name], { on: bench.low });
    },
  },
  { row: 15, how: 'pg_dumpall -g', run: bench => bench.say('pg_dumpall', ['-g'], { on: bench.low }) },
  {
    row: 16,
    how: 'event triggers and the like',
    run: async bench => {
      const made = await bench.database();
      const [archive, on] = [bench.sinkArchive, bench.low];
      return bench.say('pg_restore', ['-v', '-O', '-x', '-d', made.name, archive], { archive, on });
    },
    amongOthers: true,
  },
  {
    row: 16,
    how: 'rows alone with triggers disabled',
    run: async bench => {
      const [user, archive, on] = [bench.low.user, bench.custom, bench.low];
      const made = await bench.database();
      await made.query(`ALTER DATABASE ${made.name} OWNER TO ${user}; GRANT CREATE ON SCHEMA public TO ${user}`);
      await bench.succeed('pg_restore', ['-O', '-x', '-s', '-d', made.name, archive], { on });
      return bench.say('pg_restore', ['-v', '-a', '--disable-triggers', '-d', made.name, archive], { archive, on });
    },
    amongOthers: true,
  },
  {
    row: 16,
    how: 'a setting',
    run: bench => script(bench, 'SET session_replication_role = replica;', 'postgres', bench.low),
  },
];
