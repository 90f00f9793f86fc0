import { join } from 'node:path';
import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';
import type { PlannedRestore, PlannedRestoreDatabase } from '../plan/plan.ts';
import { readArchive } from '../postgres/archive/read.ts';
import type { Session } from '../postgres/session.ts';
import { renameEntry } from '../rename/rename-entry.ts';
import type { SchemaRename } from '../rename/schema-rename.ts';
import type { RestoreResult } from '../report/model.ts';
import { databaseStatements } from './database-statements.ts';
import { beginRename, renameRestored } from './rename-restored.ts';
import { runTool } from './run-tool.ts';
import type { Runtime } from './runtime.ts';
import { tableProgress } from './table-progress.ts';
import { prepareTarget, type Target } from './target.ts';

export interface RestoredDatabase {
  readonly database: RestoreResult['databases'][number];
  readonly warnings: readonly string[];
  /** For the caller to say, when all is done, whether it may stay. */
  readonly target: Target;
}

/** Restores one database. If that fails, a database that this step has made is dropped again: nothing is left half restored. */
export async function restoreDatabase(
  plan: PlannedRestore,
  planned: PlannedRestoreDatabase,
  dumped: DumpedDatabase,
  manifest: Manifest,
  control: Session,
  runtime: Runtime,
): Promise<RestoredDatabase> {
  const target = await prepareTarget(plan, planned, dumped, manifest, control, runtime);
  try {
    const phases: { name: string; seconds: number }[] = [];
    const warnings: string[] = [];
    const renaming = await beginRename(plan, planned, dumped, runtime);
    for (const phase of planned.phases) {
      const started = runtime.clock.seconds();
      const progress = tableProgress(runtime, `restore ${planned.target}`, dumped.tables);
      const outcome = await runTool(runtime, plan.connection, phase.command, { onTable: progress.onTable }).finally(
        () => progress.finish(),
      );
      warnings.push(...outcome.warnings);
      phases.push({ name: phase.name, seconds: runtime.clock.seconds() - started });
    }
    if (renaming !== undefined) {
      const started = runtime.clock.seconds();
      warnings.push(...(await renameRestored(renaming, plan.connection, planned.target, runtime)));
      phases.push({ name: 'rename', seconds: runtime.clock.seconds() - started });
    }
    await applyDatabaseStatements(plan, planned, dumped, target.created, renaming?.renames ?? [], control);
    if (plan.analyze) {
      const started = runtime.clock.seconds();
      await analyze(plan, planned, runtime);
      phases.push({ name: 'analyze', seconds: runtime.clock.seconds() - started });
    }
    return {
      target,
      database: {
        source: planned.source,
        target: planned.target,
        created: target.created,
        tables: dumped.tables.length,
        phases,
      },
      warnings,
    };
  } catch (error) {
    await target.failed();
    throw error;
  }
}

async function applyDatabaseStatements(
  plan: PlannedRestore,
  planned: PlannedRestoreDatabase,
  dumped: DumpedDatabase,
  created: boolean,
  renames: readonly SchemaRename[],
  control: Session,
): Promise<void> {
  const { entries } = await readArchive(join(plan.folder, dumped.path));
  const renamed = entries.map(entry => renameEntry(entry, renames));
  for (const statement of databaseStatements(renamed, { ...planned, created }, plan.options))
    await control.query(statement);
}

/** Without statistics the first queries on a copy, and the migrations rehearsed on it, get plans that production never sees. */
async function analyze(plan: PlannedRestore, planned: PlannedRestoreDatabase, runtime: Runtime): Promise<void> {
  await using session = await runtime.openSession(plan.connection, { database: planned.target });
  await session.query('analyze');
}
