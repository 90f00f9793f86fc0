import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedRestore, PlannedRestoreDatabase } from '../plan/plan.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { type SelectedEntries, selectEntries } from '../selection/select-entries.ts';
import { readDumpedArchive } from './dumped-archive.ts';
import { refuseLargeObjects } from './plain-input.ts';

/** A database of the dump set with what of it is to be restored. */
export interface PreparedDatabase {
  readonly planned: PlannedRestoreDatabase;
  readonly dumped: DumpedDatabase;
  /** The archive's table of contents. */
  readonly entries: readonly TocEntry[];
  readonly selected: SelectedEntries;
}

/** Reads every archive before anything is made. Throws what makes a selection impossible (PGR180, PGR181, PGR182). */
export async function prepareDatabases(plan: PlannedRestore, manifest: Manifest): Promise<readonly PreparedDatabase[]> {
  const prepared: PreparedDatabase[] = [];
  for (const planned of plan.databases) {
    const dumped = databaseNamed(manifest, planned.source);
    if (planned.phases.some(({ text }) => text?.transaction === true)) refuseLargeObjects(dumped);
    const { entries } = await readDumpedArchive(plan.folder, dumped);
    prepared.push({ planned, dumped, entries, selected: selectEntries(entries, plan.selection) });
  }
  return prepared;
}

function databaseNamed(manifest: Manifest, name: string): DumpedDatabase {
  const database = manifest.databases.find(one => one.name === name);
  if (database !== undefined) return database;
  throw fault(
    'PGR180',
    `the dump set has no database "${name}"`,
    `it holds: ${manifest.databases.map(one => one.name).join(', ')}`,
  );
}
