import { pgRestore } from '../../postgres/options/pg-restore.ts';
import { psql } from '../../postgres/options/psql.ts';
import { list, located, record, scalarOr } from '../schema/collections.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, choice, text } from '../schema/scalars.ts';
import { restoreCombinations } from './combinations.ts';
import { jobs } from './dump.ts';
import { flags } from './flags.ts';
import { name, path } from './names.ts';
import { rename } from './rename.ts';
import { restoreKeyCombinations } from './restore-combinations.ts';
import { databaseFields } from './restore-database.ts';
import { selectionConflicts, selectionFields } from './restore-selection.ts';
import { throttle } from './throttle.ts';

export const sections = ['pre-data', 'data', 'post-data'] as const;

/** New names of databases by their old ones. */
export const renames = record(name, {
  name: 'DATABASE',
  keys: /^[^\p{Cc}]+$/u,
  expects: 'the name of a database',
});

const jobsOf = (section: string) => optional(jobs, `Jobs of the section ${section}.`, { otherwise: '`auto`' });
const jobsBySection = object({
  'pre-data': jobsOf('pre-data'),
  data: jobsOf('data'),
  'post-data': jobsOf('post-data'),
});

const tablespaceMap = record(name, {
  name: 'TABLESPACE',
  keys: /^[^\p{Cc}]+$/u,
  expects: 'the name of a tablespace',
});

const restore = object(
  {
    from: optional(
      located(path('the path of a folder')),
      'Folder of a dump set; or `artifact:NAME@BRANCH`, which is fetched from the latest successful run on the branch; or an archive that pg_dump has made elsewhere, a file or a folder.',
      {
        otherwise: 'the `to` of the nearest `dump` or `fetch` before',
      },
    ),
    into: required(located(name), 'Connection to restore into.'),
    databases: optional(list(name), 'Databases of the dump set to restore, by exact name.', { otherwise: 'all' }),
    as: optional(located(renames), 'New names of databases, by their old ones.', {
      otherwise: 'the names of the source',
    }),
    rename: optional(
      located(rename),
      'New names of schemas within the restored databases, also in the bodies of functions in SQL and PL/pgSQL. `into-existing` they come by a scratch database on the same server, which holds all of it once more for a while.',
      {
        otherwise: 'the names of the source',
      },
    ),
    ...selectionFields,
    jobs: defaulted(
      scalarOr(jobs, jobsBySection),
      'auto',
      'How many tables and indexes are restored at once; `auto` looks at the machine, and at the sizes of tables where they are known. With `phases: separate` also as a map, `{ pre-data: 1, data: 4, post-data: 2 }`. Grants that a role has passed on follow one by one.',
      { postgres: 'pg_restore --jobs' },
    ),
    section: optional(list(choice(sections)), 'Which sections are restored.', {
      postgres: 'pg_restore --section',
      otherwise: 'all three',
    }),
    phases: defaulted(
      choice(['together', 'separate']),
      'together',
      '`together` restores all sections in one go; `separate` one after another, each timed.',
    ),
    owners: optional(name, '`keep`, or the role that is to own everything.', {
      postgres: 'pg_restore --no-owner --role',
      otherwise: 'kept, if all roles exist or come with the globals',
    }),
    privileges: defaulted(choice(['keep', 'skip']), 'keep', 'Whether grants are restored.', {
      postgres: 'pg_restore --no-privileges',
    }),
    tablespaces: defaulted(
      scalarOr(choice(['keep', 'drop']), tablespaceMap),
      'keep',
      "`drop` puts everything into the database's own tablespace. A map of new names by old ones moves tables while they are empty, and indexes once they are made; it restores in separate phases.",
      { postgres: 'pg_restore --no-tablespaces' },
    ),
    ...databaseFields,
    overwrite: optional(list(name), 'Databases that may be dropped and made anew, by exact name.', {
      otherwise: 'none',
    }),
    clean: optional(
      list(name),
      'Existing databases, by exact name, in which the objects of the dump are dropped and made anew. Others there stay, as do schemas and extensions; what others depend on is refused. What was dropped stays dropped when the restore fails after that.',
      { postgres: 'pg_restore --clean --if-exists', otherwise: 'none' },
    ),
    'into-existing': optional(
      list(name),
      'Existing databases, by exact name, that may hold something and to which the objects of the dump are added; what is there stays as it is.',
      { otherwise: 'none' },
    ),
    production: optional(
      list(name),
      'Databases, by exact name, that say of themselves that they are production (`environment` in `ar_internal_metadata`, as Rails writes it) and that `overwrite`, `clean` or `into-existing` may change all the same. A copy of production says so too.',
      { otherwise: 'none' },
    ),
    trust: optional(
      text({ expects: 'a reason of at least 10 characters, as text', minimumLength: 10 }),
      "Why a dump that this tool has not made may run its code with the rights of the connection's role. The report repeats it.",
      {
        otherwise: 'such a dump is restored into a new database, as a role that the run makes and that is no superuser',
      },
    ),
    'single-transaction': optional(
      boolean(),
      'Whether all is restored in one transaction, by one job, or nothing. It leaves an existing database as it was when the restore fails, but for what `clean` has dropped before.',
      {
        postgres: 'pg_restore --single-transaction',
        otherwise: '`true` for `clean` and `into-existing` where jobs and phases allow it, else `false`',
      },
    ),
    'disable-triggers': defaulted(
      boolean(),
      false,
      'Whether triggers and foreign keys are off while rows alone (`section: data`) are restored.',
      { postgres: 'pg_restore --disable-triggers' },
    ),
    flags: defaulted(
      flags(pgRestore, psql),
      {},
      'Options of pg_restore that have no key of their own, by their long names; of psql where the dump is plain.',
    ),
    throttle: optional(throttle, 'Spares the server and this machine.', { otherwise: 'as fast as it goes' }),
    temporary: defaulted(boolean(), false, 'Whether the databases that it makes are dropped at the end of the job.'),
  },
  {
    combinations: [...restoreCombinations, ...restoreKeyCombinations],
    conflicts: selectionConflicts,
    hints: {
      to: 'write into',
      target: 'write into',
      drop: 'write overwrite with the exact names of the databases',
      'no-owner': 'write owners: ROLE',
      role: 'write owners: ROLE',
      'no-privileges': 'write privileges: skip',
      'no-acl': 'write privileges: skip',
      'no-tablespaces': 'write tablespaces: drop',
      'no-comments': 'write exclude: { kind: comments }',
      table: 'write include: { table: … }',
      schema: 'write include: { schema: … }',
      list: 'write use-list',
      database: 'write databases, or as: { OLD: NEW } to rename',
    },
  },
);

const example = `- restore:
    into: scratch
    as: { app: app_copy }
    temporary: true`;

export const restoreCase = {
  kind: restore,
  help: 'Restores a dump set into new databases, after every checksum has been checked.',
  example,
} satisfies Case<unknown>;
