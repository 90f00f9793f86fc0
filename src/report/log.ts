import { alignedTable, left } from './aligned-table.ts';
import { saidLines } from './errors.ts';
import { formatDuration, plural } from './format.ts';
import { resultLines } from './log-results.ts';
import type { RunReport, StepReport } from './model.ts';
import { recoveryLine } from './recovery.ts';
import { clip, harmless, harmlessLines } from './text.ts';

const stepMarks: Readonly<Record<StepReport['status'], string>> = { succeeded: '✓', failed: '✗', 'not run': '○' };
const verdictMarks: Readonly<Record<RunReport['verdict'], string>> = { passed: '✓', unproven: '?', failed: '✗' };
const indent = '    ';
/** Characters of a line that a tool said. */
const lineLimit = 200;

/**
 * What stands at the end of a log, after every step has printed its own lines: the verdict, again the steps that did
 * not succeed, and the databases that are left in place. Foreign names in it can't act as commands of a runner and
 * contain no control characters. No line end at its end.
 */
export function renderClosing(report: RunReport): string {
  const remarkable = report.steps.filter(step => step.status !== 'succeeded');
  const blocks = [[verdictLine(report), ...recoveryLine(report)], ...remarkable.map(stepBlock), databaseBlock(report)];
  return blocks
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n');
}

/** The run in one line: `✓ PASSED in 12 s · app was dumped, restored and compared: …`. */
export function verdictLine(report: RunReport): string {
  const verdict = report.verdict.toUpperCase();
  return `${verdictMarks[report.verdict]} ${verdict} in ${formatDuration(report.seconds)} · ${harmless(report.headline)}`;
}

/** One step: what it was, how it went, what it found. */
export function stepBlock(step: StepReport): readonly string[] {
  const end = step.status === 'not run' ? 'not run' : formatDuration(step.seconds);
  return [`${stepMarks[step.status]} ${harmless(step.title)} · ${end}`, ...stepBody(step)];
}

/** The same under a heading that is there already: what is printed as soon as the step is over. */
export function stepLines(step: StepReport): readonly string[] {
  return [...stepBody(step), `${indent}${stepMarks[step.status]} ${step.status} in ${formatDuration(step.seconds)}`];
}

function stepBody(step: StepReport): readonly string[] {
  return [
    ...resultLines(step),
    ...step.notes.flatMap(note => hanging('note: ', harmlessLines(note))),
    ...step.problems.flatMap(problemLines),
  ].map(line => (indent + line).trimEnd());
}

function problemLines(problem: StepReport['problems'][number]): readonly string[] {
  const place =
    problem.at === undefined ? [] : [`in ${harmless(problem.at.file)}:${problem.at.line}:${problem.at.column}`];
  const lead = ' '.repeat(problem.code.length + 1);
  return [
    ...hanging(`${problem.code} `, [...harmlessLines(problem.message), ...place]),
    ...hanging(`${lead}→ `, harmlessLines(problem.remedy)),
    ...objectLines(problem).map(line => lead + line),
    ...saidLines(problem.diagnosis).map(line => `${lead}| ${harmless(clip(line, lineLimit))}`),
  ];
}

function objectLines({ diagnosis }: StepReport['problems'][number]): readonly string[] {
  return diagnosis?.object === undefined ? [] : [`object: ${harmless(clip(diagnosis.object, lineLimit))}`];
}

function hanging(first: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => (index === 0 ? first : ' '.repeat(first.length)) + line);
}

function databaseBlock(report: RunReport): readonly string[] {
  if (report.databases.length === 0) return [];
  const rows = report.databases.map(({ name, url, connection }) => [name, url, connection].map(harmless));
  const table = alignedTable([left('name'), left('how to connect (without password)'), left('connection')], rows);
  return [`${plural(report.databases.length, 'database')} left in place`, ...table.map(line => indent + line)];
}
