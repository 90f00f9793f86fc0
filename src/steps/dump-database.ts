import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOnDisk } from '../dumpset/finish.ts';
import type { CountedTable, DumpedDatabase } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedDump, PlannedDumpDatabase } from '../plan/planned-dump.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { objectEntries } from '../postgres/archive/object-entries.ts';
import { readContents } from '../postgres/archive/read.ts';
import { contentArguments, type DumpOptions, snapshotArgument } from '../postgres/arguments.ts';
import { readLocale } from '../postgres/database-locale.ts';
import { dumpedSections } from '../postgres/dumped-sections.ts';
import type { Command } from '../postgres/process.ts';
import { readPlainDump } from '../postgres/script/plain-dump.ts';
import { describesDatabase } from '../verify/database-name.ts';
import { refuseChangedDefinitions } from './changed-definitions.ts';
import { countTables } from './count-tables.ts';
import { describeArchive } from './describe-archive.ts';
import { dumpContents } from './dump-contents.ts';
import { refuseOtherOrder } from './insert-order.ts';
import { listLeftOut } from './list-left-out.ts';
import { retryLocks, watchForCrossing } from './lock-crossing.ts';
import type { Moment, Moments } from './moments.ts';
import { runTool, type ToolOutcome } from './run-tool.ts';
import type { Runtime } from './runtime.ts';
import { sideBySide } from './side-by-side.ts';
import { idleExcludes, readTables, seeRowsLike } from './snapshot.ts';
import { tableProgress } from './table-progress.ts';
import { toolProfile } from './tool-profile.ts';
import { readWrittenArchive } from './written-archive.ts';

interface Dumped {
  readonly database: DumpedDatabase;
  readonly warnings: readonly string[];
}

/** Dumps one database and counts its rows, both in one snapshot, side by side. */
export async function dumpDatabase(
  plan: PlannedDump,
  planned: PlannedDumpDatabase,
  runtime: Runtime,
  moments: Moments,
): Promise<Dumped> {
  return retryLocks(runtime, async () => {
    for (const path of [planned.path, ...(planned.contents === undefined ? [] : [planned.contents.path])])
      await rm(join(plan.partial, path), { recursive: true, force: true });
    await using moment = await moments.take(plan, planned, runtime);
    const dumped = await runtime.profile.timed({ kind: 'dump', database: planned.name, name: 'dump' }, () =>
      dumpOnce(plan, planned, runtime, moment),
    );
    moment.keep();
    return dumped;
  });
}

async function dumpOnce(
  plan: PlannedDump,
  planned: PlannedDumpDatabase,
  runtime: Runtime,
  { session: holder, snapshot, shared, end }: Moment,
): Promise<Dumped> {
  const started = runtime.clock.seconds();
  const archive = join(plan.partial, planned.path);
  await seeRowsLike(holder, planned.options);
  await refuseOtherOrder(holder, planned.options);
  // With several databases a name may be meant for another one of them.
  const [idle] = plan.databases.length === 1 ? await idleExcludes(holder, planned.options) : [];
  if (idle !== undefined) {
    throw fault(
      'PGR180',
      `the exclude "${idle}" matches nothing in database "${planned.name}"`,
      'check it for spelling and schema',
    );
  }
  const sections = dumpedSections(contentArguments(planned.options));
  let progress: ReturnType<typeof tableProgress> | undefined;
  const dumped = new AbortController();
  const [outcome, counted] = await sideBySide<[ToolOutcome, readonly CountedTable[], unknown]>(runtime.signal, [
    signal =>
      runDumps(plan, planned, snapshot.id, runtime, name => progress?.onTable(name), signal).finally(() =>
        dumped.abort(),
      ),
    async signal => {
      signal.addEventListener('abort', () => end(signal.reason), { once: true });
      // Not before pg_dump begins: until it has its locks, others can come between.
      const tables = sections.includes('data') ? await readTables(holder, planned.options) : [];
      const expected = tables.filter(table => !table.partitioned);
      progress = tableProgress(runtime, `dump ${planned.name}`, expected);
      // Counting is a tenth of pg_dump's work, so one session keeps up with it.
      return countTables(holder, expected, { hashed: plan.contentHash });
    },
    signal =>
      watchForCrossing({
        openSession: () => runtime.openSession(plan.connection, { database: planned.name, signal }),
        applicationName: runtime.applicationName,
        holder: holder.backendPid,
        until: AbortSignal.any([signal, dumped.signal]),
      }),
  ]).finally(() => progress?.finish());
  const { archive: archived, plain, sequences } = await readDumped(plan, planned);
  refuseNothing(archived, planned.options, planned.name);
  if (shared)
    await refuseChangedDefinitions(holder, () => runtime.openSession(plan.connection, { database: planned.name }));
  const described = await describeArchive(archived, holder, {
    counted,
    leavesOutLargeObjects: leavesOutLargeObjects(planned.options),
    hashed: plan.contentHash,
  });
  return {
    database: {
      name: planned.name,
      path: planned.path,
      format: planned.options.format,
      plain,
      options: contentArguments(planned.options),
      snapshot,
      ...(await readLocale(holder)),
      ...described,
      notCovered: await listLeftOut(runtime, plan.connection, planned, archived.entries, whole =>
        withSnapshot(whole, snapshot.id),
      ),
      sequences: sequences ?? described.sequences,
      bytes: await sizeOnDisk(archive),
      seconds: runtime.clock.seconds() - started,
    },
    warnings: outcome.warnings,
  };
}

