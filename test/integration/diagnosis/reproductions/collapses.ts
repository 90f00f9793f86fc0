import { queryOn } from '../../../support/servers.ts';
import type { Reproduction } from '../bench.ts';
import { restoreAnew } from './archives.ts';

/** Many errors of one cause, or of few, in an archive with nearly every kind of object. */
export const collapses: readonly (Pick<Reproduction, 'how' | 'run'> & {
  /** The kinds of the causes, in the order of the log. */
  readonly kinds: readonly string[];
  /** How many errors follow from the first, at least: clients differ in what they say of one object. */
  readonly follow: number;
})[] = [
  {
    how: 'restored twice',
    run: async bench => {
      const made = await bench.database();
      await bench.say('pg_restore', ['-d', made.name, bench.sinkArchive]);
      return bench.say('pg_restore', ['-v', '-d', made.name, bench.sinkArchive], { archive: bench.sinkArchive });
    },
    kinds: ['target-not-empty'],
    follow: 30,
  },
  {
    how: 'restored twice by four jobs',
    run: async bench => {
      const made = await bench.database();
      await bench.say('pg_restore', ['-d', made.name, bench.sinkArchive]);
      const parameters = ['-v', '-j4', '-d', made.name, bench.sinkArchive];
      return bench.say('pg_restore', parameters, { archive: bench.sinkArchive });
    },
    kinds: ['target-not-empty'],
    follow: 30,
  },
  {
    how: 'a schema alone into an empty database',
    run: bench => restoreAnew(bench, bench.sinkArchive, ['-n', 'app']),
    kinds: ['prerequisite-filtered'],
    follow: 30,
  },
  {
    how: 'a role that does not exist',
    run: async bench => {
      const owner = bench.low.user.replace(/_low$/, '_owner');
      await queryOn(bench.server, 'postgres', `ALTER ROLE ${owner} RENAME TO ${owner}_2`);
      try {
        return await restoreAnew(bench, bench.sinkArchive);
      } finally {
        await queryOn(bench.server, 'postgres', `ALTER ROLE ${owner}_2 RENAME TO ${owner}`);
      }
    },
    kinds: ['role-missing'],
    follow: 30,
  },
  {
    how: 'a role that may do nothing into a schema of somebody else',
    run: async bench => {
      const made = await bench.database({ sql: 'CREATE SCHEMA app' });
      const [archive, on] = [bench.sinkArchive, bench.low];
      return bench.say('pg_restore', ['-v', '-O', '-x', '-n', 'app', '-d', made.name, archive], { archive, on });
    },
    kinds: ['schema-denied'],
    follow: 30,
  },
];
