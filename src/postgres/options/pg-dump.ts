import { connectionOptions, informationOptions, roleOption, upgradeOnly, verbose } from './common.ts';
import { elsewhere, free, owned, refused, type Tool } from './model.ts';

const synced = refused('the whole dump set is synced when it is complete');
const prints = { kind: 'prints' } as const;
const selects = { kind: 'selects' } as const;
const statistics = { kind: 'not-compared', what: "the planner's statistics" } as const;

/** pg_dump of every major from 12 to 19. */
export const pgDump: Tool = {
  name: 'pg_dump',
  spellings: { 'no-acl': 'no-privileges', 'attribute-inserts': 'column-inserts' },
  options: [
    owned('to')('file', 'text', 'File or folder that is written.', { letter: 'f' }),
    owned('format')('format', 'text', 'Form of the output.', { letter: 'F' }),
    owned('jobs')('jobs', 'number', 'Tables that are dumped at once.', { letter: 'j' }),
    verbose('verbose', 'nothing', 'Tells what it does.', { letter: 'v' }),
    owned('compress')('compress', 'text', 'Method and level of compression.', { letter: 'Z' }),
    elsewhere('timeouts.lock')('lock-wait-timeout', 'number', 'Longest wait for a lock on a table.'),
    synced('no-sync', 'nothing', 'Returns before the files are safe on disk.'),
    synced('sync-method', 'text', 'How files are made safe on disk.', { since: 17 }),
    owned('data-only')('data-only', 'nothing', 'Dumps rows and sequences, no definitions.', {
      letter: 'a',
      effect: selects,
    }),
    owned('large-objects')(
      'large-objects',
      'nothing',
      'Dumps large objects even where only a part of the database is chosen.',
      {
        letter: 'b',
        since: 16,
        effect: selects,
      },
    ),
    owned('large-objects')('blobs', 'nothing', 'Older name of `large-objects`.', { effect: selects }),
    owned('large-objects')('no-large-objects', 'nothing', 'Leaves large objects out.', {
      letter: 'B',
      since: 16,
      effect: selects,
    }),
    owned('large-objects')('no-blobs', 'nothing', 'Older name of `no-large-objects`.', { effect: selects }),
    owned('clean')('clean', 'nothing', 'Writes statements that drop each object first (plain format).', {
      letter: 'c',
    }),
    owned('create')('create', 'nothing', 'Writes statements that make the database (plain format).', { letter: 'C' }),
    owned('include.extension')('extension', 'texts', 'Extensions to dump, and no others.', {
      letter: 'e',
      since: 14,
      effect: selects,
    }),
    free('encoding', 'text', 'Encoding of the output.', { letter: 'E', effect: prints }),
    owned('include.schema')('schema', 'texts', 'Schemas to dump.', { letter: 'n' }),
    owned('exclude.schema')('exclude-schema', 'texts', 'Schemas to leave out.', { letter: 'N' }),
    owned('no-owner')('no-owner', 'nothing', 'Writes no owners (plain format).', { letter: 'O' }),
    owned('schema-only')('schema-only', 'nothing', 'Dumps definitions, no rows.', { letter: 's', effect: selects }),
    free('superuser', 'text', 'Superuser who disables triggers (plain format).', { letter: 'S' }),
    owned('include.table')('table', 'texts', 'Tables to dump.', { letter: 't' }),
    owned('exclude.table')('exclude-table', 'texts', 'Tables to leave out.', { letter: 'T' }),
    owned('no-privileges')('no-privileges', 'nothing', 'Leaves grants out.', { letter: 'x' }),
    upgradeOnly('binary-upgrade', 'nothing', 'Keeps what an upgrade in place needs.'),
    owned('column-inserts')('column-inserts', 'nothing', 'Writes rows as INSERT statements that name the columns.'),
    free('disable-dollar-quoting', 'nothing', 'Quotes the bodies of functions as SQL strings.', { effect: prints }),
    owned('disable-triggers')(
      'disable-triggers',
      'nothing',
      'Writes statements that disable triggers (plain format, data alone).',
    ),
    free('enable-row-security', 'nothing', 'Dumps only the rows that row security lets the role see.', {
      effect: { kind: 'hides-rows' },
    }),
    owned('exclude.extension')('exclude-extension', 'texts', 'Extensions to leave out.', {
      since: 17,
      effect: selects,
    }),
    owned('exclude.table-and-children')(
      'exclude-table-and-children',
      'texts',
      'Tables to leave out with their partitions and heirs.',
      {
        since: 16,
        effect: selects,
      },
    ),
    owned('exclude.table-data')('exclude-table-data', 'texts', 'Tables whose rows are left out.'),
    free('exclude-table-data-and-children', 'texts', 'Tables whose rows are left out, with partitions and heirs.', {
      since: 16,
      effect: selects,
    }),
    free('extra-float-digits', 'number', 'Digits of floating-point numbers; fewer than 1 loses some.', {
      range: [-15, 3],
      effect: { kind: 'not-compared', what: 'what extra-float-digits cuts off' },
    }),
    free('filter', 'file', 'File that says what to dump and what to leave out.', { since: 17, effect: selects }),
    owned('if-exists')('if-exists', 'nothing', 'Drops only what is there (with `clean`).'),
    free('include-foreign-data', 'texts', 'Foreign servers whose tables are dumped with their rows.', { since: 13 }),
    owned('inserts')('inserts', 'nothing', 'Writes rows as INSERT statements.'),
    free('load-via-partition-root', 'nothing', 'Restores the rows of partitions through their root.'),
    free('no-comments', 'nothing', 'Leaves comments out.'),
    free('no-data', 'nothing', 'Dumps no rows.', { since: 18, effect: selects }),
    free('no-policies', 'nothing', 'Leaves policies of row security out.', { since: 18 }),
    free('no-publications', 'nothing', 'Leaves publications out.'),
    free('no-schema', 'nothing', 'Dumps no definitions.', { since: 18, effect: selects }),
    free('no-security-labels', 'nothing', 'Leaves security labels out.'),
    free('no-statistics', 'nothing', "Dumps no planner's statistics.", { since: 18 }),
    free('no-subscriptions', 'nothing', 'Leaves subscriptions out.'),
    refused('all jobs share the snapshot in which the rows are counted')(
      'no-synchronized-snapshots',
      'nothing',
      'Lets each job have a snapshot of its own.',
      { until: 14 },
    ),
    free('no-table-access-method', 'nothing', 'Leaves the access methods of tables out (plain format).', {
      since: 15,
      effect: { kind: 'resets-access-methods' },
    }),
    free('no-tablespaces', 'nothing', 'Leaves out which tablespace each object is in (plain format).', {
      effect: { kind: 'resets-tablespaces' },
    }),
    free('no-toast-compression', 'nothing', 'Leaves the compression methods of columns out.', {
      since: 14,
      effect: prints,
    }),
    free('no-unlogged-table-data', 'nothing', 'Leaves the rows of unlogged tables out.', { effect: selects }),
    free('on-conflict-do-nothing', 'nothing', 'Has INSERT pass over rows that are there already.'),
    free('quote-all-identifiers', 'nothing', 'Quotes every name.', { effect: prints }),
    free(
      'restrict-key',
      'text',
      'Key of `\\restrict` in the output, for dumps that are to be equal byte for byte (plain).',
      {
        since: 13,
      },
    ),
    owned('rows-per-insert')('rows-per-insert', 'number', 'Rows of each INSERT statement.'),
    owned('section')('section', 'texts', 'Sections to dump: `pre-data`, `data`, `post-data`.', { effect: selects }),
    free('sequence-data', 'nothing', 'Dumps the positions of sequences even where rows are left out.', {
      since: 18,
      effect: selects,
    }),
    owned('serializable-deferrable')(
      'serializable-deferrable',
      'nothing',
      'Waits for a moment in which a serializable dump is free of anomalies.',
    ),
    refused('our own session exports the snapshot, and counts the rows in it')(
      'snapshot',
      'text',
      'Snapshot to dump in.',
    ),
    free('statistics', 'nothing', "Dumps the planner's statistics too.", { since: 18, effect: statistics }),
    free('statistics-only', 'nothing', "Dumps the planner's statistics and nothing else.", {
      since: 18,
      effect: selects,
    }),
    refused('it is given wherever patterns are included')(
      'strict-names',
      'nothing',
      'Fails where an included pattern matches nothing.',
    ),
    owned('include.table-and-children')(
      'table-and-children',
      'texts',
      'Tables to dump, with their partitions and heirs.',
      {
        since: 16,
        effect: selects,
      },
    ),
    free('use-set-session-authorization', 'nothing', 'Sets owners by SET SESSION AUTHORIZATION (plain format).'),
    owned('databases')('dbname', 'text', 'Database to dump.', { letter: 'd' }),
    roleOption,
    ...connectionOptions,
    ...informationOptions,
  ],
};
