import { list, located, record } from '../schema/collections.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, choice } from '../schema/scalars.ts';
import { jobs } from './dump.ts';
import { name, path } from './names.ts';

export const sections = ['pre-data', 'data', 'post-data'] as const;

/** New names of databases by their old ones. */
export const renames = record(name, {
  name: 'DATABASE',
  keys: /^[^\p{Cc}]+$/u,
  expects: 'the name of a database',
});

const restore = object(
  {
    from: optional(located(path('the path of a folder')), 'Folder of a dump set.', {
      otherwise: 'the `to` of the nearest `dump` before',
    }),
    into: required(located(name), 'Connection to restore into.'),
    databases: optional(list(name), 'Databases of the dump set to restore, by exact name.', { otherwise: 'all' }),
    as: optional(located(renames), 'New names of databases, by their old ones.', {
      otherwise: 'the names of the source',
    }),
    jobs: defaulted(jobs, 'auto', 'How many tables and indexes are restored at once.', {
      postgres: 'pg_restore --jobs',
    }),
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
    analyze: defaulted(boolean(), true, 'Whether statistics are gathered afterwards.', { postgres: 'ANALYZE' }),
    overwrite: optional(list(name), 'Databases that may be dropped and made anew, by exact name.', {
      otherwise: 'none',
    }),
    temporary: defaulted(boolean(), false, 'Whether the databases that it makes are dropped at the end of the job.'),
  },
  {
    hints: {
      to: 'write into',
      target: 'write into',
      clean: 'write overwrite with the exact names of the databases',
      drop: 'write overwrite with the exact names of the databases',
      'no-owner': 'write owners: ROLE',
      role: 'write owners: ROLE',
      'no-privileges': 'write privileges: skip',
      'no-acl': 'write privileges: skip',
      rename: 'write as: { OLD: NEW }',
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
