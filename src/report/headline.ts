import type { SampledTable } from '../verify/finding.ts';
import type { Doubts } from './claims.ts';
import { formatCount, listed, plural } from './format.ts';
import type { StepReport, VerifyResult } from './model.ts';
import { countIgnored, proofRows } from './proof.ts';

/** Why a run failed: what the first failed step found, else its first problem. */
export function failureHeadline(step: StepReport): string {
  if (step.status === 'not run') return `${step.title} was not run.`;
  const rows = proofRows(step);
  const failed = rows.filter(row => row.check.verdict === 'failed');
  const [first] = failed.length > 0 ? failed : rows.filter(row => row.check.verdict === 'could-not-verify');
  const problem = step.problems[0];
  if (first === undefined)
    return sentence(problem === undefined ? `${step.title} failed` : `${step.title}: ${problem.message}`);
  if (failed.length === 0) {
    return sentence(
      `${first.target} could not be compared with ${first.source}: ${first.check.note ?? first.check.name}`,
    );
  }
  const differences = failed.reduce((sum, row) => sum + row.check.findings.length, 0);
  const copies = [...new Set(failed.map(row => row.target))];
  const what =
    copies.length === 1
      ? `${first.target} differs from ${first.source}`
      : `${listed(copies)} differ from their sources`;
  const where = listed([...new Set(failed.map(row => row.check.name))]);
  return `${what}: ${plural(differences, 'difference')} in ${where}${ignoredClause([step])}.`;
}

/** What nobody has checked. */
export function unprovenHeadline(open: Doubts, steps: readonly StepReport[] = []): string {
  const clauses = [
    clause(open.notRestored, 'dumped but not restored'),
    clause(open.restoredInPart, 'restored only in part'),
    clause(open.notCompared, 'restored but not compared'),
    clause(open.onlySkipped, 'not compared, as every check was skipped'),
    clause(open.notProven, 'published without being restored and compared'),
    clause(open.onlyFetched, 'fetched but not restored'),
  ].filter(text => text !== undefined);
  return clauses.length === 0 ? 'Nothing was run.' : `${clauses.join('; ')}${ignoredClause(steps)}.`;
}

/** What was proven, and how deep the comparison went. */
export function provenHeadline(steps: readonly StepReport[]): string {
  const results = steps.map(step => step.result);
  const verifications = results.filter(result => result?.kind === 'verify');
  const dumped = results.flatMap(result => (result?.kind === 'dump' ? result.databases.map(({ name }) => name) : []));
  const restored = results.flatMap(result =>
    result?.kind === 'restore' ? result.databases.map(({ target }) => target) : [],
  );
  const compared = verifications.flatMap(result => result.databases.map(({ target }) => target));
  if (compared.length === 0) {
    return `${plural(steps.length, 'step')} succeeded; nothing was dumped or restored, so there was nothing to prove.`;
  }
  const story =
    dumped.length > 0
      ? clause(dumped, 'dumped, restored and compared')
      : clause(compared, restored.length > 0 ? 'restored and compared' : 'compared');
  const parts = results.flatMap(result =>
    result?.kind === 'restore' ? result.databases.filter(({ leftOut }) => leftOut.count > 0) : [],
  );
  const ignored = ignoredClause(steps, ', apart from');
  if (parts.length === 0) return `${story}: ${agreement(verifications, '')}${ignored}.`;
  const leftOut = parts.map(({ target, leftOut: { count } }) => `${plural(count, 'entry', 'entries')} of ${target}`);
  return `${story}: ${agreement(verifications, ' that was restored')}; left out by request: ${listed(leftOut)}${ignored}.`;
}

/** What passed only because somebody said so is told wherever the verdict is. */
function ignoredClause(steps: readonly StepReport[], before = ';'): string {
  const count = countIgnored(steps.flatMap(proofRows));
  return count === 0 ? '' : `${before} ${plural(count, 'difference')} ignored by request`;
}

/** Says no more than the shallowest comparison of the run has shown. `chosen` limits what is said to be all. */
function agreement(verifications: readonly VerifyResult[], chosen: string): string {
  const depths = verifications.map(({ level }) => level);
  const checks = verifications.flatMap(({ databases }) => databases.flatMap(database => database.checks));
  const skipped = (name: string) => checks.some(check => check.name === name && check.verdict === 'skipped');
  const sampled = depths.includes('counts') ? [] : checks.flatMap(check => check.sampled ?? []);
  const rowsAgree = depths.includes('counts') ? `every row count${chosen} agrees` : everyRow(sampled, chosen);
  const [objects, rows] = [!skipped('objects'), !skipped('rows')];
  if (!rows && objects) return `every object${chosen} agrees (there were no rows to compare)`;
  if (!objects && rows) return `${rowsAgree} (there were no definitions to compare)`;
  if (depths.includes('objects')) return `every object${chosen} agrees (rows were not compared)`;
  return `every object and ${rowsAgree}`;
}

/** Of a sample no more is said than what was looked at. */
function everyRow(sampled: readonly SampledTable[], chosen: string): string {
  if (sampled.length === 0) return `every row${chosen} agrees`;
  const [rows, all] = [sum(sampled.map(table => table.rows)), sum(sampled.map(table => table.of))];
  const part = `a sample of ${formatCount(rows)} of ${formatCount(all)} rows in ${listed(sampled.map(({ table }) => table))}`;
  const looked = chosen === '' ? ' that was looked at' : `${chosen} and looked at`;
  return `every row${looked} agrees (${part}; all of the other tables)`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function clause(names: readonly string[], participle: string): string | undefined {
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return undefined;
  return `${listed(distinct)} ${distinct.length === 1 ? 'was' : 'were'} ${participle}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
