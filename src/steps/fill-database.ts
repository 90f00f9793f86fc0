import { asRoundtripError, RoundtripError } from '../errors.ts';
import { createsItself } from '../plan/plain-restore.ts';
import type { PlannedRestore } from '../plan/plan.ts';
import type { SchemaRename } from '../rename/schema-rename.ts';
import { type Present, type RestoredEntries, restoredOf } from '../selection/restored-entries.ts';
import { dropRestored } from './drop-restored.ts';
import { dropEmptySchemas, makeSchemas, readPresent } from './existing-objects.ts';
import type { PreparedDatabase } from './prepare-databases.ts';
import { beginRename, renameRestored } from './rename-restored.ts';
import { type PhaseTimes, runPhases } from './run-phases.ts';
import type { Runtime } from './runtime.ts';

/** What a database was filled with, and how. */
export interface Filled extends PhaseTimes {
  readonly restored: RestoredEntries;
  readonly present: Present;
  readonly schemasCreated: readonly string[];
  readonly renames: readonly SchemaRename[];
}

/** Restores what was chosen into a database that is there, and gives the schemas their new names. */
export async function fillDatabase(
  plan: PlannedRestore,
  prepared: PreparedDatabase,
  runtime: Runtime,
): Promise<Filled> {
  const { planned, dumped } = prepared;
  const contents = await prepareContents(plan, prepared, runtime);
  const { connection } = plan;
  const { target, rename } = planned;
  const renames =
    rename === undefined ? [] : await beginRename(rename, contents.restored.kept, connection, target, runtime);
  const ran = await runPhases(plan, planned, dumped, contents.restored, runtime).catch(async (error: unknown) => {
    await dropEmptySchemas(plan, planned.target, contents.schemasCreated, runtime);
    throw planned.mode === 'clean' ? afterDropping(error, target) : error;
  });
  const [phases, warnings] = [[...contents.phases, ...ran.phases], ran.warnings];
  if (rename === undefined) return { ...contents, phases, warnings, renames };
  const started = runtime.clock.seconds();
  const notes = await renameRestored(rename, renames, connection, target, runtime);
  const seconds = runtime.profile.ended({ kind: 'phase', database: target, name: 'rename' }, started);
  return {
    ...contents,
    phases: [...phases, { name: 'rename', seconds }],
    warnings: [...warnings, ...notes],
    renames,
  };
}

/** The drops were a transaction of their own: pg_restore takes none that others have begun. */
function afterDropping(error: unknown, target: string): Error {
  const [first, ...rest] = asRoundtripError(error).problems;
  const remedy = `${first.remedy}; what \`clean\` has dropped in "${target}" is gone until the dump is restored`;
  return new RoundtripError([{ ...first, remedy }, ...rest], error);
}

/** What is restored, now that the target can be looked at; the schemas that it needs are made. */
async function prepareContents(
  plan: PlannedRestore,
  { planned, entries, selected, dumped }: PreparedDatabase,
  runtime: Runtime,
): Promise<Omit<Filled, 'warnings' | 'renames'>> {
  if (createsItself(dumped.options))
    return {
      restored: restoredOf(selected, entries, undefined),
      present: undefined,
      schemasCreated: [],
      phases: [],
    };
  await using session = await runtime.openSession(plan.connection, { database: planned.target });
  const keeps = planned.mode === 'into-existing' || planned.mode === 'clean';
  const present = keeps ? await readPresent(session) : undefined;
  const restored = restoredOf(selected, entries, present);
  const started = runtime.clock.seconds();
  const phases: { name: string; seconds: number }[] = [];
  if (planned.mode === 'clean') {
    await dropRestored(session, restored.kept);
    const clean = { kind: 'phase', database: planned.target, name: 'clean' } as const;
    phases.push({ name: clean.name, seconds: runtime.profile.ended(clean, started) });
  }
  return { restored, present, phases, schemasCreated: await makeSchemas(session, restored.kept, plan.options) };
}
