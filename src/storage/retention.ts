/** How many dump sets are kept: of each kind of period the newest ones that have a set, one set each. */
export interface RetentionPolicy {
  readonly last: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
  /** How many verified dump sets are left at least; with 0, nothing needs to be verified. */
  readonly minimum: number;
}

export interface DatedSet {
  /** Unique among those that are looked at. */
  readonly name: string;
  /** Sets of the same series are alike, such as those of the same databases: each series is kept by itself. */
  readonly series: string;
  /** When the dump was finished. */
  readonly time: Date;
  /** Whether it is on record that it was restored and compared. */
  readonly verified: boolean;
}

/** What becomes of one set, and why. */
export interface Decision<Dated extends DatedSet> {
  readonly set: Dated;
  readonly fate: 'keep' | 'delete';
  /** Fits after the name of the set: `newest`, `daily`, … */
  readonly reason: string;
}

/** How far a clock may be ahead of the server that dated a set. Milliseconds. */
const tolerance = 10 * 60_000;

/**
 * Decides what is kept, newest first. Days, weeks (from Monday), months and years are those of UTC. A period keeps its
 * newest verified set, or its newest where none is verified. Nothing of a series is deleted while its newest set is
 * not verified, or while it has fewer verified ones than the minimum; and what the policy would delete beyond the
 * minimum stays. Where a set comes from the future, its date is wrong or the clock here: it is kept and counts for no
 * rule, so that a wrong clock deletes nothing that the right one would keep.
 */
export function decideRetention<Dated extends DatedSet>(
  sets: readonly Dated[],
  policy: RetentionPolicy,
  now: Date,
): readonly Decision<Dated>[] {
  const newestFirst = sets.toSorted((one, other) => other.time.getTime() - one.time.getTime());
  const series = new Set(newestFirst.map(set => set.series));
  const decisions = [...series].flatMap(name =>
    decideSeries(
      newestFirst.filter(set => set.series === name),
      policy,
      now,
    ),
  );
  return decisions.toSorted((one, other) => other.set.time.getTime() - one.set.time.getTime());
}

/** The newest set, or the newest that is verified; one from the future has a wrong date. Undefined where there is none. */
export function newestSet<Dated extends DatedSet>(
  sets: readonly Dated[],
  newest: 'any' | 'verified',
  now: Date,
): Dated | undefined {
  return sets
    .filter(set => !isAhead(set, now) && (newest === 'any' || set.verified))
    .toSorted((one, other) => other.time.getTime() - one.time.getTime())[0];
}

/** Whether a set was dumped, by the clock of its server, after now by the clock here. */
export function isAhead({ time }: Pick<DatedSet, 'time'>, now: Date): boolean {
  return time.getTime() > now.getTime() + tolerance;
}

function decideSeries<Dated extends DatedSet>(
  members: readonly Dated[],
  policy: RetentionPolicy,
  now: Date,
): readonly Decision<Dated>[] {
  const ahead = members.filter(set => isAhead(set, now));
  const sets = members.filter(set => !ahead.includes(set));
  const reasons = new Map<Dated, string[]>(sets.map(set => [set, []]));
  const keep = (set: Dated, reason: string) => reasons.get(set)?.push(reason);
  for (const set of sets.slice(0, policy.last)) keep(set, 'last');
  for (const [name, periodOf] of periods) for (const set of onePerPeriod(sets, policy[name], periodOf)) keep(set, name);
  const caution = cautionAbout(ahead, sets, policy.minimum);
  if (caution !== undefined) for (const set of sets) if (reasons.get(set)?.length === 0) keep(set, caution);
  const verified = sets.filter(set => set.verified);
  const kept = verified.filter(set => reasons.get(set)?.length !== 0).length;
  const doomed = verified.filter(set => reasons.get(set)?.length === 0);
  for (const set of doomed.slice(0, Math.max(0, policy.minimum - kept))) keep(set, 'minimum of verified sets');
  return [
    ...ahead.map(set => ({ set, fate: 'keep' as const, reason: 'its date lies in the future' })),
    ...sets.map(set => {
      const given = reasons.get(set) ?? [];
      return given.length === 0
        ? { set, fate: 'delete' as const, reason: 'no rule keeps it' }
        : { set, fate: 'keep' as const, reason: given.join(', ') };
    }),
  ];
}

/** Why nothing of a series may be deleted at all. */
function cautionAbout(ahead: readonly DatedSet[], sets: readonly DatedSet[], minimum: number): string | undefined {
  if (minimum === 0) return undefined;
  // By the right clock it may be the newest.
  if (ahead.some(set => !set.verified)) return 'a set whose date lies in the future is not verified';
  if (sets[0]?.verified === false) return 'the newest set is not verified';
  const count = sets.filter(set => set.verified).length;
  return count < minimum ? `only ${count} of at least ${minimum} sets are verified` : undefined;
}

const periods = [
  ['daily', (time: Date) => time.toISOString().slice(0, 10)],
  ['weekly', mondayOf],
  ['monthly', (time: Date) => time.toISOString().slice(0, 7)],
  ['yearly', (time: Date) => time.toISOString().slice(0, 4)],
] as const;

function mondayOf(time: Date): string {
  const daysSinceMonday = (time.getUTCDay() + 6) % 7;
  return new Date(time.getTime() - daysSinceMonday * 86_400_000).toISOString().slice(0, 10);
}

function onePerPeriod<Dated extends DatedSet>(
  newestFirst: readonly Dated[],
  count: number,
  periodOf: (time: Date) => string,
): readonly Dated[] {
  const chosen = new Map<string, Dated>();
  for (const set of newestFirst) {
    const period = periodOf(set.time);
    const before = chosen.get(period);
    if (before === undefined && chosen.size === count) break;
    if (before === undefined || (!before.verified && set.verified)) chosen.set(period, set);
  }
  return [...chosen.values()];
}
