import { beginDumpSet, discardDumpSet, finishDumpSet } from '../dumpset/finish.ts';
import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';
import { manifestSchema } from '../dumpset/manifest.ts';
import type { PlannedDump } from '../plan/planned-dump.ts';
import type { Session } from '../postgres/session.ts';
import type { DumpResult } from '../report/model.ts';
import { coverageNotes } from '../verify/coverage.ts';
import { foreseeRestores } from './compatibility.ts';
import { dumpDatabase } from './dump-database.ts';
import { dumpGlobals } from './dump-globals.ts';
import { refuseEscapes } from './inside-workspace.ts';
import type { Moments } from './moments.ts';
import type { StepOutcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';
import { beginSingleFile } from './single-file.ts';

/**
 * Makes a dump set: every database with the row counts of its own snapshot, then the manifest, then the hashes, then
 * the final name. Whatever goes wrong before leaves nothing behind.
 */
export async function performDump(
  plan: PlannedDump,
  runtime: Runtime,
  moments: Moments,
): Promise<StepOutcome<DumpResult>> {
  await refuseEscapes(plan.folder, runtime);
  const made = await beginDumpSet(plan.folder, plan.partial);
  const gone = runtime.undo.record({ kind: 'path', path: plan.partial });
  try {
    await using control = await runtime.openSession(plan.connection);
    const warnings: string[] = [...(await foreseeRestores(plan, control.serverVersion.major, runtime))];
    const startedAt = await serverTime(control);
    const globals =
      plan.globals &&
      (await runtime.profile.timed({ kind: 'dump', name: 'globals' }, () => dumpGlobals(plan, runtime, control)));
    const singleFile = plan.singleFile === undefined ? undefined : await beginSingleFile(plan, plan.singleFile);
    const databases: DumpedDatabase[] = [];
    for (const planned of plan.databases) {
      const dumped = await dumpDatabase(plan, planned, runtime, moments);
      databases.push((await singleFile?.add(dumped.database, runtime.signal)) ?? dumped.database);
      warnings.push(...dumped.warnings);
    }
    const manifest: Manifest = {
      schema: manifestSchema,
      tool: { name: 'pg-roundtrip', version: runtime.version },
      client: plan.client.version,
      server: { ...control.serverVersion, ...(await readIdentity(control)) },
      startedAt,
      finishedAt: await serverTime(control),
      session: { timeZone: 'UTC', byteaOutput: 'hex', lcMonetary: 'C' },
      globals,
      databases,
    };
    await runtime.profile.timed({ kind: 'dump', name: 'checksums' }, () =>
      finishDumpSet(plan.folder, plan.partial, manifest, {
        onProgress: runtime.touch,
        signal: runtime.signal,
        known: runtime.known,
      }),
    );
    return {
      result: toResult(plan, manifest),
      notes: [plan.client.reason, ...plan.notes, ...warnings, ...databases.flatMap(coverageNotes)],
    };
  } catch (error) {
    await discardDumpSet(plan.partial, made);
    throw error;
  } finally {
    gone();
  }
}

async function readIdentity(
  session: Session,
): Promise<{ readonly systemIdentifier: string; readonly standby: boolean }> {
  const [row] = await session.query<{ identifier: string; standby: boolean }>(
    'select system_identifier::text as identifier, pg_is_in_recovery() as standby from pg_control_system()',
  );
  return { systemIdentifier: row?.identifier ?? '', standby: row?.standby ?? false };
}

async function serverTime(session: Session): Promise<string> {
  const [row] = await session.query<{ time: string }>(
    `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time`,
  );
  return row?.time ?? '';
}

function toResult(plan: PlannedDump, manifest: Manifest): DumpResult {
  return {
    kind: 'dump',
    path: plan.folder,
    client: manifest.client.text,
    server: manifest.server.text,
    databases: manifest.databases.map(database => ({
      name: database.name,
      format: database.format,
      tables: database.tables.length,
      rows: database.tables.reduce((sum, table) => sum + table.rows, 0),
      largeObjects: database.largeObjects,
      archiveBytes: database.bytes,
      notCovered: database.notCovered,
      sourceBytes: database.tables.reduce((sum, table) => sum + table.bytes, 0),
      snapshot: database.snapshot.id,
      seconds: database.seconds,
    })),
  };
}
