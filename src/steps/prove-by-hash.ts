import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { PlannedVerify } from '../plan/plan.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import type { Session } from '../postgres/session.ts';
import type { ComparedTable } from '../verify/content/compare-table.ts';
import { equalByHash } from '../verify/content/equal-by-hash.ts';
import { contentTables, readConditions } from '../verify/content/tables.ts';
import type { TableCount } from '../verify/count-rows.ts';
import { holdsCopies } from './holds-copies.ts';
import type { Runtime } from './runtime.ts';

export interface HashedCopy {
  readonly database: DumpedDatabase;
  /** Entries of the archive that the restore was to bring. */
  readonly entries: readonly TocEntry[];
  readonly target: string;
  /** False where the restore left the data out. */
  readonly restored: boolean;
  /** Whether schemas have other names in the copy. */
  readonly renamed: boolean;
}

/**
 * The tables whose rows are proven by hashes alone. Of an archive whose rows can't be compared otherwise, hashes are the
 * whole comparison, and not done here.
 */
export async function proveByHash(
  { level, sample }: PlannedVerify,
  { database, entries, target, restored, renamed }: HashedCopy,
  runtime: Runtime,
  sessions: readonly [Session, ...Session[]],
): Promise<readonly ComparedTable[]> {
  // A hash knows schemas by their former names, and is of all rows.
  if (level !== 'content' || sample !== undefined || renamed || !restored) return [];
  if (!holdsCopies(database, entries)) return [];
  return runtime.profile.timed({ kind: 'proof', database: target, name: 'hashes' }, async () =>
    equalByHash({
      tables: contentTables(entries, await readConditions(sessions[0])),
      counted: database.tables,
      encoding: database.encoding,
      sessions,
      touch: runtime.touch,
    }),
  );
}

/** Who has hashed all rows has counted them. */
export function countsOf(proven: readonly ComparedTable[]): readonly TableCount[] {
  return proven.map(({ table: { schema, name }, rows }) => ({ schema, name, rows: { kind: 'read', value: rows } }));
}
