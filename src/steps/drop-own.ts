import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { sqlStateOf } from '../postgres/session-errors.ts';
import type { Runtime } from './runtime.ts';

/** Milliseconds. A CI that cancels a run kills it soon. */
const limit = 5_000;

/** Drops a database that this run has made, whoever is connected to it. False if that was not possible. */
export function dropOwn(runtime: Pick<Runtime, 'openSession'>, connection: string, name: string): Promise<boolean> {
  return attempt(runtime, connection, async session => {
    // A copy of a template is one as well, and the server keeps those.
    const template = 'select from pg_database where datname = $1 and datistemplate';
    if ((await session.query(template, [name])).length > 0)
      await session.query(`alter database ${quoteIdentifier(name)} is_template false`);
    const force = session.serverVersion.major >= 13 ? ' with (force)' : '';
    await session.query(`drop database if exists ${quoteIdentifier(name)}${force}`);
  });
}

/**
 * Drops a role that this run has made, unless something depends on it by now: then somebody else has use for it, and it
 * stays. False if it may be there for another reason.
 */
export function dropOwnRole(runtime: Pick<Runtime, 'openSession'>, connection: string, name: string): Promise<boolean> {
  return attempt(runtime, connection, async session => {
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
