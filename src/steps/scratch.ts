import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DumpedDatabase } from '../dumpset/manifest.ts';
import { withPinnedOptions } from '../plan/pinned.ts';
import type { PlannedComparison } from '../plan/plan.ts';
import { privateFile } from '../plan/plan-verify.ts';
import type { Archive, TocEntry } from '../postgres/archive/model.ts';
import { toConninfo } from '../postgres/connection/conninfo.ts';
import type { Command } from '../postgres/process.ts';
import type { Session } from '../postgres/session.ts';
import type { SchemaRename } from '../rename/schema-rename.ts';
import { dropOwn } from './drop-own.ts';
import { createDatabaseStatement } from './locale.ts';
import { prepareSchemas, renameSchemas } from './rename-schemas.ts';
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

/**
 * Restores the archive's definitions into a database made for this, beside the copy, and reads how this server prints
 * them, after the same renaming. What differs from the archive's text but not from this was only printed in another way.
 */
export async function readScratch(
  runtime: Runtime,
  connection: string,
  comparison: PlannedComparison,
  dumped: DumpedDatabase,
  renames: readonly SchemaRename[] = [],
): Promise<readonly TocEntry[]> {
  const name = `pg_roundtrip_scratch_${randomBytes(6).toString('hex')}`;
  const parameters = withPinnedOptions(parametersOf(runtime, connection));
  const inScratch = (command: Command): Command => ({
    ...command,
    arguments: command.arguments.map(argument =>
      argument.startsWith('--dbname=') ? `--dbname=${toConninfo(parameters, { database: name })}` : argument,
    ),
  });
  const inDatabase = async (work: (session: Session) => Promise<unknown>): Promise<void> => {
    if (renames.length === 0) return;
    await using session = await runtime.openSession(connection, { database: name });
    await work(session);
  };
  const gone = runtime.undo.record({ kind: 'database', connection, name });
  try {
    await using session = await runtime.openSession(connection);
    await session.query(createDatabaseStatement(name, dumped, session.serverVersion.major));
    await inDatabase(scratch => prepareSchemas(scratch, renames));
    await runTool(runtime, connection, inScratch(comparison.scratch.restore));
    await inDatabase(scratch => renameSchemas(scratch, renames));
    return (await readDefinitions(runtime, connection, inScratch(comparison.scratch.dump))).entries;
  } finally {
    if (await dropOwn(runtime, connection, name)) gone();
  }
}
