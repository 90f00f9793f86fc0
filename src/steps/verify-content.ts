import { join } from 'node:path';
import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { PlannedVerify } from '../plan/plan.ts';
import { openArchiveData } from '../postgres/archive/data/members.ts';
import { declaredEncoding } from '../postgres/archive/encoding.ts';
import type { Archive, TocEntry } from '../postgres/archive/model.ts';
import { compareContent } from '../verify/content/compare-content.ts';
import { compareLargeObjects } from '../verify/content/compare-large-objects.ts';
import { contentTables, readConditions } from '../verify/content/tables.ts';
import type { Check } from '../verify/finding.ts';
import { skippedCheck } from '../verify/make-check.ts';
import { relationKey } from '../verify/reading.ts';
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
}

/** Compares all rows and large objects of the archive with the copy's. Nothing below the level `content`. */
export async function verifyContent(
  plan: PlannedVerify,
  { database, archive, entries, target, restored }: ContentToVerify,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  if (plan.level !== 'content') return [];
  const names = ['content', 'large object content'];
  if (!restored) return names.map(name => skippedCheck(name, 'content', 'the restore left the data out'));
  const path = join(plan.folder, database.path);
  await using data = await openArchiveData(path, archive);
  return withAll(
    comparingSessions,
    () => runtime.openSession(plan.connection, { database: target, signal }),
    async ([session, ...others]) => {
      if (session === undefined) return [];
      // Several scans of one big table would begin where another one is, and give the rows in another order.
      for (const one of [session, ...others]) await one.query('set synchronize_seqscans = off');
      const content = await compareContent({
        tables: contentTables(entries, await readConditions(session)),
        bytes: new Map(database.tables.map(table => [relationKey(table), table.bytes])),
        sessions: [session, ...others],
        source: {
          path,
          data,
          encoding: declaredEncoding(entries) ?? database.encoding,
          showKeys: plan.showKeys,
          touch: runtime.touch,
        },
      });
      return [content, await compareLargeObjects(entries, data, session)];
    },
  );
}
