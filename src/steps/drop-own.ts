import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { sqlStateOf } from '../postgres/session-errors.ts';
import type { Runtime } from './runtime.ts';

/** Milliseconds. A CI that cancels a run kills it soon. */
const usualLimit = 5_000;

/**
 * Drops a database that this run has made, whoever is connected to it. False if that was not possible within `limit`
 * milliseconds: the server writes a checkpoint first, which takes a busy one its time.
 */
export function dropOwn(
  runtime: Pick<Runtime, 'openSession'>,
  connection: string,
  name: string,
  limit = usualLimit,
): Promise<boolean> {
  return attempt(runtime, connection, limit, async session => {
    // A copy of a template is one as well, and the server keeps those.
    const template = 'select from pg_database where datname = $1 and datistemplate';
    if ((await session.query(template, [name])).length > 0)
      await session.query(`alter database ${quoteIdentifier(name)} is_template false`);
    await dropSubscriptions(runtime, connection, name, session, limit);
    const force = session.serverVersion.major >= 13 ? ' with (force)' : '';
    await session.query(`drop database if exists ${quoteIdentifier(name)}${force}`);
  });
}

/**
 * A database with subscriptions cannot be dropped. A restored one is disabled and has no slot of its own: the slot of its
 * name belongs to the original, so it is given up here and not dropped there.
 */
async function dropSubscriptions(
  runtime: Pick<Runtime, 'openSession'>,
  connection: string,
  database: string,
  control: Session,
  limit: number,
): Promise<void> {
  const names = await control.query<{ name: string }>(
    `select subname::text as name from pg_subscription s join pg_database d on d.oid = s.subdbid where d.datname = $1`,
    [database],
  );
  if (names.length === 0) return;
  await using session = await runtime.openSession(connection, { database, signal: AbortSignal.timeout(limit) });
  for (const { name } of names) {
    const subscription = `subscription ${quoteIdentifier(name)}`;
    await session.query(`alter ${subscription} disable`);
    await session.query(`alter ${subscription} set (slot_name = none)`);
    await session.query(`drop ${subscription}`);
  }
}

/**
 * Drops a role that this run has made, unless something depends on it by now: then somebody else has use for it, and it
 * stays. False if it may be there for another reason.
 */
export function dropOwnRole(
  runtime: Pick<Runtime, 'openSession'>,
  connection: string,
  name: string,
  limit = usualLimit,
): Promise<boolean> {
  return attempt(runtime, connection, limit, async session => {
    try {
      await session.query(`drop role if exists ${quoteIdentifier(name)}`);
    } catch (error) {
      if (sqlStateOf(error) !== '2BP01') throw error;
    }
  });
}

/** Over a session of its own: the run's may be what failed. */
async function attempt(
  runtime: Pick<Runtime, 'openSession'>,
  connection: string,
  limit: number,
  body: (session: Session) => Promise<void>,
): Promise<boolean> {
  try {
    await using session = await runtime.openSession(connection, { signal: AbortSignal.timeout(limit) });
    await body(session);
    return true;
  } catch {
    return false;
  }
}
