import { type ExitCode, RoundtripError } from '../errors.ts';
import { alignedTable, left } from '../report/aligned-table.ts';
import { listed, plural } from '../report/format.ts';
import { printable } from '../report/json-text.ts';
import { harmless, harmlessLines } from '../report/text.ts';
import { version } from '../version.ts';
import { blockers, type Finding } from './finding.ts';

/** What a run would end with before any work; 0 where nothing blocks. */
export function exitCodeOf(findings: readonly Finding[]): ExitCode {
  const [first, ...rest] = blockers(findings);
  return first === undefined ? 0 : new RoundtripError([first, ...rest]).exitCode;
}

/** The findings for people: a row for each, and below it what to do. */
export function describeFindings(findings: readonly Finding[]): string {
  const merged = mergeFine(findings);
  const [title = '', ...rows] = alignedTable(
    [left('check'), left('of'), left('verdict'), left('what')],
    merged.map(({ check, about, verdict, says }) => [check, about, shown(verdict), says].map(harmless)),
  );
  const lines = merged.flatMap((finding, index) => [rows[index] ?? '', ...remedyLines(finding)]);
  return [title, ...lines, '', closing(findings)].join('\n');
}

function shown(verdict: Finding['verdict']): string {
  return verdict === 'blocks' ? 'BLOCKS' : verdict;
}

/** The statements of a remedy stand alone in their lines, to be copied. */
function remedyLines(finding: Finding): readonly string[] {
  if (!('remedy' in finding)) return [];
  const code = finding.verdict === 'blocks' ? `${finding.code} ` : '';
  const [first = '', ...statements] = harmlessLines(finding.remedy);
  return [`  ${code}→ ${first}`, ...statements.map(statement => `    ${statement}`)];
}

/** Many databases of which the same can be said are one row. */
function mergeFine(findings: readonly Finding[]): readonly Finding[] {
  const merged = new Map<string, Finding & { readonly abouts: readonly string[] }>();
  findings.forEach((finding, index) => {
    const key = finding.verdict === 'ok' ? JSON.stringify([finding.check, finding.says]) : String(index);
    const known = merged.get(key);
    merged.set(key, { ...finding, abouts: [...new Set([...(known?.abouts ?? []), finding.about])] });
  });
  return [...merged.values()].map(({ abouts, ...finding }) => ({ ...finding, about: listed(abouts) }));
}

function closing(findings: readonly Finding[]): string {
  const count = (verdict: Finding['verdict']) => findings.filter(finding => finding.verdict === verdict).length;
  const blocking = count('blocks');
  const unsure = [
    ...(count('warning') > 0 ? [plural(count('warning'), 'warning')] : []),
    ...(count('not checked') > 0 ? [`${count('not checked')} not checked`] : []),
  ];
  const also = unsure.length === 0 ? '' : `; ${unsure.join(', ')}`;
  if (blocking === 0) return `nothing blocks${also}`;
  const what = blocking === 1 ? '1 thing blocks' : `${blocking} things block`;
  return `${what}: a run would end with exit code ${exitCodeOf(findings)} before any work${also}`;
}

/** The same for programs. */
export function findingsJson(findings: readonly Finding[]): string {
  const tool = { name: 'pg-roundtrip', version };
  return printable(JSON.stringify({ schema: 1, tool, exitCode: exitCodeOf(findings), findings }, undefined, 2));
}
