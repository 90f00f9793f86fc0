import type { PlannedRestore } from '../plan/plan.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { quoteQualified } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { rowBytes } from '../postgres/table-sizes.ts';
import { unpopulatedMaterializedViews } from '../verify/queries.ts';
import { relationKey } from '../verify/reading.ts';
import type { Runtime } from './runtime.ts';
import { withAll } from './side-by-side.ts';

interface Phase {
  readonly name: string;
  readonly seconds: number;
}

/**
 * What is done when everything is in a database: materialized views that the archive left empty are filled, if asked for, and
 * statistics are gathered. Without these the first queries on a copy, and the migrations rehearsed on it, get plans
 * that production never sees.
 *
 * @param restored the entries that were restored, by the names that they have in the copy.
 */
export async function finishDatabase(
  { connection, refresh, analyze, analyzeJobs }: PlannedRestore,
  target: string,
  restored: readonly TocEntry[],
  runtime: Runtime,
): Promise<readonly Phase[]> {
  const phases: Phase[] = [];
  const timed = async (name: string, work: () => Promise<void>) => {
    const started = runtime.clock.seconds();
    await work();
    phases.push({ name, seconds: runtime.profile.ended({ kind: 'phase', database: target, name }, started) });
  };
  const open = () => runtime.openSession(connection, { database: target });
  if (refresh) await timed('refresh', () => refreshViews(open, restored, runtime));
  for (const { name, statement, prepare } of passes(analyze)) {
    await timed(name, () =>
      withAll(analyzeJobs, open, async sessions => {
        for (const session of sessions) await session.query(prepare);
        await overTables(sessions, statement, runtime);
      }),
    );
  }
  return phases;
}

interface Pass {
  readonly name: string;
  readonly statement: string;
  readonly prepare: string;
}

/** The stages are those of `vacuumdb --analyze-in-stages` (vacuumdb.c). */
function passes(analyze: PlannedRestore['analyze']): readonly Pass[] {
  const own = 'reset default_statistics_target; reset vacuum_cost_delay';
  switch (analyze) {
    case false:
      return [];
    case true:
      return [{ name: 'analyze', statement: 'analyze', prepare: own }];
    case 'vacuum':
      return [{ name: 'vacuum and analyze', statement: 'vacuum (analyze)', prepare: own }];
    case 'stages':
      return [
        {
          name: 'analyze, first stage',
          statement: 'analyze',
          prepare: 'set default_statistics_target = 1; set vacuum_cost_delay = 0',
        },
        {
          name: 'analyze, second stage',
          statement: 'analyze',
          prepare: 'set default_statistics_target = 10; reset vacuum_cost_delay',
        },
        { name: 'analyze, last stage', statement: 'analyze', prepare: own },
      ];
  }
}

/**
 * Every table, biggest first, each by the next session that is free. A partitioned table stands for its partitions, as the
 * server goes through them itself.
 */
async function overTables(sessions: readonly Session[], statement: string, runtime: Runtime): Promise<void> {
  const [first] = sessions;
  if (first === undefined) return;
  const tables = await first.query<{ schema: string; name: string }>(
    `select n.nspname::text as schema, c.relname::text as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm', 'p') and not c.relispartition and c.relpersistence <> 't' and n.nspname <> 'pg_toast'
     order by ${rowBytes} desc, 1, 2`,
  );
  const waiting = tables.values();
  await Promise.all(
    sessions.map(async session => {
      for (const { schema, name } of waiting) {
        await session.query(`${statement} ${quoteQualified(schema, name)}`);
        runtime.touch();
      }
    }),
  );
}

/** In the order of the archive, in which each stands behind what it reads. */
async function refreshViews(
  open: () => Promise<Session>,
  restored: readonly TocEntry[],
  runtime: Runtime,
): Promise<void> {
  await using session = await open();
  const empty = new Set((await unpopulatedMaterializedViews(session)).map(relationKey));
  for (const { description, namespace, tag } of restored) {
    const view = { schema: namespace ?? '', name: tag };
    if (description !== 'MATERIALIZED VIEW' || !empty.has(relationKey(view))) continue;
    await session.query(`refresh materialized view ${quoteQualified(view.schema, view.name)}`);
    runtime.touch();
  }
}
