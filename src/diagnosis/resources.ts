import type { Diagnosis } from './model.ts';
import { sqlName } from './words.ts';

/** Locks, time, disk and memory. */
export const resources: readonly Diagnosis[] = [
  {
    kind: 'lock-wait',
    class: 'fixable',
    code: 'PGR206',
    tool: /^could not obtain lock on relation "(.+?)"/s,
    message: table => `a parallel job got no lock on table "${table}", as somebody asked for the whole of it meanwhile`,
    fix: () =>
      'run it when nothing truncates or alters tables, or with `jobs: 1`, which locks every table at the start',
  },
  {
    kind: 'lock-wait',
    class: 'fixable',
    code: 'PGR206',
    server: /^canceling statement due to (?:statement|lock) timeout/,
    when: ({ server = '', command = '' }) => server.includes('lock timeout') || command.startsWith('LOCK TABLE'),
    oneCause: true,
    message: () => 'a lock on a table was not obtained in time',
    fix: () => 'run it when no migration holds locks, or raise `timeouts.lock`',
  },
  {
    kind: 'statement-timeout',
    class: 'fixable',
    code: 'PGR205',
    server: /^canceling statement due to statement timeout/,
    oneCause: true,
    message: () => 'a statement took longer than the server allows this role or database',
    fix: (_, { user }) => `let it take its time:\n\`ALTER ROLE ${sqlName(user, 'ROLE')} SET statement_timeout = 0;\``,
  },
  {
    kind: 'recovery-conflict',
    class: 'fixable',
    code: 'PGR205',
    server: /^(?:canceling statement|terminating connection) due to conflict with recovery/,
    oneCause: true,
    message: () => 'the standby had to remove rows that the dump still needed',
    fix: () =>
      'dump from the primary, or faster with more `jobs`, or let the standby wait:\n`ALTER SYSTEM SET max_standby_streaming_delay = -1;`',
  },
  {
    kind: 'disk-full',
    class: 'fixable',
    code: 'PGR220',
    tool: /^could not write (?:to|data to) .*: No space left on device|No space left on device$/s,
    server:
      /^could not (?:extend|write to|write|create|open) (?:file|temporary file) .*: No space left on device|^could not extend file/s,
    oneCause: true,
    message: (_, { said }) => (said.server === undefined ? 'the disk is full' : 'the disk is full, that of the server'),
    fix: () =>
      'free some space or use a larger runner; `exclude: {table-data: PATTERN}` makes the dump smaller, and so does `compress: zstd`',
  },
  {
    kind: 'lock-table-full',
    class: 'fixable',
    code: 'PGR217',
    server: /^out of shared memory/,
    oneCause: true,
    message: () => 'the server has no room for so many locks in one transaction',
    fix: (_, { program }) =>
      `raise it there, and restart it:\n\`ALTER SYSTEM SET max_locks_per_transaction = 1024;\`${program === 'pg_restore' ? '\nor restore without `single-transaction`' : ''}`,
  },
  {
    kind: 'out-of-memory',
    class: 'fixable',
    code: 'PGR217',
    server:
      /^out of memory|^invalid memory alloc request size|^invalid string enlargement request size|^string buffer exceeds/,
    tool: /^out of memory|[Cc]annot enlarge (?:string )?buffer/,
    oneCause: true,
    message: () => 'memory ran out, or a row is longer than 1 GB as text',
    fix: () =>
      'use fewer `jobs` or a larger machine; rows of such a table have to go another way: `exclude: {table-data: PATTERN}`',
  },
];

/** Data of the source that cannot be read, or cannot be as they are. */
export const damage: readonly Diagnosis[] = [
  {
    kind: 'unique-index-duplicates',
    class: 'incident',
    code: 'PGR216',
    server: /^could not create unique index "(.+?)"/s,
    message: (index, { said }) =>
      `rows are there twice that index "${index}" says are unique${said.detail === undefined ? '' : ', so on the source the index may be corrupt'}`,
    fix: index =>
      `look at the source before anything else, with the extension amcheck; then remove the duplicates and build the index anew:\n\`SELECT bt_index_check('${index.replaceAll("'", "''")}', true);\`\n\`REINDEX INDEX ${sqlName(index, 'INDEX')};\``,
  },
  {
    kind: 'page-corruption',
    class: 'incident',
    code: 'PGR216',
    server:
      /^invalid page in block \d+ of relation "?([^\s"]+)"?|^missing chunk number \d+ for toast value \d+ in (\S+)|^could not read blocks? |^compressed \w+ data is corrupt|^found xmin \d+ from before relfrozenxid|^unexpected chunk number \d+ .*for toast value/s,
    message: (where, { said }) =>
      `pages of the source are damaged${where === '' ? '' : ` in ${where}`}${said.table === undefined ? '' : `, in table "${said.table}"`}`,
    fix: () =>
      'stop writing there and copy the data folder first; then look with pg_amcheck, and restore from an older dump; delete no older dump now',
  },
];

/** Rows that a server would not give, for a reason that nothing else explains. */
export const unreadable: readonly Diagnosis[] = [
  {
    kind: 'page-corruption',
    class: 'incident',
    code: 'PGR216',
    programs: ['pg_dump'],
    tool: /^Dumping the contents of table "(.+)" failed: PQgetResult\(\) failed/s,
    message: (table, { said }) => `the server could not give the rows of table "${table}": ${said.server ?? said.tool}`,
    fix: () => 'if its data are damaged, copy the data folder first and delete no older dump; look with pg_amcheck',
  },
];
