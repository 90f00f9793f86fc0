import type { Check, Finding, Level, SampledTable, Verdict } from './finding.ts';

/** Names in a note before it says how many more there are. */
const mostNames = 5;

export interface CheckFacts {
  readonly name: string;
  readonly level: Level;
  readonly compared: number;
  readonly findings: readonly Finding[];
  /** What could not be read, each with its reason; any of these keeps a check from passing. */
  readonly unread?: readonly string[];
  readonly sampled?: readonly SampledTable[];
  readonly notes?: readonly string[];
}

/** A difference fails a check; without one, anything that could not be read leaves it unproven. */
export function makeCheck({
  name,
  level,
  compared,
  findings,
  unread = [],
  sampled = [],
  notes = [],
}: CheckFacts): Check {
  const verdict = verdictOf(findings, unread);
  const all = [...(unread.length === 0 ? [] : [`could not be read: ${shortList(unread)}`]), ...notes];
  const note = all.length === 0 ? undefined : all.join('; ');
  return {
    name,
    level,
    verdict,
    compared,
    findings,
    ...(unread.length === 0 ? {} : { unread }),
    ...(sampled.length === 0 ? {} : { sampled }),
    note,
  };
}

export function verdictOf(findings: readonly Finding[], unread: readonly string[]): Verdict {
  return findings.length > 0 ? 'failed' : unread.length > 0 ? 'could-not-verify' : 'passed';
}

export function skippedCheck(name: string, level: Level, reason: string): Check {
  return { name, level, verdict: 'skipped', compared: 0, findings: [], note: reason };
}

/** A check for which the facts are missing altogether. */
export function unreadCheck(name: string, level: Level, reason: string): Check {
  return { name, level, verdict: 'could-not-verify', compared: 0, findings: [], note: `could not be read: ${reason}` };
}

/** `count` where the names are only the first of them. */
export function shortList(names: readonly string[], count: number = names.length): string {
  const hidden = count - mostNames;
  return [...names.slice(0, mostNames), ...(hidden > 0 ? [`and ${hidden} more`] : [])].join(', ');
}
