import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { PlannedRestore, PlannedRestoreDatabase } from '../plan/plan.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { useListArgument } from '../postgres/arguments.ts';
import type { Command } from '../postgres/process.ts';
import { expectedContents } from '../selection/expected-contents.ts';
import { passedOnLast } from '../selection/passed-on-grants.ts';
import { phaseEntries } from '../selection/phase-entries.ts';
import { restoreList } from '../selection/restore-list.ts';
import type { RestoredEntries } from '../selection/restored-entries.ts';
import { tablespaceStatements } from '../selection/tablespaces.ts';
import { plainInput } from './plain-input.ts';
import { runTool } from './run-tool.ts';
import type { Runtime } from './runtime.ts';
import { tableProgress } from './table-progress.ts';
import { toolProfile } from './tool-profile.ts';

export interface PhaseTimes {
  readonly phases: readonly { readonly name: string; readonly seconds: number }[];
  readonly warnings: readonly string[];
}

/** Runs pg_restore, or psql, once for each phase that has something to make, each timed. */
export async function runPhases(
  plan: PlannedRestore,
  planned: PlannedRestoreDatabase,
  dumped: DumpedDatabase,
  restored: RestoredEntries,
  runtime: Runtime,
): Promise<PhaseTimes> {
  const phases: { name: string; seconds: number }[] = [];
  const warnings: string[] = [];
  const { tables } = expectedContents(dumped, restored.kept, []);
  const all = [...restored.kept, ...restored.present, ...restored.leftOut];
  for (const phase of planned.phases) {
    const entries = phaseEntries(restored, phase, plan.selection.list);
    const started = runtime.clock.seconds();
    const progress = tableProgress(runtime, `restore ${planned.target}`, tables);
    const input = phase.text === undefined ? {} : { input: plainInput(plan.folder, dumped, phase.text) };
    try {
      for (const part of passedOnLast({ command: phase.command, entries })) {
        const timed = toolProfile(runtime.profile, planned.target, { jobs: false, entries: all });
        const outcome = await withUseList(runtime, part.command, part.entries, command =>
          runTool(runtime, plan.connection, command, {
            onTable: progress.onTable,
            onProgress: timed.said,
            database: planned.target,
            entries: all,
            ...input,
          }).finally(() => timed.end(runtime.clock.seconds())),
        );
        warnings.push(...outcome.warnings);
      }
    } finally {
      progress.finish();
    }
    await moveToTablespaces(plan, planned, entries, restored, runtime);
    const { name } = phase;
    phases.push({ name, seconds: runtime.profile.ended({ kind: 'phase', database: planned.target, name }, started) });
  }
  return { phases, warnings };
}

/** Runs a command with the list that it was planned with, if any. */
export async function withUseList<Result>(
  runtime: Runtime,
  command: Command,
  entries: readonly TocEntry[],
  run: (command: Command) => Promise<Result>,
): Promise<Result> {
  if (!command.arguments.includes(useListArgument)) return await run(command);
  const file = join(runtime.privateFolder, `use-list-${randomUUID()}`);
  await writeFile(file, restoreList(entries), { mode: 0o600 });
  try {
    const args = command.arguments.map(argument => (argument === useListArgument ? `--use-list=${file}` : argument));
    return await run({ ...command, arguments: args });
  } finally {
    await rm(file, { force: true });
  }
}

async function moveToTablespaces(
  plan: PlannedRestore,
  { target }: PlannedRestoreDatabase,
  made: readonly TocEntry[],
  { kept }: RestoredEntries,
  runtime: Runtime,
): Promise<void> {
  const statements = tablespaceStatements(made, kept, plan.tablespaces);
  if (statements.length === 0) return;
  await using session = await runtime.openSession(plan.connection, { database: target });
  for (const statement of statements) await session.query(statement);
}
