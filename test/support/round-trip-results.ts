import type { RunReport, StepResult } from '../../src/report/model.ts';
import type { Check, Finding } from '../../src/verify/finding.ts';
import type { TestServer } from './client-tools.ts';
import { dropDatabase, queryOn, type Row } from './databases.ts';
import type { Step } from './round-trip.ts';

/** A database that a run under test is to make. Disposing of it drops it. */
export interface Copy extends AsyncDisposable {
  readonly name: string;
  query(sql: string): Promise<readonly Row[]>;
}

export function copyOn(server: TestServer, name: string): Copy {
  return {
    name,
    query: sql => queryOn(server, name, sql),
    [Symbol.asyncDispose]: () => dropDatabase(server, name),
  };
}

export async function databaseExists(server: TestServer, name: string): Promise<boolean> {
  const names = await queryOn(server, 'postgres', 'SELECT datname::text AS name FROM pg_database');
  return names.some(row => row['name'] === name);
}

export interface Drill {
  readonly from?: string;
  readonly into?: string;
  readonly to?: string;
  readonly dump?: Step;
  readonly restore?: Step;
  readonly verify?: Step;
  /** Between restore and verify. */
  readonly between?: readonly Step[];
}

/** The steps of a drill of one database: from connection `source` to `target` unless named otherwise. */
export function drill(database: string, copy: string, more: Drill = {}): readonly Step[] {
  const { from = 'source', into = 'target', to = 'dumps/set', between = [] } = more;
  return [
    { dump: { from, to, databases: database, ...more.dump } },
    { restore: { into, as: { [database]: copy }, ...more.restore } },
    ...between,
    { verify: { level: 'content', ...more.verify } },
  ];
}

export function resultsOf<Kind extends StepResult['kind']>(
  report: RunReport,
  kind: Kind,
): readonly Extract<StepResult, { readonly kind: Kind }>[] {
  return report.steps.flatMap(({ result }) =>
    result?.kind === kind ? [result as Extract<StepResult, { readonly kind: Kind }>] : [],
  );
}

export function checksOf(report: RunReport): readonly Check[] {
  return resultsOf(report, 'verify').flatMap(result => result.databases.flatMap(({ checks }) => checks));
}

export function findingsOf(report: RunReport): readonly Finding[] {
  return checksOf(report).flatMap(check => check.findings);
}

/** How a run ended, in one comparison whose difference says all that one needs to know. */
export function ending(report: RunReport): object {
  return {
    verdict: report.verdict,
    exitCode: report.exitCode,
    problems: report.steps.flatMap(step => step.problems.map(problem => `${problem.code} ${problem.message}`)),
    findings: findingsOf(report),
    unproven: checksOf(report).filter(check => check.verdict === 'could-not-verify' || check.verdict === 'skipped'),
  };
}

/** What `ending` gives for a run that has proven everything it was to prove. */
export const proven = { verdict: 'passed', exitCode: 0, problems: [], findings: [], unproven: [] };
