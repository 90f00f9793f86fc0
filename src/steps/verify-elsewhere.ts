import type { Manifest } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedComparison, PlannedVerify } from '../plan/plan.ts';
import type { VerifyResult } from '../report/model.ts';
import { loggedInAs, roleMadeFor } from './made-role.ts';
import type { StepOutcome } from './outcome.ts';
import { parametersOf } from './run-tool.ts';
import type { Runtime } from './runtime.ts';

/**
 * Compares the copies of a dump that was not made here. What a copy of an untrusted one is asked can run the dump's code, so
 * the role asks that it belongs to. Throws PGR301 where the rows of the archive cannot be known.
 */
export async function compareElsewhere(
  plan: PlannedVerify,
  { insertsRows }: NonNullable<Manifest['elsewhere']>,
  runtime: Runtime,
  compare: (plan: PlannedVerify, runtime: Runtime) => Promise<StepOutcome<VerifyResult>>,
): Promise<StepOutcome<VerifyResult>> {
  if (insertsRows && plan.level !== 'objects') throw insertedRows(plan.folder);
  const [copy] = plan.databases;
  const role = copy && (await ownerOf(copy.target, plan, runtime));
  const user = role ?? parametersOf(runtime, plan.connection).user;
  const owned = { ...plan, databases: plan.databases.map(one => ownedBy(one, user, role !== undefined)) };
  const { result, notes } =
    role === undefined
      ? await compare(owned, runtime)
      : await loggedInAs(role, plan.connection, runtime, inside => compare(owned, inside));
  return {
    result,
    notes: [...notes, 'compared with an archive from elsewhere: what its source held is known from nothing but itself'],
  };
}

async function ownerOf(database: string, { connection }: PlannedVerify, runtime: Runtime): Promise<string | undefined> {
  await using control = await runtime.openSession(connection);
  return await roleMadeFor(database, control);
}

/** Of an untrusted dump, which may have been restored by another run, everything belongs to one role. */
function ownedBy(comparison: PlannedComparison, role: string, always: boolean): PlannedComparison {
  if (!always && comparison.restored.owners.kind !== 'drop') return comparison;
  const restored = { ...comparison.restored, owners: { kind: 'role', role }, privileges: 'skip' } as const;
  return { ...comparison, restored };
}

function insertedRows(path: string): Error {
  return fault(
    'PGR301',
    `the archive ${path} holds rows as INSERT statements, and no manifest says how many`,
    'verify level: objects, or dump without --inserts',
  );
}