/** A plain dump and its contents are made side by side, so that both meet the same definitions. */
async function runDumps(
  plan: PlannedDump,
  { name, options, command, contents }: PlannedDumpDatabase,
  snapshot: string,
  runtime: Runtime,
  onTable: (name: string) => void,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const jobs = options.format === 'directory' && options.jobs > 1;
  const timed = toolProfile(runtime.profile, name, { jobs });
  const [outcome] = await sideBySide<[ToolOutcome, undefined]>(signal, [
    either =>
      runtime.profile.timed({ kind: 'dump', database: name, name: 'pg_dump' }, () =>
        runTool(runtime, plan.connection, withSnapshot(command, snapshot), {
          signal: either,
          onTable,
          onProgress: timed.said,
        }).finally(() => timed.end(runtime.clock.seconds())),
      ),
    async either => {
      if (contents === undefined) return;
      const path = join(plan.partial, contents.path);
      await dumpContents(runtime, plan.connection, { path, command: withSnapshot(contents.command, snapshot) }, either);
    },
  ]);
  return outcome;
}

interface ReadDump {
  readonly archive: Archive;
  readonly plain: DumpedDatabase['plain'];
  /** Undefined where the archive tells. */
  readonly sequences: DumpedDatabase['sequences'] | undefined;
}

async function readDumped({ partial }: PlannedDump, { path, contents }: PlannedDumpDatabase): Promise<ReadDump> {
  const file = join(partial, path);
  if (contents === undefined)
    return { archive: await readWrittenArchive(file), plain: undefined, sequences: undefined };
  const archive = await readContents(join(partial, contents.path));
  const sequences = await readPlainDump(file, archive.entries);
  return { archive, plain: { contents: contents.path, start: 0, bytes: await sizeOnDisk(file) }, sequences };
}

function leavesOutLargeObjects(options: DumpOptions): boolean {
  const parameters = contentArguments(options);
  return (
    !dumpedSections(parameters).includes('data') ||
    ['--no-large-objects', '--no-blobs'].some(parameter => parameters.includes(parameter))
  );
}

/** Filters that leave nothing of a database are a mistake, and a comparison of nothing would prove nothing. */
function refuseNothing(archive: Archive, { include, exclude }: DumpOptions, database: string): void {
  const filters = [include, exclude].flatMap(filter => Object.values(filter)).flat();
  const something = archive.entries.some(entry => entry.hasData || entry.description === 'SEQUENCE SET');
  const objects = objectEntries(archive.entries).some(entry => !describesDatabase(entry));
  if (filters.length === 0 || something || objects) return;
  throw fault('PGR180', `the filters leave nothing of database "${database}"`, 'check `include` and `exclude`');
}

function withSnapshot(command: Command, id: string): Command {
  return {
    ...command,
    arguments: command.arguments.map(argument => (argument === snapshotArgument ? `--snapshot=${id}` : argument)),
  };
}
