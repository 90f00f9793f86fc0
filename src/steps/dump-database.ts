import { join } from 'node:path';
import { sizeOnDisk } from '../dumpset/finish.ts';
import type { CountedTable, DumpedDatabase } from '../dumpset/manifest.ts';
import type { PlannedDump } from '../plan/plan.ts';
import { readArchive } from '../postgres/archive/read.ts';
import { contentArguments, snapshotArgument } from '../postgres/arguments.ts';
import type { Command } from '../postgres/process.ts';
import { countTables } from './count-tables.ts';
import { describeArchive } from './describe-archive.ts';
import { readLocale } from './locale.ts';
import { runTool, type ToolOutcome } from './run-tool.ts';
import type { Runtime } from './runtime.ts';
import { sideBySide, withAll } from './side-by-side.ts';
import { holdSnapshot, importSnapshot, readTables } from './snapshot.ts';
import { tableProgress } from './table-progress.ts';

/** Sessions that count beside pg_dump. Counting is a tenth of its work, so one keeps up; a second covers a huge table. */
const countingSessions = 2;

/** Dumps one database and counts its rows, both in one snapshot, side by side. */
export async function dumpDatabase(
  plan: PlannedDump,
  planned: PlannedDump['databases'][number],
  runtime: Runtime,
): Promise<{ readonly database: DumpedDatabase; readonly warnings: readonly string[] }> {
  const started = runtime.clock.seconds();
  const archive = join(plan.partial, planned.path);
  const open = (signal: AbortSignal) => runtime.openSession(plan.connection, { database: planned.name, signal });
  await using holder = await open(runtime.signal);
  const snapshot = await holdSnapshot(holder, plan.options, runtime.timeouts.lock);
  const expected = (await readTables(holder, plan.options)).filter(table => !table.partitioned);
  const progress = tableProgress(runtime, `dump ${planned.name}`, expected);
  const [outcome, counted] = await sideBySide<[ToolOutcome, readonly CountedTable[]]>(runtime.signal, [
    signal =>
      runTool(runtime, plan.connection, withSnapshot(planned.command, snapshot.id), {
        signal,
        onTable: progress.onTable,
      }),
    signal =>
      withAll(
        countingSessions,
        () => open(signal),
        async counters => {
          await Promise.all(counters.map(counter => importSnapshot(counter, snapshot.id)));
          return countTables(counters, expected);
        },
      ),
  ]).finally(() => progress.finish());
  return {
    database: {
      name: planned.name,
      path: planned.path,
      format: plan.options.format,
      options: contentArguments(plan.options),
      snapshot,
      ...(await readLocale(holder)),
      ...(await describeArchive(await readArchive(archive), holder, expected, counted)),
      bytes: await sizeOnDisk(archive),
      seconds: runtime.clock.seconds() - started,
    },
    warnings: outcome.warnings,
  };
}

function withSnapshot(command: Command, id: string): Command {
  return {
    ...command,
    arguments: command.arguments.map(argument => (argument === snapshotArgument ? `--snapshot=${id}` : argument)),
  };
}
