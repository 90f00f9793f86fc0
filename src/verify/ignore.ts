import type { Check, Finding, IgnoredFinding } from './finding.ts';
import { verdictOf } from './make-check.ts';

/** Differences that are to be passed over, and why. */
export interface IgnoreRule {
  /** The object as a report names it; `*` stands for any run of characters. */
  readonly object: string;
  /** Only differences of this property, as a report names it: `owner`, `definition`, `rows` … */
  readonly property: string | undefined;
  /** Only those of the check with this name. */
  readonly check: string | undefined;
  readonly reason: string;
}

export interface Ignoring {
  readonly checks: readonly Check[];
  /** The rules that have matched something. */
  readonly used: ReadonlySet<IgnoreRule>;
}

/**
 * Sets aside the differences that the rules name. They stay in the check with their reasons; what could not be read is
 * no difference, so it can't be ignored. Of several rules for the same difference the first gives the reason.
 */
export function ignoreFindings(checks: readonly Check[], rules: readonly IgnoreRule[]): Ignoring {
  const matchers = rules.map(rule => ({ rule, matches: matcherOf(rule) }));
  const used = new Set<IgnoreRule>();
  const left = checks.map(check => {
    const ignored: IgnoredFinding[] = [];
    const findings = check.findings.filter(finding => {
      const fitting = matchers.filter(({ matches }) => matches(check.name, finding)).map(({ rule }) => rule);
      for (const rule of fitting) used.add(rule);
      const [first] = fitting;
      if (first !== undefined) ignored.push({ finding, reason: first.reason });
      return first === undefined;
    });
    if (ignored.length === 0) return check;
    return { ...check, verdict: verdictOf(findings, check.unread ?? []), findings, ignored };
  });
  return { checks: left, used };
}

/** A rule without effect may be misspelt, or be about something that is long gone. */
export function idleNotes(rules: readonly IgnoreRule[], used: ReadonlySet<IgnoreRule>): readonly string[] {
  return rules
    .filter(rule => !used.has(rule))
    .map(({ object, property, check }) => {
      const only = [
        ...(property === undefined ? [] : [`property ${property}`]),
        ...(check === undefined ? [] : [`check ${check}`]),
      ];
      const what = [JSON.stringify(object), ...only].join(', ');
      return `an ignore matches no difference: ${what}; correct it, or remove it`;
    });
}

function matcherOf(rule: IgnoreRule): (check: string, finding: Finding) => boolean {
  const parts = rule.object.split('*').map(part => part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
  const object = new RegExp(`^${parts.join('.*')}$`, 's');
  return (check, finding) =>
    object.test(finding.object) &&
    (rule.check === undefined || rule.check === check) &&
    (rule.property === undefined || (finding.kind === 'changed' && finding.property === rule.property));
}
