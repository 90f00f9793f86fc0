import { dirname } from 'node:path';
import { refuseTaken } from '../dumpset/finish.ts';
import { RoundtripError } from '../errors.ts';
import type { PlannedRestore, PlannedRestoreDatabase, PlannedStep } from '../plan/plan.ts';
import type { Session } from '../postgres/session.ts';
import {
  databaseExists,
  type Origin,
  refuseFilled,
  refuseInUse,
  refuseProduction,
  refuseSource,
} from '../steps/target.ts';
import { attempted, type Finding, refused, type Subject } from './finding.ts';
import { isThrowaway, type World } from './world.ts';

/** Looks whether what is to be made is there already: hours of dumping must not end at a name that was taken all along. */
export async function checkTargets(world: World): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [index, step] of world.plan.steps.entries()) {
    const earlier = world.plan.steps.slice(0, index);
    if (step.kind === 'dump' && !earlier.some(one => mayDelete(one, step.folder)))
      findings.push(
        ...(await blocking({ check: 'target', about: step.folder }, world, 'nothing is there yet', () =>
          refuseTaken(step.folder, step.partial),
        )),
      );
    if (step.kind !== 'restore' || isThrowaway(world, step.connection)) continue;
    for (const database of step.databases)
      if (!earlier.some(one => mayChange(one, step, database)))
        findings.push(...(await checkDatabase(step, database, earlier, world)));
  }
  return findings;
}

function mayDelete(step: PlannedStep, folder: string): boolean {
  return step.kind === 'prune' && step.in.kind === 'folder' && step.in.path === dirname(folder) && !step.dryRun;
}

function mayChange(step: PlannedStep, { connection }: PlannedRestore, { target }: PlannedRestoreDatabase): boolean {
  if (step.kind === 'sql') return step.connection === connection;
  return (
    step.kind === 'restore' && step.connection === connection && step.databases.some(other => other.target === target)
  );
}

async function checkDatabase(
  step: PlannedRestore,
  { target, mode }: PlannedRestoreDatabase,
  earlier: readonly PlannedStep[],
  world: World,
): Promise<readonly Finding[]> {
  const subject: Subject = { check: 'target', about: `${step.connection}: ${target}` };
  return attempted(subject, world.signal, async () => {
    await using control = await world.openSession(step.connection);
    if (!(await databaseExists(control, target))) return [{ ...subject, verdict: 'ok', says: 'it is not there yet' }];
    const origin = await readOrigin(step, earlier, world);
    return await blocking(
      subject,
      world,
      mode === 'new' ? 'it is there, and empty' : 'it is there, and named',
      async () => {
        if (origin !== undefined) await refuseSource(control, target, origin);
        if (mode === 'new') await refuseWhatIsThere(step.connection, target, control, world);
        else await refuseProduction(control, world.openSession, step, target);
      },
    );
  });
}

/** What others may be filling just now is in use in the first place. Who is connected to an empty one may be gone in time. */
async function refuseWhatIsThere(connection: string, target: string, control: Session, world: World): Promise<void> {
  const inUse = await refuseInUse(control, target).catch((error: unknown) => error);
  try {
    await refuseFilled(world.openSession, connection, target);
  } catch (error) {
    throw inUse ?? error;
  }
}

/** Undefined where the dump set is not there yet, or comes from a server that the run starts. */
async function readOrigin(
  { folder }: PlannedRestore,
  earlier: readonly PlannedStep[],
  world: World,
): Promise<Origin | undefined> {
  const dump = earlier.filter(one => one.kind === 'dump').findLast(one => one.folder === folder);
  if (dump === undefined) return world.survey.dumpSets[folder];
  if (isThrowaway(world, dump.connection)) return undefined;
  await using session = await world.openSession(dump.connection);
  const [row] = await session.query<{ identifier: string }>(
    'select system_identifier::text as identifier from pg_control_system()',
  );
  return { server: { systemIdentifier: row?.identifier ?? '' }, databases: dump.databases };
}

/** What the run itself would refuse, refused now. A look that fails for another reason has shown nothing. */
async function blocking(
  subject: Subject,
  { signal }: World,
  fine: string,
  look: () => Promise<void>,
): Promise<readonly Finding[]> {
  return attempted(subject, signal, async () => {
    try {
      await look();
      return [{ ...subject, verdict: 'ok', says: fine }];
    } catch (error) {
      if (error instanceof RoundtripError && error.exitCode === 4) return refused(subject, error);
      throw error;
    }
  });
}
