import {
  type Check,
  type DatabaseVerification,
  type Finding,
  type IgnoredFinding,
  type Verdict,
  worst,
} from '../verify/finding.ts';
import { formatCount } from './format.ts';
import type { RunReport, StepReport } from './model.ts';

/** How many differences a person is shown; `report.json` has all. */
export const findingLimit = 20;

/** One line of the proof: one check of one database. */
export interface ProofRow {
  readonly source: string;
  readonly target: string;
  readonly check: Check;
}

/** The words for a verdict. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  passed: 'passed',
  failed: 'failed',
  'could-not-verify': 'could not verify',
  skipped: 'skipped',
};

/** Every check that a step made, in the order in which it made them. */
export function proofRows(step: StepReport): readonly ProofRow[] {
  if (step.result?.kind !== 'verify') return [];
  return step.result.databases.flatMap(({ source, target, checks }) =>
    checks.map(check => ({ source, target, check })),
  );
}

/** Every check of the run. */
export function allProofRows(report: RunReport): readonly ProofRow[] {
  return report.steps.flatMap(proofRows);
}

/** The verdict on one copy. */
export function verdictOn(database: DatabaseVerification): Verdict {
  return worst(database.checks.map(check => check.verdict));
}

/** The differences that are shown, each with the copy it is in, and how many are left out. */
export function shownFindings(rows: readonly ProofRow[]): {
  readonly shown: readonly { readonly row: ProofRow; readonly finding: Finding }[];
  readonly more: number;
} {
  const total = rows.reduce((sum, row) => sum + row.check.findings.length, 0);
  const shown = rows
    .flatMap(row => row.check.findings.slice(0, findingLimit).map(finding => ({ row, finding })))
    .slice(0, findingLimit);
  return { shown, more: total - shown.length };
}

/** The differences that were passed over, each with the copy it is in, and how many are left out. */
export function shownIgnored(rows: readonly ProofRow[]): {
  readonly shown: readonly { readonly row: ProofRow; readonly ignored: IgnoredFinding }[];
  readonly more: number;
} {
  const all = rows.flatMap(row => (row.check.ignored ?? []).map(ignored => ({ row, ignored })));
  return { shown: all.slice(0, findingLimit), more: Math.max(0, all.length - findingLimit) };
}

/** How many differences were passed over. */
export function countIgnored(rows: readonly ProofRow[]): number {
  return rows.reduce((sum, { check }) => sum + (check.ignored?.length ?? 0), 0);
}

/** The line that stands for the differences that are not shown. */
export function andMore(more: number): string {
  return `and ${formatCount(more)} more in report.json`;
}
