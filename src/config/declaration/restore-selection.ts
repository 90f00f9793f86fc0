import { deferrableKinds, entryKinds } from '../../selection/selection.ts';
import { list } from '../schema/collections.ts';
import { defaulted, optional } from '../schema/fields.ts';
import { object } from '../schema/object.ts';
import { choice } from '../schema/scalars.ts';
import { path, pattern } from './names.ts';

const patterns = list(pattern);

const include = object({
  schema: optional(patterns, 'Schemas to restore, with everything in them.', { otherwise: 'all' }),
  table: optional(
    patterns,
    'Tables, views and sequences to restore with all that belongs to them (defaults, owned sequences and their positions, constraints, indexes, triggers, rules, policies, statistics, comments, grants, partitions) and what they need (schema, types, domains, functions, extensions). A name without a schema is looked for in every schema.',
    { otherwise: 'all' },
  ),
});

const exclude = object(
  {
    schema: optional(patterns, 'Schemas to leave out, with everything in them.', { otherwise: 'none' }),
    table: optional(patterns, 'Tables to leave out, with all that belongs to them and foreign keys to them.', {
      otherwise: 'none',
    }),
    'table-data': optional(patterns, 'Tables that are made without their rows.', {
      aliases: ['table_data'],
      otherwise: 'none',
    }),
    index: optional(patterns, 'Indexes to leave out; not those of primary keys and unique constraints.', {
      otherwise: 'none',
    }),
    kind: optional(list(choice(entryKinds)), 'Kinds of objects to leave out altogether.', { otherwise: 'none' }),
  },
  { hints: { data: 'write table-data', 'foreign-keys': 'write kind: foreign-keys', indexes: 'write kind: indexes' } },
);

const defer = object(
  {
    index: optional(patterns, 'Indexes that are made last; not those of primary keys and unique constraints.', {
      otherwise: 'none',
    }),
    kind: optional(list(choice(deferrableKinds)), 'Kinds of objects that are made last.', { otherwise: 'none' }),
  },
  { hints: { 'foreign-keys': 'write kind: foreign-keys', indexes: 'write kind: indexes, or index: PATTERN' } },
);

/** The keys of `restore` that say what of the dump set is restored. */
export const selectionFields = {
  include: defaulted(include, {}, 'What to restore; what any of the patterns matches.', {
    postgres: 'pg_restore --use-list',
  }),
  exclude: defaulted(exclude, {}, 'What to leave out. What was left out is listed in the report.', {
    postgres: 'pg_restore --use-list',
  }),
  defer: defaulted(defer, {}, 'What is made after everything else, with what needs it, in a phase of its own.'),
  'use-list': optional(
    path('the path of a file'),
    'List of the entries to restore, in its order, as `pg_restore --list` prints it; each line is checked against the archive.',
    { postgres: 'pg_restore --use-list', otherwise: 'none' },
  ),
  extensions: defaulted(
    choice(['create', 'present']),
    'create',
    '`present`: the extensions are in the target already and are left alone; what is missing is refused before work starts.',
  ),
} as const;

/** A list says everything about what is restored. */
export const selectionConflicts = [
  ['use-list', 'include'],
  ['use-list', 'exclude'],
] as const;
