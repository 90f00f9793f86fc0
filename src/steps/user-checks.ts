import type { PlannedComparison, PlannedVerify } from '../plan/plan.ts';
import type { Session } from '../postgres/session.ts';
import type { Check } from '../verify/finding.ts';
import { attempt, type Reading } from '../verify/reading.ts';
import type { Rows } from '../verify/user-checks/expectation.ts';
import { judgeUserCheck, type UserCheck } from '../verify/user-checks/user-check.ts';
import type { Runtime } from './runtime.ts';
import { limitOf } from './statement-limit.ts';

/** More rows than anybody writes down or compares by eye: they would fill our memory. */
const mostRows = 10_000;

/** Asks the copy, and the live source where a check is about it, each query in a transaction of its own that only reads. */
export async function askUserChecks(
  plan: PlannedVerify,
  { source, target }: PlannedComparison,
  runtime: Runtime,
): Promise<readonly Check[]> {
  const checks = plan.checks.filter(({ database }) => database === undefined || database === source);
  if (checks.length === 0) return [];
  const asksSource = plan.source !== undefined && checks.some(({ on }) => on !== 'target');
  await using copy = await runtime.openSession(plan.connection, { database: target });
  await using original =
    asksSource && plan.source !== undefined ? await runtime.openSession(plan.source, { database: source }) : undefined;
  const judged: Check[] = [];
  for (const check of checks) {
    const answers = {
      source: original !== undefined && check.on !== 'target' ? await ask(original, check, runtime) : undefined,
      copy: check.on !== 'source' ? await ask(copy, check, runtime) : undefined,
    };
    judged.push(judgeUserCheck(check, answers));
  }
  return judged;
}

/**
 * A cursor takes nothing but one query, and what it reads is bounded; the transaction refuses whatever a function in it
 * might write. Values are printed as our sessions print them, on both sides alike.
 */
async function ask(session: Session, { sql }: UserCheck, { timeouts, touch }: Runtime): Promise<Reading<Rows>> {
  touch();
  const cursor = '"pg_roundtrip check"';
  await session.query(
    `begin read only; set local search_path to default; set local statement_timeout = ${limitOf(timeouts)};
     set local cursor_tuple_fraction = 1`,
  );
  const reading = await attempt(async () => {
    await session.texts(`declare ${cursor} no scroll cursor for\n${sql}`, { single: true });
    const [fetched] = await session.texts(`fetch forward ${mostRows + 1} from ${cursor}`);
    return fetched?.rows ?? [];
  });
  await session.query('rollback');
  touch();
  if (reading.kind === 'read' && reading.value.length > mostRows)
    return { kind: 'unreadable', reason: `it gives more than ${mostRows} rows: let it count or sum up` };
  return reading;
}
