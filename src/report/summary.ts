import { left, right } from './aligned-table.ts';
import { saidLines } from './errors.ts';
import { formatBytes, formatDuration, plural, unknown } from './format.ts';
import { joinWithin, markdownList, markdownTable } from './markdown.ts';
import { code, link, prose } from './markdown-text.ts';
import type { RunReport, RunVerdict } from './model.ts';
import { recoveryLine } from './recovery.ts';
import { detailSection } from './summary-details.ts';
import { databaseSection, findingSection, ignoredSection, inventorySection, proofSection } from './summary-proof.ts';

/**
 * Bytes of a job summary. A GitHub runner refuses a file above 1 MiB as a whole (runner source, FileCommandManager.cs),
 * so there is a margin.
 */
export const summaryLimit = 1_000_000;

const titles: Readonly<Record<RunVerdict, string>> = {
  passed: '✅ Passed',
  unproven: '⚠️ Unproven',
  failed: '❌ Failed',
};

const meanings: Readonly<Record<RunVerdict, string>> = {
  passed: 'Passed means proven: whatever this run dumped was restored, and every copy was compared and agrees.',
  unproven:
    'Unproven means: every step succeeded, but something was dumped, restored or published that nobody has compared. ' +
    'It may be whole; add `restore` and `verify` steps to know.',
  failed: 'Failed means: a step did not succeed. Do not rely on what this run made until the problem is solved.',
};

/**
 * The run as GitHub-flavoured Markdown: the verdict in words, what went wrong, what was proven, how to go on; the rest
 * is folded. Foreign text can form neither markup nor HTML. At most `limit` bytes, cut between rows.
 */
export function renderSummary(report: RunReport, limit: number = summaryLimit): string {
  const sections = [
    [
      `## ${titles[report.verdict]}`,
      '',
      `**${prose(report.headline)}**`,
      '',
      meanings[report.verdict],
      ...recoverySection(report),
    ],
    problemSection(report),
    databaseSection(report),
    proofSection(report),
    inventorySection(report),
    findingSection(report),
    ignoredSection(report),
    noteSection(report),
    publishSection(report),
    connectSection(report),
    detailSection(report),
    [
      `<sub>pg-roundtrip ${prose(report.tool.version)} · ${formatDuration(report.seconds)} · report.json has everything</sub>`,
    ],
  ];
  const lines = sections
    .filter(section => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : ['', ...section]));
  return joinWithin(lines, limit, '_The summary is cut here; report.json has everything._');
}

function recoverySection(report: RunReport): readonly string[] {
  return recoveryLine(report).flatMap(line => ['', `**${prose(line)}**`]);
}

function problemSection(report: RunReport): readonly string[] {
  const items = report.steps.flatMap(step =>
    step.problems.map(problem => {
      const place =
        problem.at === undefined ? '' : ` in ${code(`${problem.at.file}:${problem.at.line}:${problem.at.column}`)}`;
      const what = `**${problem.code}** ${prose(step.title)}${place}: ${prose(problem.message)}`;
      const object = problem.diagnosis?.object;
      const about = object === undefined ? '' : `<br>object: ${code(object)}`;
      return `${what}<br>→ ${steps(problem.remedy)}${about}${folded(saidLines(problem.diagnosis))}`;
    }),
  );
  if (items.length === 0) return [];
  return [`### ${plural(items.length, 'problem')}`, '', ...markdownList(items)];
}

/** What to do, its statements each on a line of its own. */
function steps(remedy: string): string {
  return remedy.split('\n').map(prose).join('<br>');
}

/** What a tool said, within the item of a list. */
function folded(lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `<details><summary>as the tool said it</summary>${lines.map(code).join('<br>')}</details>`;
}

/** Steps often say the same, as when they share a client; it is told once. */
function noteSection(report: RunReport): readonly string[] {
  const notes = new Map<string, string>();
  for (const step of report.steps) for (const note of step.notes) if (!notes.has(note)) notes.set(note, step.title);
  if (notes.size === 0) return [];
  const items = Array.from(notes, ([note, title]) => `${prose(title)}: ${prose(note)}`);
  return ['### Good to know', '', ...markdownList(items)];
}

function publishSection(report: RunReport): readonly string[] {
  const items = report.steps.flatMap(({ result }) => {
    if (result?.kind !== 'publish') return [];
    const { artifact, bytes, place } = result;
    return [{ name: artifact?.name ?? place, bytes, url: artifact?.url, sha256: artifact?.sha256 }];
  });
  if (items.length === 0) return [];
  const rows = items.map(({ name, bytes, url, sha256 }) => [
    link(name, url),
    formatBytes(bytes),
    sha256 === undefined ? unknown : code(sha256),
  ]);
  return ['### Published', '', ...markdownTable([left('where'), right('size'), left('SHA-256')], rows)];
}

function connectSection(report: RunReport): readonly string[] {
  if (report.databases.length === 0) return [];
  const rows = report.databases.map(({ name, connection, url }) => [
    code(name),
    code(connection),
    code(`psql '${quoted(url)}'`),
  ]);
  return [
    '### Connect to the restored databases',
    '',
    'Passwords are not shown; set `PGPASSWORD` or use a password file.',
    '',
    ...markdownTable([left('database'), left('connection'), left('command')], rows),
  ];
}

/** For a shell's single quotes. */
function quoted(text: string): string {
  return text.replaceAll("'", `'\\''`);
}
