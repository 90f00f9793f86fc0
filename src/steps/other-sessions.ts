import type { PlannedVerify } from '../plan/plan.ts';
import { plural } from '../report/format.ts';
import type { DatabaseVerification } from '../verify/finding.ts';
import type { Runtime } from './runtime.ts';

/**
 * Says of copies that differ who else is connected to them: what others write while they are compared is a difference
 * like any other, and the next comparison may find another one.
 */
export async function otherSessions(
  { connection }: PlannedVerify,
  databases: readonly DatabaseVerification[],
  runtime: Runtime,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const { target } of databases.filter(one => one.checks.some(check => check.findings.length > 0))) {
    await using session = await runtime.openSession(connection, { database: target });
    const [row] = await session.query<{ readonly count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and application_name <> $1`,
      [runtime.applicationName],
    );
    const count = row?.count ?? 0;
    if (count === 0) continue;
    notes.push(`${plural(count, 'other session')} connected to ${target}: what they write meanwhile differs as well`);
  }
  return notes;
}
