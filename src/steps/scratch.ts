import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DumpedDatabase } from '../dumpset/manifest.ts';
import { withPinnedOptions } from '../plan/pinned.ts';
import type { PlannedComparison } from '../plan/plan.ts';
import { privateFile, scratchSections } from '../plan/plan-verify.ts';
import type { Archive, TocEntry } from '../postgres/archive/model.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import type { DatabaseLocale } from '../postgres/database-locale.ts';
import { localeOfCopy } from '../postgres/database-locale.ts';
import type { Command } from '../postgres/process.ts';
import type { Session } from '../postgres/session.ts';
import { renameEntry } from '../rename/rename-entry.ts';
import type { SchemaRename } from '../rename/schema-rename.ts';
import { phaseEntries } from '../selection/phase-entries.ts';
import { restoredEntries } from '../selection/restored-entries.ts';
import { attempt, type Reading } from '../verify/reading.ts';
import { dropOwn } from './drop-own.ts';
import { makeSchemas } from './existing-objects.ts';
import { createDatabaseStatement } from './locale.ts';
import { alterSchemas, prepareSchemas, withoutEventTriggers } from './rename-schemas.ts';
import { withUseList } from './run-phases.ts';
import { parametersOf, runTool } from './run-tool.ts';
import type { Runtime } from './runtime.ts';
import { readWrittenArchive } from './written-archive.ts';

/** Dumps definitions into a private file, reads their table of contents and removes the file. */
export async function readDefinitions(
  runtime: Runtime,
  connection: string,
  command: Command,
  signal = runtime.signal,
): Promise<Archive> {
  const file = join(runtime.privateFolder, `definitions-${randomUUID()}`);
  try {
    const args = command.arguments.map(argument =>
      argument === `--file=${privateFile}` ? `--file=${file}` : argument,
    );
    await runTool(runtime, connection, { ...command, arguments: args }, { signal });
    return await readWrittenArchive(file);
  } finally {
    await rm(file, { force: true });
  }
}

/** A database made for a while, beside the copy. */
export interface Scratch {
  readonly name: string;
  /** The command as it was planned, in this database. */
  readonly command: (planned: Command) => Command;
}

/** Does something in a new database, of the encoding and locale of the dumped one, that is dropped again in any case. */
export async function withScratch<Result>(
  runtime: Runtime,
  connection: string,
  dumped: DatabaseLocale,
  body: (scratch: Scratch) => Promise<Result>,
): Promise<Result> {
  const name = `pg_roundtrip_scratch_${randomBytes(6).toString('hex')}`;
  const parameters = withPinnedOptions(parametersOf(runtime, connection));
  const dbname = `--dbname=${toConninfo(parameters, { database: name })}`;
  const command = (planned: Command): Command => ({
    ...planned,
    arguments: planned.arguments.map(argument => (argument.startsWith('--dbname=') ? dbname : argument)),
  });
  const { outer, role } = runtime.confined ?? { outer: runtime, role: undefined };
  const gone = runtime.undo.record({ kind: 'database', connection, name });
  try {
    await using session = await outer.openSession(connection);
    await session.query(createDatabaseStatement(name, dumped, session.serverVersion.major, { owner: role }));
    return await body({ name, command });
  } finally {
    if (await dropOwn(outer, connection, name)) gone();
  }
}

/** What a scratch database shows, or why there is none. */
export function printedBeside(
  allowed: boolean,
  read: () => Promise<readonly TocEntry[]>,
): Promise<Reading<readonly TocEntry[]>> {
  if (allowed) return attempt(read);
  return Promise.resolve({ kind: 'unreadable', reason: 'the connection is protected' });
}

/**
 * Restores the archive's definitions into a scratch database and reads how this server prints them, after the same
 * renaming. What differs from the archive's text but not from this was only printed in another way.
 */
export function readScratch(
  runtime: Runtime,
  connection: string,
  comparison: PlannedComparison,
  dumped: DumpedDatabase,
  entries: readonly TocEntry[],
  renames: readonly SchemaRename[] = [],
): Promise<readonly TocEntry[]> {
  const { locale } = comparison.restored;
  return withScratch(runtime, connection, localeOfCopy(dumped, locale), async scratch => {
    // Nothing is there before, so what the target had is made as well.
    const selection = { ...comparison.restored.selection, extensions: 'create' } as const;
    const all = restoredEntries(entries, selection, undefined);
    const chosen = { kept: all.kept, deferred: new Set<TocEntry>(), leftOut: all.leftOut };
    const sections = scratchSections(comparison.restored.sections);
    const listed = phaseEntries(chosen, { sections, deferred: false }, selection.list);
    const inDatabase = async (work: (session: Session) => Promise<unknown>): Promise<void> => {
      await using session = await runtime.openSession(connection, { database: scratch.name });
      await work(session);
    };
    await inDatabase(async session => {
      await makeSchemas(session, all.kept, { owners: { kind: 'drop' } });
      await prepareSchemas(session, renames);
    });
    await withUseList(runtime, scratch.command(comparison.scratch.restore), listed, command =>
      runTool(runtime, connection, command),
    );
    await inDatabase(async session => {
      await withoutEventTriggers(session);
      await alterSchemas(session, renames);
    });
    const read = await readDefinitions(runtime, connection, scratch.command(comparison.scratch.dump));
    // Only on paper: what was done to the text in the copy is not to be compared with itself.
    return read.entries.map(entry => renameEntry(entry, renames));
  });
}
