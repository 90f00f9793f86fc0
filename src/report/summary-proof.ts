import type { Finding, Verdict } from '../verify/finding.ts';
import { left, right } from './aligned-table.ts';
import { formatBytes, formatCount, formatDuration, unknown } from './format.ts';
import { inventoryTables } from './inventory.ts';
import { markdownList, markdownTable } from './markdown.ts';
import { code, prose } from './markdown-text.ts';
import type { RestoreResult, RunReport } from './model.ts';
import {
  allProofRows,
  andMore,
  countIgnored,
  type ProofRow,
  shownFindings,
  shownIgnored,
  verdictWords,
} from './proof.ts';
import { contrast } from './text.ts';

const valueLimit = 120;
const marks: Readonly<Record<Verdict, string>> = {
  passed: '✅',
  failed: '❌',
  'could-not-verify': '❌',
  skipped: '➖',
};

/** What was dumped, how big it is, and what was restored from it. */
export function databaseSection(report: RunReport): readonly string[] {
  const results = report.steps.map(step => step.result);
  const copies = results.flatMap(result => (result?.kind === 'restore' ? result.databases : []));
  const dumps = results.flatMap(result => (result?.kind === 'dump' ? result.databases : []));
  const dumped = dumps.map(database => {
    const own = copies.filter(copy => copy.source === database.name);
    return [
      code(database.name),
      formatCount(database.tables),
      formatCount(database.rows),
      database.largeObjects === undefined ? unknown : formatCount(database.largeObjects),
      formatBytes(database.archiveBytes),
      formatDuration(database.seconds),
      ...copyCells(own),
    ];
  });
  const others = copies
    .filter(copy => !dumps.some(database => database.name === copy.source))
    .map(copy => [
      code(copy.source),
      formatCount(copy.tables),
      unknown,
      unknown,
      unknown,
      unknown,
      ...copyCells([copy]),
    ]);
  const rows = [...dumped, ...others];
  if (rows.length === 0) return [];
  const numbers = ['tables', 'rows', 'large objects', 'dump size', 'dump time'].map(right);
  const columns = [left('database'), ...numbers, left('restored as'), right('restore time')];
  return ['### Databases', '', ...markdownTable(columns, rows)];
}

function copyCells(copies: RestoreResult['databases']): readonly string[] {
  if (copies.length === 0) return [unknown, unknown];
  const seconds = copies.flatMap(copy => copy.phases).reduce((sum, phase) => sum + phase.seconds, 0);
  const names = copies.slice(0, 5).map(copy => code(copy.target));
  return [[...names, ...(copies.length > 5 ? ['…'] : [])].join(', '), formatDuration(seconds)];
}

/** What was compared, and what came of it; what did not pass comes first. */
export function proofSection(report: RunReport): readonly string[] {
  const all = allProofRows(report);
  if (all.length === 0) return [];
  const ignores = countIgnored(all) > 0;
  const isBad = ({ check }: ProofRow) => check.verdict === 'failed' || check.verdict === 'could-not-verify';
  const rows = [...all.filter(isBad), ...all.filter(row => !isBad(row))].map(({ source, target, check }) => [
    `${code(source)} → ${code(target)}`,
    prose(check.name),
    formatCount(check.compared),
    formatCount(check.findings.length),
    ...(ignores ? [formatCount(check.ignored?.length ?? 0)] : []),
    `${marks[check.verdict]} ${verdictWords[check.verdict]}`,
    check.note === undefined ? '' : prose(check.note),
  ]);
  const numbers = ['compared', 'differences', ...(ignores ? ['ignored'] : [])].map(right);
  const columns = [left('copy'), left('check'), ...numbers, left('verdict'), left('note')];
  return ['### Proof', '', ...markdownTable(columns, rows)];
}

/** Objects by schema and kind, and rows of the largest tables, for people who count. */
export function inventorySection(report: RunReport): readonly string[] {
  const tables = report.steps.flatMap(inventoryTables).flatMap(({ title, columns, rows }) => [
    '',
    `${prose(title)}:`,
    '',
    ...markdownTable(
      columns,
      rows.map(cells => cells.map(prose)),
    ),
  ]);
  return tables.length === 0 ? [] : ['### Checklist', ...tables];
}

/** The first differences; the file has all. */
export function findingSection(report: RunReport): readonly string[] {
  const { shown, more } = shownFindings(allProofRows(report));
  if (shown.length === 0) return [];
  const items = shown.map(({ row, finding }) => `${code(row.target)}, ${prose(row.check.name)}: ${describe(finding)}`);
  return ['### Differences', '', ...markdownList([...items, ...(more > 0 ? [andMore(more)] : [])])];
}

/** What differs and was passed over, with the reasons. */
export function ignoredSection(report: RunReport): readonly string[] {
  const { shown, more } = shownIgnored(allProofRows(report));
  if (shown.length === 0) return [];
  const items = shown.map(
    ({ row, ignored: { finding, reason } }) =>
      `${code(row.target)}, ${prose(row.check.name)}: ${describe(finding)}<br>reason: ${prose(reason)}`,
  );
  return ['### Ignored by request', '', ...markdownList([...items, ...(more > 0 ? [andMore(more)] : [])])];
}

function describe(finding: Finding): string {
  if (finding.kind !== 'changed') return `${finding.kind} ${code(finding.object)}`;
  const [expected, actual] = contrast(finding.expected, finding.actual, valueLimit).map(text =>
    text === '' ? 'nothing' : code(text),
  );
  return `changed ${code(finding.object)}: ${prose(finding.property)} expected ${expected}, found ${actual}`;
}
