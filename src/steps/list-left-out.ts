import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NotCovered } from '../dumpset/manifest.ts';
import { RoundtripError } from '../errors.ts';
import type { PlannedDumpDatabase } from '../plan/planned-dump.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { readContents } from '../postgres/archive/read.ts';
import type { Command } from '../postgres/process.ts';
import { hidesRows } from '../postgres/unfiltered.ts';
import { everythingCovered, notCoveredBy } from '../verify/coverage.ts';
import { dumpContents } from './dump-contents.ts';
import type { Runtime } from './runtime.ts';

/**
 * Lists what of the database the dump does not hold, by the table of contents of a dump of all of it in the same snapshot.
 * The dump is good without: where the list can't be made, because the role may not read what it leaves out or somebody
 * holds a lock on it, that is what it says.
 */
export async function listLeftOut(
  runtime: Runtime,
  connection: string,
  { whole, options }: PlannedDumpDatabase,
  archive: readonly TocEntry[],
  inSnapshot: (command: Command) => Command,
): Promise<NotCovered> {
  const listed = whole === undefined ? everythingCovered : await listFrom(inSnapshot(whole));
  if (!hidesRows(options)) return listed;
  const hidden = 'ROWS that row security hides from the role';
  const { count, kinds, objects } = listed;
  return { ...listed, count: count + 1, kinds: { ...kinds, ROWS: 1 }, objects: [...objects, hidden] };

  async function listFrom(command: Command): Promise<NotCovered> {
    const path = join(runtime.privateFolder, `whole-${randomUUID()}`);
    try {
      await dumpContents(runtime, connection, { path, command }, runtime.signal);
      return notCoveredBy(archive, (await readContents(path)).entries);
    } catch (error) {
      if (runtime.signal.aborted || !(error instanceof RoundtripError)) throw error;
      return { ...everythingCovered, unknown: error.problems[0].message };
    } finally {
      await rm(path, { force: true });
    }
  }
}
