import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOnDisk } from '../dumpset/finish.ts';
import type { CountedTable, DumpedDatabase } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedDump } from '../plan/plan.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { objectEntries } from '../postgres/archive/object-entries.ts';
import { contentArguments, type DumpOptions, snapshotArgument } from '../postgres/arguments.ts';
import type { Command } from '../postgres/process.ts';
import type { Session } from '../postgres/session.ts';
import { describesDatabase } from '../verify/database-name.ts';
import { countTables } from './count-tables.ts';
import { describeArchive } from './describe-archive.ts';
import { readLocale } from './locale.ts';
import { retryLocks, watchForCrossing } from './lock-crossing.ts';
import { runTool, type ToolOutcome } from './run-tool.ts';
import type { Runtime } from './runtime.ts';
import { sideBySide } from './side-by-side.ts';
import { holdSnapshot, idleExcludes } from './snapshot.ts';
import { tableProgress } from './table-progress.ts';
import { readWrittenArchive } from './written-archive.ts';

interface Dumped {
  readonly database: DumpedDatabase;
  readonly warnings: readonly string[];
}

/** Dumps one database and counts its rows, both in one snapshot, side by side. */
export async function dumpDatabase(
  plan: PlannedDump,
  planned: PlannedDump['databases'][number],
  runtime: Runtime,
): Promise<Dumped> {
  return retryLocks(runtime, async () => {
    await rm(join(plan.partial, planned.path), { recursive: true, force: true });
    const failed = new AbortController();
    const signal = AbortSignal.any([runtime.signal, failed.signal]);
    await using holder = await runtime.openSession(plan.connection, { database: planned.name, signal });
    return await dumpOnce(plan, planned, runtime, holder, () => failed.abort());
  });
}

async function dumpOnce(
  plan: PlannedDump,
  planned: PlannedDump['databases'][number],
  runtime: Runtime,
  holder: Session,
  endHolder: () => void,
): Promise<Dumped> {
  const started = runtime.clock.seconds();
  const archive = join(plan.partial, planned.path);
  const { snapshot, tables } = await holdSnapshot(holder, plan.options, runtime.timeouts.lock);
  // With several databases a name may be meant for another one of them.
  const [idle] = plan.databases.length === 1 ? await idleExcludes(holder, plan.options) : [];
  if (idle !== undefined) {
    throw fault(
      'PGR180',
      `the exclude "${idle}" matches nothing in database "${planned.name}"`,
      'check it for spelling and schema',
    );
  }
  const expected = tables.filter(table => !table.partitioned);
  const progress = tableProgress(runtime, `dump ${planned.name}`, expected);
  const dumped = new AbortController();
  const [outcome, counted] = await sideBySide<[ToolOutcome, readonly CountedTable[], unknown]>(runtime.signal, [
    signal =>
      runTool(runtime, plan.connection, withSnapshot(planned.command, snapshot.id), {
        signal,
        onTable: progress.onTable,
      }).finally(() => dumped.abort()),
    signal => {
      // Counting is a tenth of pg_dump's work, so one session keeps up with it.
      signal.addEventListener('abort', endHolder, { once: true });
      return countTables(holder, expected);
    },
    signal =>
      watchForCrossing({
        openSession: () => runtime.openSession(plan.connection, { database: planned.name, signal }),
        applicationName: runtime.applicationName,
        holder: holder.backendPid,
        until: AbortSignal.any([signal, dumped.signal]),
      }),
  ]).finally(() => progress.finish());
  const archived = await readWrittenArchive(archive);
  refuseNothing(archived, plan.options, planned.name);
  return {
    database: {
      name: planned.name,
      path: planned.path,
      format: plan.options.format,
      options: contentArguments(plan.options),
      snapshot,
      ...(await readLocale(holder)),
      ...(await describeArchive(archived, holder, expected, counted)),
      bytes: await sizeOnDisk(archive),
      seconds: runtime.clock.seconds() - started,
    },
    warnings: outcome.warnings,
  };
}

/** Filters that leave nothing of a database are a mistake, and a comparison of nothing would prove nothing. */
function refuseNothing(archive: Archive, { include, exclude }: DumpOptions, database: string): void {
  const filters = [include, exclude].flatMap(filter => Object.values(filter)).flat();
  if (filters.length === 0 || objectEntries(archive.entries).some(entry => !describesDatabase(entry))) return;
  throw fault('PGR180', `the filters leave nothing of database "${database}"`, 'check `include` and `exclude`');
}

function withSnapshot(command: Command, id: string): Command {
  return {
    ...command,
    arguments: command.arguments.map(argument => (argument === snapshotArgument ? `--snapshot=${id}` : argument)),
  };
}
