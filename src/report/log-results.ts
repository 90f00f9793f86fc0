import type { Finding } from '../verify/finding.ts';
import { alignedTable, left, right } from './aligned-table.ts';
import { formatBytes, formatCount, formatDuration, unknown } from './format.ts';
import { inventoryTables } from './inventory.ts';
import type { DumpResult, PruneResult, RestoreResult, StepReport } from './model.ts';
import { andMore, countIgnored, type ProofRow, proofRows, shownFindings, shownIgnored, verdictWords } from './proof.ts';
import { clip, contrast, harmless } from './text.ts';

const cellLimit = 100;
const valueLimit = 120;
const cell = (text: string) => clip(harmless(text), cellLimit);

/** What a step did, as lines of text without indentation. */
export function resultLines(step: StepReport): readonly string[] {
  const { result } = step;
  switch (result?.kind) {
    case undefined:
      return [];
    case 'dump':
      return dumpLines(result);
    case 'restore':
      return restoreLines(result);
    case 'verify':
      return [
        ...inventoryLines(step),
        ...proofTable(proofRows(step)),
        ...findingLines(proofRows(step)),
        ...ignoredLines(proofRows(step)),
      ];
    case 'clone':
      return alignedTable(
        [left('copy'), right('time')],
        result.databases.map(({ name, seconds }) => [cell(name), formatDuration(seconds)]),
      );
    case 'sql':
      return [];
    case 'fetch':
      return [
        `${formatBytes(result.bytes)} from ${harmless(result.from)}`,
        `dumped ${harmless(result.dumpedAt)}: ${result.databases.map(cell).join(', ')}`,
        `into ${harmless(result.path)}`,
      ];
    case 'prune':
      return pruneLines(result);
    case 'publish': {
      const digest = result.artifact === undefined ? [] : [`sha256 ${harmless(result.artifact.sha256)}`];
      return [`${formatBytes(result.bytes)} to ${harmless(result.place)}`, ...digest];
    }
  }
}

function dumpLines(result: DumpResult): readonly string[] {
  const rows = result.databases.map(database => [
    cell(database.name),
    cell(database.format),
    formatCount(database.tables),
    formatCount(database.rows),
    database.largeObjects === undefined ? unknown : formatCount(database.largeObjects),
    formatBytes(database.sourceBytes),
    formatBytes(database.archiveBytes),
    formatDuration(database.seconds),
  ]);
  const numbers = ['tables', 'rows', 'large objects', 'source', 'dump', 'time'].map(right);
  return [
    `server ${harmless(result.server)}, client ${harmless(result.client)}`,
    `into ${harmless(result.path)}`,
    ...alignedTable([left('database'), left('format'), ...numbers], rows),
  ];
}

function restoreLines(result: RestoreResult): readonly string[] {
  const rows = result.databases.map(database => [
    cell(database.source),
    cell(database.target),
    formatCount(database.tables),
    database.phases.map(phase => `${cell(phase.name)} ${formatDuration(phase.seconds)}`).join(', '),
  ]);
  const roles = result.rolesCreated.length === 0 ? [] : [`roles created: ${result.rolesCreated.map(cell).join(', ')}`];
  return [
    `client ${harmless(result.client)}`,
    ...alignedTable([left('database'), left('copy'), right('tables'), left('phases')], rows),
    ...roles,
  ];
}

function pruneLines(result: PruneResult): readonly string[] {
  const deleted = result.dryRun ? 'would be deleted' : 'deleted';
  const rows = result.sets.map(set => [
    cell(set.name),
    set.dumpedAt,
    set.verified ? 'verified' : 'not verified',
    set.fate === 'keep' ? 'kept' : deleted,
    set.reason,
  ]);
  const table =
    rows.length === 0
      ? ['no dump set is there']
      : alignedTable(['dump set', 'dumped', 'proof', '', ''].map(left), rows);
  return [...table, ...result.unknown.map(({ name, reason }) => `left alone: ${cell(name)} (${harmless(reason)})`)];
}

function inventoryLines(step: StepReport): readonly string[] {
  return inventoryTables(step).flatMap(({ title, columns, rows }) => [
    harmless(title),
    ...alignedTable(
      columns,
      rows.map(cells => cells.map(cell)),
    ),
    '',
  ]);
}

function proofTable(rows: readonly ProofRow[]): readonly string[] {
  const ignores = countIgnored(rows) > 0;
  const cells = rows.map(({ source, target, check }, index) => {
    const before = rows[index - 1];
    // A copy is named once, so that its checks read as one group.
    const repeated = before !== undefined && before.source === source && before.target === target;
    return [
      repeated ? '' : cell(source),
      repeated ? '' : cell(target),
      cell(check.name),
      formatCount(check.compared),
      formatCount(check.findings.length),
      ...(ignores ? [formatCount(check.ignored?.length ?? 0)] : []),
      verdictWords[check.verdict],
      check.note === undefined ? '' : harmless(check.note),
    ];
  });
  if (cells.length === 0) return ['nothing was compared'];
  const numbers = ['compared', 'differences', ...(ignores ? ['ignored'] : [])].map(right);
  return alignedTable([left('database'), left('copy'), left('check'), ...numbers, left('verdict'), left('')], cells);
}

function findingLines(rows: readonly ProofRow[]): readonly string[] {
  const { shown, more } = shownFindings(rows);
  const copies = new Set(rows.map(row => row.target));
  const lines = shown.flatMap(({ row, finding }) => {
    const [first, ...rest] = describeFinding(finding);
    return [`- ${copies.size > 1 ? `${cell(row.target)}: ` : ''}${first}`, ...rest.map(line => `    ${line}`)];
  });
  return more > 0 ? [...lines, `- ${andMore(more)}`] : lines;
}

function ignoredLines(rows: readonly ProofRow[]): readonly string[] {
  const { shown, more } = shownIgnored(rows);
  const copies = new Set(rows.map(row => row.target));
  const lines = shown.flatMap(({ row, ignored: { finding, reason } }) => {
    const [first, ...rest] = describeFinding(finding);
    const where = copies.size > 1 ? `${cell(row.target)}: ` : '';
    return [`- ignored: ${where}${first}`, ...[...rest, `reason: ${harmless(reason)}`].map(line => `    ${line}`)];
  });
  return more > 0 ? [...lines, `- ${andMore(more)}`] : lines;
}

function describeFinding(finding: Finding): readonly string[] {
  const object = clip(harmless(finding.object), valueLimit * 2);
  if (finding.kind !== 'changed') return [`${finding.kind} ${object}`];
  const [expected, actual] = contrast(finding.expected, finding.actual, valueLimit);
  const property = cell(finding.property);
  return [
    `changed ${object}`,
    `${property} expected: ${harmless(expected)}`,
    `${property} found:    ${harmless(actual)}`,
  ];
}
