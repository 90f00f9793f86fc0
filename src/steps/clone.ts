import { fault } from '../errors.ts';
import { chooseCloneStrategy } from '../plan/clone-strategy.ts';
import type { PlannedClone } from '../plan/plan.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { sqlStateOf } from '../postgres/session-errors.ts';
import type { CloneResult } from '../report/model.ts';
import { clonedProperties } from './cloned-properties.ts';
import { dropOwn } from './drop-own.ts';
import type { StepOutcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';
import { sideBySide, withAll } from './side-by-side.ts';
import { databaseExists, refuseInUse } from './target.ts';

/** A copy that this step has begun to make. */
interface Made {
  readonly name: string;
  readonly seconds: number;
  /** Takes it off the record of what is to be taken back. */
  readonly gone: () => void;
}

/**
 * Copies a database on its server, with what belongs to the database itself and no template carries: owner, settings,
 * connection limit, comment and grants. Refused where a copy is there already (PGR160) or somebody is connected to the
 * original (PGR163). If one cannot be made, the others are dropped again.
 */
export async function performClone(plan: PlannedClone, runtime: Runtime): Promise<StepOutcome<CloneResult>> {
  const { connection, database, copies } = plan;
  await using control = await runtime.openSession(connection);
  await refuseUnclonable(plan, control);
  const properties = await clonedProperties(control, database);
  const { clause, reason } = await strategyOf(plan, control);
  const waiting = [...copies];
  const made = new Map<string, Made>();
  const make = async (session: Session, name: string) => {
    const started = runtime.clock.seconds();
    const gone = runtime.undo.record({ kind: 'database', connection, name });
    made.set(name, { name, seconds: 0, gone });
    try {
      await session.query(`create database ${quoteIdentifier(name)} template ${quoteIdentifier(database)}${clause}`);
    } catch (error) {
      // Somebody else has made one of this name meanwhile: taking it back would drop theirs.
      if (sqlStateOf(error) === duplicateDatabase && made.delete(name)) gone();
      throw error;
    }
    for (const statement of properties(name)) await session.query(statement);
    runtime.touch();
    made.set(name, { name, seconds: runtime.clock.seconds() - started, gone });
  };
  // A template may have no session but the one that copies it.
  const alone = await isConnectedTo(control, database);
  const others = alone ? 0 : plan.jobs - 1;
  try {
    await withAll(
      others,
      () => runtime.openSession(connection),
      sessions =>
        sideBySide(
          runtime.signal,
          [control, ...sessions].map(session => async signal => {
            for (let name = waiting.shift(); name !== undefined && !signal.aborted; name = waiting.shift())
              await make(session, name);
          }),
        ),
    );
  } catch (error) {
    for (const { name, gone } of [...made.values()].toReversed()) if (await dropOwn(runtime, connection, name)) gone();
    throw error;
  }
  // Those that are to go stay on record, and are dropped at the end of the job.
  if (!plan.temporary) for (const { gone } of made.values()) gone();
  return {
    result: {
      kind: 'clone',
      source: database,
      databases: copies.map(name => ({ name, seconds: made.get(name)?.seconds ?? Number.NaN })),
    },
    notes: [
      ...(reason === undefined ? [] : [reason]),
      ...(alone && plan.jobs > 1
        ? [
            `one copy at a time, as ${connection} leads to "${database}" itself; name another database there to make several at once`,
          ]
        : []),
    ],
  };
}

/** SQLSTATE duplicate_database. */
const duplicateDatabase = '42P04';

/** What CREATE DATABASE is told, and why where the plan could not know. */
async function strategyOf(
  { database, strategy }: PlannedClone,
  control: Session,
): Promise<{ readonly clause: string; readonly reason?: string }> {
  if (strategy === undefined) return { clause: '' };
  if (strategy !== 'auto') return { clause: ` strategy ${strategy}` };
  const [row] = await control.query<{ bytes: string; fsync: boolean }>(
    `select pg_database_size(oid)::text as bytes, current_setting('fsync')::boolean as fsync from pg_database where datname = $1`,
    [database],
  );
  const { value, reason } = chooseCloneStrategy({ bytes: Number(row?.bytes), fsync: row?.fsync ?? true });
  return { clause: ` strategy ${value}`, reason };
}

async function isConnectedTo(control: Session, database: string): Promise<boolean> {
  return (await control.query('select where current_database() = $1', [database])).length > 0;
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
