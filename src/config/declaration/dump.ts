import { pgDump } from '../../postgres/options/pg-dump.ts';
import { pgDumpall } from '../../postgres/options/pg-dumpall.ts';
import { list, located } from '../schema/collections.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { either, mapScalar } from '../schema/scalar.ts';
import { boolean, choice, integer, text } from '../schema/scalars.ts';
import { dumpCombinations } from './combinations.ts';
import { flags } from './flags.ts';
import { name, path, pattern } from './names.ts';

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
  schema: optional(patterns, 'Schemas to dump.', { postgres: 'pg_dump --schema', otherwise: 'all' }),
  table: optional(patterns, 'Tables to dump, and nothing else.', { postgres: 'pg_dump --table', otherwise: 'all' }),
});

const exclude = object(
  {
    schema: optional(patterns, 'Schemas to leave out.', { postgres: 'pg_dump --exclude-schema', otherwise: 'none' }),
    table: optional(patterns, 'Tables to leave out.', { postgres: 'pg_dump --exclude-table', otherwise: 'none' }),
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
  globals: defaulted(boolean(), false, 'Whether roles, their settings and tablespaces are dumped too.', {
    postgres: 'pg_dumpall --globals-only',
  }),
  format: defaulted(choice(['directory', 'custom']), 'directory', 'Form of the archives.', {
    postgres: 'pg_dump --format',
  }),
  jobs: defaulted(jobs, 'auto', 'How many tables are dumped at once; `auto` looks at the machine.', {
    postgres: 'pg_dump --jobs',
  }),
  compress: defaulted(compression, 'auto', 'Method and level of compression; `auto` takes the best of the client.', {
    postgres: 'pg_dump --compress',
  }),
  include: defaulted(include, {}, 'What to dump.'),
  exclude: defaulted(exclude, {}, 'What to leave out.'),
  flags: defaulted(flags(pgDump), {}, 'Options of pg_dump that have no key of their own, by their long names.'),
  'globals-flags': defaulted(flags(pgDumpall), {}, 'The same for the pg_dumpall that makes the globals.'),
  to: required(located(path('the path of a folder')), 'Folder of the dump set; it may not exist yet.'),
} as const;

const dump = object(fields, {
  combinations: dumpCombinations,
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
    'globals-only': 'write globals: true',
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
