import { RoundtripError } from '../errors.ts';
import type { PlannedRestore } from '../plan/plan.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';

/** From this major on the schema `public` belongs to the database's owner, and not everybody may create in it. */
const changedIn = 15;
/** The first major with the role `pg_database_owner`. */
const roleSince = 14;

/** True where the schema `public` of a new database on the target is not what it is on the source. */
export function publicDiffers(sourceMajor: number, targetMajor: number): boolean {
  return sourceMajor >= changedIn && targetMajor < changedIn;
}

/**
 * Makes the schema `public` of a new database what the source's is where nobody has changed it, as an archive holds only
 * what differs from that. A role that may not change it leaves it as it is; the comparison then says so.
 */
export async function matchPublicSchema(session: Session, owners: PlannedRestore['options']['owners']): Promise<void> {
  const { major } = session.serverVersion;
  const owner = major >= roleSince ? 'pg_database_owner' : owners.kind === 'role' ? owners.role : undefined;
  await unlessRefused(session, 'revoke create on schema public from public');
  if (owner !== undefined) await unlessRefused(session, `alter schema public owner to ${quoteIdentifier(owner)}`);
}

async function unlessRefused(session: Session, statement: string): Promise<void> {
  try {
    await session.query(statement);
  } catch (error) {
    if (!(error instanceof RoundtripError && error.code === 'PGR205')) throw error;
  }
}
