import type { Step } from '../config/config.ts';
import { fault } from '../errors.ts';
import type { PlannedStep } from './plan.ts';
import type { PlannedDump, SharedSnapshot } from './planned-dump.ts';

/** Says of each dump which snapshots it shares with others, as `steps` declare it; the planned steps are in the same order. */
export function shareSnapshots(steps: readonly Step[], planned: readonly PlannedStep[]): readonly PlannedStep[] {
  const nameOf = (index: number) => {
    const step = steps[index];
    return step?.kind === 'dump' ? step.snapshot : undefined;
  };
  return planned.map((step, index) => {
    const name = nameOf(index);
    if (step.kind !== 'dump' || name === undefined) return step;
    const places = planned.flatMap((one, at) => (one.kind === 'dump' && nameOf(at) === name ? [at] : []));
    const sharing = places.flatMap(at => planned.slice(at, at + 1)).filter(one => one.kind === 'dump');
    const [first = index] = places;
    const last = places.at(-1) ?? index;
    const snapshot = { name, databases: sharedDatabases(name, sharing), last: index === last };
    const notes =
      index === first ? [firstNote(name, last)] : laterNotes(name, step, first, planned.slice(first, index));
    return { ...step, snapshot, notes: [...step.notes, ...notes] };
  });
}

function sharedDatabases(name: string, sharing: readonly PlannedDump[]): SharedSnapshot['databases'] {
  const databases = sharing.flatMap(dump => dump.databases);
  const shared = [...new Set(databases.map(one => one.name))].map(database => ({
    name: database,
    dumps: databases.filter(one => one.name === database).map(({ options }) => options),
  }));
  if (shared.some(({ dumps }) => dumps.length > 1)) return shared;
  throw fault(
    'PGR150',
    `the dumps that share the snapshot "${name}" have no database in common`,
    'remove it: each database has a snapshot of its own',
  );
}

function firstNote(name: string, last: number): string {
  return `snapshot "${name}" is held until step ${last + 1}; meanwhile what alters or truncates a table of these dumps waits`;
}

/** What a reader of the later dumps should know. */
function laterNotes(name: string, { connection }: PlannedDump, first: number, between: readonly PlannedStep[]) {
  const changing = between.filter(
    step => (step.kind === 'sql' || step.kind === 'restore') && step.connection === connection,
  );
  return [
    `snapshot "${name}" is that of step ${first + 1}`,
    ...changing.map(({ title }) => `what "${title}" changes in between is not in this dump`),
  ];
}
