import type { Inventory } from './inventory.ts';

/** The outcome of one check. `could-not-verify` is never a pass. */
export type Verdict = 'passed' | 'failed' | 'could-not-verify' | 'skipped';

/** What `verify` can compare, each level including those before it. */
export const levels = ['objects', 'counts', 'content'] as const;
export type Level = (typeof levels)[number];

/** One difference between a source and its copy. */
export type Finding =
  | { readonly kind: 'missing' | 'extra'; readonly object: string }
  | {
      readonly kind: 'changed';
      readonly object: string;
      readonly property: string;
      readonly expected: string;
      readonly actual: string;
    };

export interface IgnoredFinding {
  readonly finding: Finding;
  /** Why it does not matter. */
  readonly reason: string;
}

/** How many of a table's rows were compared. */
export interface SampledTable {
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

/** One check of one database: what was compared, how much of it agreed, and every difference. */
export interface Check {
  /** Stable short name: `objects`, `extensions`, `rows`, `sequences`, `large objects` … */
  readonly name: string;
  readonly level: Level;
  readonly verdict: Verdict;
  /** How many things were compared. */
  readonly compared: number;
  readonly findings: readonly Finding[];
  /** Differences that somebody has said to pass over; none of them is among `findings`. */
  readonly ignored?: readonly IgnoredFinding[] | undefined;
  /** Tables of which only some rows were compared. */
  readonly sampled?: readonly SampledTable[] | undefined;
  /** What could not be read, each with its reason: even without a difference the check does not pass. */
  readonly unread?: readonly string[] | undefined;
  /** Why, when the verdict is `could-not-verify` or `skipped`; else what a reader may want to know. */
  readonly note: string | undefined;
}

export interface DatabaseVerification {
  readonly source: string;
  readonly target: string;
  readonly checks: readonly Check[];
  /** What a person counts; undefined where it could not be taken. */
  readonly inventory?: Inventory | undefined;
}

/** The worst of several verdicts: failed, then could-not-verify, then passed; all skipped is skipped. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  for (const verdict of ['failed', 'could-not-verify', 'passed'] as const)
    if (verdicts.includes(verdict)) return verdict;
  return 'skipped';
}
