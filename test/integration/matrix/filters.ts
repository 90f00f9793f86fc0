import type { Step } from '../../support/round-trip.ts';
import type { MatrixDatabase } from './databases.ts';

/** One way to leave something out of a dump or of a restore, or to write it. */
export interface Filter {
  readonly name: string;
  /** Oldest server whose client can do it. */
  readonly since?: number;
  readonly dump?: (database: MatrixDatabase) => Step;
  readonly restore?: (database: MatrixDatabase) => Step;
  /** Checks that may have nothing to compare then; all others have to pass. */
  readonly skipped?: readonly string[];
  /** By design, where the restore leaves out a section of the dump. */
  readonly verdict?: 'unproven';
}

const rows = ['rows', 'sequences', 'content'];
const largeObjects = ['large objects', 'large object properties', 'large object content'];

/** What else is not dumped: one flag each. */
const left = ['publications', 'security-labels', 'subscriptions', 'toast-compression', 'unlogged-table-data'];

const flags = (...names: readonly string[]): Step => ({ flags: Object.fromEntries(names.map(name => [name, true])) });

/** The bytes of large objects in a text or in INSERT statements cannot be compared, so none are in these. */
const text = { format: 'plain', 'large-objects': false };

const dumps: readonly Filter[] = [
  { name: 'everything' },
  { name: 'format: tar', dump: () => ({ format: 'tar' }) },
  { name: 'format: plain', dump: () => text, skipped: largeObjects },
  { name: 'format: custom, compress: gzip:3', dump: () => ({ format: 'custom', compress: 'gzip:3' }) },
  { name: 'format: custom, compress: zstd', since: 16, dump: () => ({ format: 'custom', compress: 'zstd' }) },
  { name: 'compress: lz4', since: 16, dump: () => ({ compress: 'lz4' }) },
  { name: 'compress: none', dump: () => ({ compress: 'none' }) },
  { name: 'content-hash', dump: () => ({ 'content-hash': true }) },
  {
    name: 'inserts',
    dump: ({ notInserted }) => ({ ...notInserted, inserts: true, 'large-objects': false }),
    skipped: largeObjects,
  },
  {
    name: 'column-inserts',
    dump: ({ notInserted }) => ({ ...notInserted, ...text, 'column-inserts': true }),
    skipped: largeObjects,
  },
  {
    name: 'column-inserts, rows-per-insert',
    dump: ({ notInserted }) => ({
      ...notInserted,
      format: 'custom',
      'column-inserts': true,
      'rows-per-insert': 7,
      'large-objects': false,
    }),
    skipped: largeObjects,
  },
  { name: 'schema-only', dump: () => ({ 'schema-only': true }), skipped: [...rows, ...largeObjects] },
  {
    name: 'section: pre-data, data',
    dump: () => ({ section: ['pre-data', 'data'] }),
    skipped: ['materialized views'],
  },
  {
    name: 'section: pre-data, post-data',
    dump: () => ({ section: ['pre-data', 'post-data'] }),
    skipped: [...rows, ...largeObjects],
  },
  { name: 'include.schema', dump: ({ schemas }) => ({ include: { schema: schemas } }), skipped: largeObjects },
  { name: 'include.table', dump: ({ tables }) => ({ include: { table: tables } }), skipped: largeObjects },
  { name: 'exclude.schema', dump: ({ aside }) => ({ exclude: { schema: aside } }) },
  { name: 'exclude.table', dump: ({ leaves }) => ({ exclude: { table: leaves } }) },
  { name: 'exclude.table-data', dump: ({ leaves }) => ({ exclude: { 'table-data': leaves } }) },
  { name: 'large-objects: false', dump: () => ({ 'large-objects': false }), skipped: largeObjects },
  { name: 'no-privileges', dump: () => ({ 'no-privileges': true }) },
  { name: 'no-owner', dump: () => ({ ...text, 'no-owner': true }), skipped: largeObjects },
  {
    name: 'no-owner, no-privileges',
    dump: () => ({ ...text, 'no-owner': true, 'no-privileges': true }),
    skipped: largeObjects,
  },
  { name: 'no-comments', dump: () => flags('no-comments') },
  { name: `no-${left.join(', no-')}`, since: 14, dump: () => flags(...left.map(name => `no-${name}`)) },
  {
    name: 'no-tablespaces, no-table-access-method',
    since: 14,
    dump: () => ({ ...text, ...flags('no-tablespaces', 'no-table-access-method') }),
    skipped: largeObjects,
  },
  { name: 'no-policies', since: 18, dump: () => flags('no-policies') },
  { name: 'statistics', since: 18, dump: () => flags('statistics') },
  { name: 'quote-all-identifiers', dump: () => flags('quote-all-identifiers') },
  { name: 'disable-dollar-quoting', dump: () => flags('disable-dollar-quoting') },
  { name: 'load-via-partition-root', dump: () => flags('load-via-partition-root') },
];

/** These restore parts of a dump of everything, or in another way. */
const restores: readonly Filter[] = [
  { name: 'restore: include.schema', restore: ({ schemas }) => ({ include: { schema: schemas } }) },
  { name: 'restore: include.table', restore: ({ tables }) => ({ include: { table: tables } }) },
  { name: 'restore: exclude.schema', restore: ({ aside }) => ({ exclude: { schema: aside } }) },
  { name: 'restore: exclude.table', restore: ({ leaves }) => ({ exclude: { table: leaves } }) },
  { name: 'restore: exclude.table-data', restore: ({ leaves }) => ({ exclude: { 'table-data': leaves } }) },
  {
    name: 'restore: exclude.kind',
    restore: () => ({
      exclude: { kind: ['comments', 'event-triggers', 'foreign-keys', 'large-objects', 'publications', 'statistics'] },
    }),
    skipped: largeObjects,
  },
  {
    name: 'restore: section: pre-data, data',
    restore: () => ({ section: ['pre-data', 'data'] }),
    skipped: ['materialized views'],
    verdict: 'unproven',
  },
  { name: 'restore: defer', restore: () => ({ phases: 'separate', defer: { kind: ['foreign-keys', 'indexes'] } }) },
  { name: 'restore: single-transaction', restore: () => ({ 'single-transaction': true, jobs: 1 }) },
  { name: 'restore: owners', restore: () => ({ owners: 'postgres' }) },
  { name: 'restore: owners, privileges', restore: () => ({ owners: 'postgres', privileges: 'skip' }) },
  {
    name: 'restore: settings, tablespaces, refresh',
    restore: () => ({ settings: 'skip', tablespaces: 'drop', refresh: true }),
  },
  {
    name: 'restore: rename.schema',
    restore: ({ rename }) => ({
      rename: { schema: rename, 'allow-old-names': 'what a text says is looked at elsewhere' },
    }),
    skipped: ['old names'],
  },
];

export const filters: readonly Filter[] = [...dumps, ...restores];
