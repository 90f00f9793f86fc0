import type { PlannedDump, PlannedDumpDatabase } from '../plan/planned-dump.ts';
import type { Session } from '../postgres/session.ts';
import { readTables } from '../steps/snapshot.ts';
import { holdsLargeObjects, holdsRows } from './dumped.ts';
import { attempted, type Finding } from './finding.ts';
import { judgePrivileges, readUnreadable } from './privileges.ts';
import { judgeRowSecurity, readGuardedTables } from './row-security.ts';
import { judgeSource, readStanding } from './standby.ts';
import { isThrowaway, type World } from './world.ts';

/** What the checks say of what is to be dumped, and how large it is. */
export interface LookedAt {
  readonly findings: readonly Finding[];
  /** Bytes of tables whose rows are dumped, by `sizeKey`; those that could not be measured are missing. */
  readonly sizes: ReadonlyMap<string, number>;
}

export function sizeKey(connection: string, database: string): string {
  return JSON.stringify([connection, database]);
}

/** Looks at each database that a step dumps, as the role that will dump it. */
export async function checkDumps(world: World): Promise<LookedAt> {
  const findings: Finding[] = [];
  const sizes = new Map<string, number>();
  for (const step of world.plan.steps) {
    if (step.kind !== 'dump' || isThrowaway(world, step.connection)) continue;
    for (const database of step.databases)
      findings.push(
        ...(await checkDump(step, database, world, bytes => sizes.set(sizeKey(step.connection, database.name), bytes))),
      );
  }
  return { findings, sizes };
}

async function checkDump(
  step: PlannedDump,
  { name, options }: PlannedDumpDatabase,
  world: World,
  onSize: (bytes: number) => void,
): Promise<readonly Finding[]> {
  const about = `${step.connection}: ${name}`;
  const { signal } = world;
  return attempted({ check: 'privileges', about }, signal, async () => {
    await using session = await world.openSession(step.connection, { database: name });
    const found = [
      ...(await attempted({ check: 'privileges', about }, signal, async () => [
        judgePrivileges(about, await readUnreadable(session, options)),
      ])),
      ...(await attempted({ check: 'row-level security', about }, signal, async () => [
        judgeRowSecurity(about, await readGuardedTables(session, options)),
      ])),
      ...(await attempted({ check: 'standby', about }, signal, async () =>
        judgeSource(about, await readStanding(session)),
      )),
      ...(await attempted({ check: 'disk space', about }, signal, async () => {
        onSize(await sizeOfDump(session, options));
        return [];
      })),
    ];
    return found;
  });
}

/** Bytes. A table that somebody has locked is not waited for. */
async function sizeOfDump(session: Session, options: PlannedDumpDatabase['options']): Promise<number> {
  if (!holdsRows(options)) return 0;
  await session.query(`begin; set local lock_timeout = '2s'`);
  try {
    const tables = (await readTables(session, options)).reduce((sum, { bytes }) => sum + bytes, 0);
    if (!holdsLargeObjects(options)) return tables;
    const [row] = await session.query<{ bytes: string }>(`select pg_table_size('pg_largeobject')::text as bytes`);
    return tables + Number(row?.bytes ?? 0);
  } finally {
    await session.query('rollback');
  }
}
