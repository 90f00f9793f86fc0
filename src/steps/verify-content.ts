import { join } from 'node:path';
import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { PlannedVerify } from '../plan/plan.ts';
import { openArchiveData } from '../postgres/archive/data/members.ts';
import { declaredEncoding } from '../postgres/archive/encoding.ts';
import { largeObjectIds } from '../postgres/archive/large-objects.ts';
import type { Archive, TocEntry } from '../postgres/archive/model.ts';
import type { Session } from '../postgres/session.ts';
import type { SchemaRename } from '../rename/schema-rename.ts';
import { compareContent } from '../verify/content/compare-content.ts';
import { compareHashes } from '../verify/content/compare-hashes.ts';
import { archivedLargeObjects, compareLargeObjects } from '../verify/content/compare-large-objects.ts';
import { archiveRows, type ComparedTable } from '../verify/content/compare-table.ts';
import { largeObjectMethod } from '../verify/content/large-object-hashes.ts';
import { contentTables, readConditions } from '../verify/content/tables.ts';
import type { Check } from '../verify/finding.ts';
import { skippedCheck } from '../verify/make-check.ts';
import { partitionRoots } from '../verify/partition-roots.ts';
import { relationKey } from '../verify/reading.ts';
import { holdsCopies } from './holds-copies.ts';
import { readRenamedNames } from './renamed-names.ts';
import type { Runtime } from './runtime.ts';
import { withAll } from './side-by-side.ts';

/** Tables that are compared at once: decoding one and printing one keep two cores busy. */
const comparingSessions = 2;

export interface ContentToVerify {
  readonly database: DumpedDatabase;
  readonly archive: Archive;
  /** Entries of the archive that the restore was to bring. */
  readonly entries: readonly TocEntry[];
  readonly target: string;
  /** False where the restore left the data out. */
  readonly restored: boolean;
  /** True where the copy holds other things as well. */
  readonly besideOthers: boolean;
  /** Schemas that have other names in the copy. */
  readonly renames: readonly SchemaRename[];
  /** Tables that are known to be the same. */
  readonly proven: readonly ComparedTable[];
}

/** Compares all rows and large objects of the archive with the copy's. Nothing below the level `content`. */
export async function verifyContent(
  plan: PlannedVerify,
  content: ContentToVerify,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  if (plan.level !== 'content') return [];
  const names = ['content', 'large object content'];
  if (!content.restored) return names.map(name => skippedCheck(name, 'content', 'the restore left the data out'));
  const copies = holdsCopies(content.database, content.entries);
  return withAll(
    copies ? comparingSessions : plan.sessions,
    () => runtime.openSession(plan.connection, { database: content.target, signal }),
    async ([session, ...others]) => {
      if (session === undefined) return [];
      return copies
        ? await compareWithArchive(plan, content, runtime, [session, ...others])
        : await compareWithHashes(plan, content, runtime, [session, ...others]);
    },
  );
}

async function compareWithArchive(
  plan: PlannedVerify,
  { database, archive, entries, besideOthers, renames, proven }: ContentToVerify,
  runtime: Runtime,
  sessions: readonly [Session, ...Session[]],
): Promise<readonly Check[]> {
  const [session] = sessions;
  const path = join(plan.folder, database.path);
  await using data = await openArchiveData(path, archive);
  const tables = contentTables(entries, await readConditions(session));
  // Several scans of one big table would begin where another one is, and several workers mix what they find: either gives
  // the rows in another order.
  for (const one of sessions)
    await one.query('set synchronize_seqscans = off; set max_parallel_workers_per_gather = 0');
  // Names of objects are values as well, in columns of regclass and its kin.
  const quotes = database.options.includes('--quote-all-identifiers');
  if (quotes) for (const one of sessions) await one.query('set quote_all_identifiers = on');
  const names = await readRenamedNames(session, renames, quotes);
  const encoding = declaredEncoding(entries) ?? database.encoding;
  const content = await compareContent({
    tables,
    proven,
    bytes: new Map(database.tables.map(table => [relationKey(table), table.bytes])),
    sessions,
    sample: plan.sample,
    source: {
      rows: table => names.inRows(table, archiveRows(table, data, path), encoding),
      encoding,
      showKeys: plan.showKeys,
      touch: runtime.touch,
      unclear: names.unclear,
    },
  });
  // Nothing is read twice: where the dump has hashed them too, the archive need not be.
  const hashed = hashedLargeObjects(database, entries);
  const known = hashed.length > 0 && hashed.every(({ hash }) => hash !== undefined) && holdsLargeObjects(entries);
  const expected = known ? hashed : archivedLargeObjects(entries, data);
  return [content, await compareLargeObjects(expected, session, besideOthers)];
}

function holdsLargeObjects(entries: readonly TocEntry[]): boolean {
  return entries.some(({ description }) => description === 'BLOBS');
}

async function compareWithHashes(
  { sample }: PlannedVerify,
  { database, entries, besideOthers, renames }: ContentToVerify,
  runtime: Runtime,
  sessions: readonly [Session, ...Session[]],
): Promise<readonly Check[]> {
  const content = await compareHashes({
    tables: database.tables,
    roots: partitionRoots(entries),
    conditions: await readConditions(sessions[0]),
    encoding: database.encoding,
    sessions,
    touch: runtime.touch,
    notes: sample === undefined ? [] : ['compared whole and not by a sample, as hashes are of all rows'],
    unclear: (await readRenamedNames(sessions[0], renames, false)).unclearHash,
  });
  return [content, await compareLargeObjects(hashedLargeObjects(database, entries), sessions[0], besideOthers)];
}

/** Those that the copy should have, with the hashes that the dump took of them in its snapshot. */
function hashedLargeObjects({ largeObjectHashes }: DumpedDatabase, entries: readonly TocEntry[]) {
  const hashes = largeObjectHashes?.method === largeObjectMethod ? largeObjectHashes.hashes : {};
  return largeObjectIds(entries).map(id => ({ id, hash: hashes[id] }));
}
