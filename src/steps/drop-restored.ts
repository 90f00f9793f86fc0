import type { TocEntry } from '../postgres/archive/model.ts';
import type { Session } from '../postgres/session.ts';
import { dropStatements } from '../selection/drop-statements.ts';
import { isRefusal } from '../verify/reading.ts';

/**
 * Drops what the entries make, as far as it is there, all of it or nothing. Objects that others depend on wait until those
 * are gone. Throws what the server says (PGR205) when something that is to stay depends on one of them.
 */
export async function dropRestored(session: Session, kept: readonly TocEntry[]): Promise<void> {
  const { first, objects } = dropStatements(kept);
  await session.query('begin');
  try {
    for (const statement of first) await session.query(statement);
    let waiting = objects;
    while (waiting.length > 0) {
      const refused = await dropEach(session, waiting);
      if (refused.length === waiting.length) throw refused[0]?.error;
      waiting = refused.map(({ statement }) => statement);
    }
    await session.query('commit');
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

interface Refused {
  readonly statement: string;
  readonly error: unknown;
}

async function dropEach(session: Session, statements: readonly string[]): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  for (const statement of statements) {
    await session.query('savepoint before_drop');
    try {
      await session.query(statement);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await session.query('rollback to before_drop');
      refused.push({ statement, error });
    }
    await session.query('release before_drop');
  }
  return refused;
}
