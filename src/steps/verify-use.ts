import type { PlannedComparison, PlannedVerify } from '../plan/plan.ts';
import type { Session } from '../postgres/session.ts';
import type { Check } from '../verify/finding.ts';
import { checkForeignKeys } from '../verify/foreign-keys.ts';
import { skippedCheck } from '../verify/make-check.ts';
import type { RelationName } from '../verify/reading.ts';
import { checkViews } from '../verify/views.ts';
import { runTests } from './pgtap.ts';
import type { Runtime } from './runtime.ts';
import { limitOf } from './statement-limit.ts';
import { askUserChecks } from './user-checks.ts';

/** What of the copy is tried out. */
export interface UsedCopy {
  readonly tables: readonly RelationName[];
  /** Views that the restore has made. */
  readonly views: readonly RelationName[];
}

/** Whether the copy can be used: its keys hold, its views can be read, and it answers as the file expects. */
export async function verifyUse(
  plan: PlannedVerify,
  comparison: PlannedComparison,
  { tables, views }: UsedCopy,
  runtime: Runtime,
): Promise<readonly Check[]> {
  const keys = await checkKeys(plan, comparison, tables, runtime);
  const readable = await checkReadable(plan, comparison, views, runtime);
  // Last, as tests may change what they are run on.
  const own = [...(await askUserChecks(plan, comparison, runtime)), ...(await runTests(plan, comparison, runtime))];
  return [...keys, ...readable, ...own];
}

/** Looked at here where the server was told not to, or where the file asks for it. */
async function checkKeys(
  { connection, level, foreignKeys }: PlannedVerify,
  { restored, target }: PlannedComparison,
  tables: readonly RelationName[],
  runtime: Runtime,
): Promise<readonly Check[]> {
  if (foreignKeys === false && restored.triggersOff)
    return [skippedCheck('foreign keys', 'counts', 'left out by request, although the restore disabled triggers')];
  const wanted = foreignKeys ?? (restored.triggersOff && level !== 'objects');
  if (!wanted) return [];
  await using session = await runtime.openSession(connection, { database: target });
  return [await checkForeignKeys(session, tables)];
}

async function checkReadable(
  { connection, level }: PlannedVerify,
  { restored, target }: PlannedComparison,
  views: readonly RelationName[],
  runtime: Runtime,
): Promise<readonly Check[]> {
  if (level === 'objects' || views.length === 0 || !restored.sections.includes('pre-data')) return [];
  await using session = await runtime.openSession(connection, { database: target });
  await asUsersRead(session, limitOf(runtime.timeouts));
  return [await checkViews(session, views)];
}

/** Policies apply, and nothing is written whatever a function might do. It lasts as long as the session. */
async function asUsersRead(session: Session, limit: number): Promise<void> {
  await session.query(
    `begin read only; set local search_path to default; set local row_security = on; set local statement_timeout = ${limit}`,
  );
}
