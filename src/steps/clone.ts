import { fault } from '../errors.ts';
import type { PlannedClone } from '../plan/plan.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import type { CloneResult } from '../report/model.ts';
import { clonedProperties } from './cloned-properties.ts';
import { dropOwn } from './drop-own.ts';
import type { StepOutcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';
import { databaseExists, refuseInUse } from './target.ts';

/**
 * Copies a database on its server, with what belongs to the database itself and no template carries: owner, settings,
 * connection limit, comment and grants. Refused where a copy is there already (PGR160) or somebody is connected to the
 * original (PGR163). If one cannot be made, those before it are dropped again.
 */
export async function performClone(plan: PlannedClone, runtime: Runtime): Promise<StepOutcome<CloneResult>> {
  const { connection, database, copies } = plan;
  await using control = await runtime.openSession(connection);
  await refuseUnclonable(plan, control);
  const properties = await clonedProperties(control, database);
  const made: { readonly name: string; readonly seconds: number; readonly gone: () => void }[] = [];
  try {
    for (const name of copies) {
      const started = runtime.clock.seconds();
      const gone = runtime.undo.record({ kind: 'database', connection, name });
      made.push({ name, seconds: 0, gone });
      await control.query(`create database ${quoteIdentifier(name)} template ${quoteIdentifier(database)}`);
      for (const statement of properties(name)) await control.query(statement);
      runtime.touch();
      made[made.length - 1] = { name, seconds: runtime.clock.seconds() - started, gone };
    }
  } catch (error) {
    for (const { name, gone } of made.toReversed()) if (await dropOwn(runtime, connection, name)) gone();
    throw error;
  }
  // Those that are to go stay on record, and are dropped at the end of the job.
  if (!plan.temporary) for (const { gone } of made) gone();
  return {
    result: { kind: 'clone', source: database, databases: made.map(({ name, seconds }) => ({ name, seconds })) },
    notes: [],
  };
}

async function refuseUnclonable({ connection, database, copies }: PlannedClone, control: Session): Promise<void> {
  if (!(await databaseExists(control, database)))
    throw fault(
      'PGR202',
      `database "${database}" does not exist on ${connection}`,
      'restore it first, or check the name',
    );
  await refuseInUse(control, database);
  for (const name of copies)
    if (await databaseExists(control, name))
      throw fault('PGR160', `the database "${name}" exists`, 'drop it, or clone a database of another name');
}
