import { pgDump } from '../../postgres/options/pg-dump.ts';
import { pgDumpall } from '../../postgres/options/pg-dumpall.ts';
import { list, located } from '../schema/collections.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { either, mapScalar } from '../schema/scalar.ts';
import { boolean, choice, integer, text } from '../schema/scalars.ts';
import { dumpCombinations } from './combinations.ts';
import { dumpKeyCombinations } from './dump-combinations.ts';
import { dumpOptionFields } from './dump-options.ts';
import { flags } from './flags.ts';
import { name, newPath, pattern } from './names.ts';
import { throttle } from './throttle.ts';

export const jobs = either(integer(1, 64), choice(['auto']));

const compression = either(
  mapScalar(integer(0, 9), String),
  text({
    type: '`auto`, `none`, `gzip`, `lz4`, `zstd`, with a level such as `zstd:3`',
    expects: 'auto, none, gzip, lz4 or zstd, with a level such as zstd:3',
    pattern: /^(?:auto|none|(?:gzip|lz4|zstd)(?::[a-z0-9=,]+)?)$/,
  }),
);

const patterns = list(pattern);

const include = object({
  extension: optional(patterns, 'Extensions to dump, and no others.', {
    postgres: 'pg_dump --extension (14 and newer)',
    otherwise: 'all',
  }),
  schema: optional(patterns, 'Schemas to dump.', { postgres: 'pg_dump --schema', otherwise: 'all' }),
  table: optional(patterns, 'Tables to dump, and nothing else.', { postgres: 'pg_dump --table', otherwise: 'all' }),
  'table-and-children': optional(patterns, 'The same, each with its partitions and the tables that inherit from it.', {
    postgres: 'pg_dump --table-and-children (16 and newer)',
    otherwise: 'all',
  }),
});

const exclude = object(
  {
    database: optional(patterns, 'Databases to leave out of those that `databases` names.', {
      postgres: 'pg_dumpall --exclude-database',
      otherwise: 'none',
    }),
    extension: optional(patterns, 'Extensions to leave out.', {
      postgres: 'pg_dump --exclude-extension (17 and newer)',
      otherwise: 'none',
    }),
    schema: optional(patterns, 'Schemas to leave out.', { postgres: 'pg_dump --exclude-schema', otherwise: 'none' }),
    table: optional(patterns, 'Tables to leave out.', { postgres: 'pg_dump --exclude-table', otherwise: 'none' }),
    'table-and-children': optional(
      patterns,
      'The same, each with its partitions and the tables that inherit from it.',
      {
        postgres: 'pg_dump --exclude-table-and-children (16 and newer)',
        otherwise: 'none',
      },
    ),
    'table-data': optional(patterns, 'Tables that are dumped without their rows.', {
      postgres: 'pg_dump --exclude-table-data',
      aliases: ['table_data'],
      otherwise: 'none',
    }),
  },
  { hints: { data: 'write table-data', 'exclude-table-data': 'write table-data' } },
);

const fields = {
  from: optional(located(name), 'Connection to dump from.', {
    otherwise: 'the only connection that no `restore` goes into',
  }),
  databases: optional(list(pattern), 'Databases to dump: names, or patterns with `*` and `?`.', {
    otherwise: "the connection's own",
  }),
  globals: defaulted(
    either(boolean(), choice(['only'])),
    false,
    'Whether roles, their settings and tablespaces are dumped too; `only`: without any database.',
    { postgres: 'pg_dumpall --globals-only' },
  ),
  'role-passwords': defaulted(
    boolean(),
    false,
    'Whether the globals have the passwords of roles, as the server keeps them. Only a superuser may read them. A restore makes roles without a password all the same: they are for psql and globals.sql.',
    { postgres: 'pg_dumpall without --no-role-passwords' },
  ),
  format: defaulted(
    choice(['auto', 'directory', 'custom', 'tar', 'plain']),
    'auto',
    'Form of the dumps. `auto`: a folder that several jobs write (`directory`), but one file (`custom`) for a thousand or more small tables of a server on this machine. `plain` is SQL that psql executes, with a table of contents beside it.',
    { postgres: 'pg_dump --format' },
  ),
  'content-hash': defaulted(
    either(boolean(), choice(['auto'])),
    'auto',
    'Whether every table and large object is hashed in the same snapshot, so that `verify` can compare copies by hashes first, and `diff` two dumps. It reads all of them once more, beside pg_dump; `auto` does it where the archive’s own rows can’t be compared (`plain`, `inserts`), and where a later step compares the `content` of all rows.',
  ),
  'single-file': optional(
    text({
      type: 'name, ending in `.sql`',
      expects: 'the name of a file that ends in .sql',
      pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*\.sql$/,
    }),
    'One file that makes the whole cluster: the globals, then each database with `CREATE DATABASE`, one after another, each in its own snapshot. Needs `format: plain` and `globals: true`.',
    { otherwise: 'a file or folder for each database' },
  ),
  jobs: defaulted(jobs, 'auto', 'How many tables are dumped at once; `auto` looks at the machine.', {
    postgres: 'pg_dump --jobs',
  }),
  compress: defaulted(compression, 'auto', 'Method and level of compression; `auto` takes the best of the client.', {
    postgres: 'pg_dump --compress',
  }),
  snapshot: optional(
    located(name),
    'Name of a snapshot that several dumps of the same connection share, so that they show each database at one moment. Until the last of them the tables of all are locked: what alters or truncates one waits.',
    { otherwise: 'each dump has its own' },
  ),
  throttle: optional(throttle, 'Spares the server and this machine.', { otherwise: 'as fast as it goes' }),
  include: defaulted(include, {}, 'What to dump.'),
  exclude: defaulted(exclude, {}, 'What to leave out.'),
  ...dumpOptionFields,
  flags: defaulted(flags(pgDump), {}, 'Options of pg_dump that have no key of their own, by their long names.'),
  'globals-flags': defaulted(flags(pgDumpall), {}, 'The same for the pg_dumpall that makes the globals.'),
  to: required(located(newPath('the path of a folder')), 'Folder of the dump set; it may not exist yet.'),
} as const;

const dump = object(fields, {
  combinations: [...dumpCombinations, ...dumpKeyCombinations],
  hints: {
    'exclude-table-data': 'write exclude: { table-data: … }',
    'exclude-table': 'write exclude: { table: … }',
    'exclude-schema': 'write exclude: { schema: … }',
    file: 'write to',
    output: 'write to',
    path: 'write to',
    source: 'write from',
    connection: 'write from',
    database: 'write databases',
    compression: 'write compress',
    'globals-only': 'write globals: only',
    'no-role-passwords': 'remove it: they are only dumped with role-passwords: true',
    'no-large-objects': 'write large-objects: false',
    'no-blobs': 'write large-objects: false',
    blobs: 'write large-objects: true',
    'no-acl': 'write no-privileges: true',
  },
});

const example = `- dump:
    from: staging
    databases: [app, billing_*]
    globals: true
    exclude:
      table-data: public.event_log
    to: dumps/staging`;

export const dumpCase = {
  kind: dump,
  help: 'Makes a dump set of one or more databases.',
  example,
} satisfies Case<unknown>;
