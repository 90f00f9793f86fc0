import type { TocEntry } from './model.ts';

/** Data, positions of sequences, statistics, and the settings of the session: not objects of a database. */
const notObjects: ReadonlySet<string> = new Set([
  'TABLE DATA',
  'MATERIALIZED VIEW DATA',
  'SEQUENCE SET',
  'BLOB',
  'BLOBS',
  'BLOB METADATA',
  'STATISTICS DATA',
  'ENCODING',
  'STDSTRINGS',
  'SEARCHPATH',
  '<Init>',
]);

const attached: ReadonlySet<string> = new Set(['COMMENT', 'ACL', 'SECURITY LABEL']);

/**
 * The entries that describe objects, and so can be compared with a schema-only dump of a copy. Comments, grants and labels
 * of large objects (tagged `LARGE OBJECT 1`, or `LARGE OBJECTS 1..9` since pg_dump 17) are in no schema-only dump.
 * DATABASE and DATABASE PROPERTIES are in: whether they matter depends on how the copy was made.
 */
export function objectEntries(entries: readonly TocEntry[]): readonly TocEntry[] {
  return entries.filter(
    ({ description, tag }) =>
      !notObjects.has(description) && !(attached.has(description) && /^LARGE OBJECTS? /.test(tag)),
  );
}
