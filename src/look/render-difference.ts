import { alignedTable, left, right } from '../report/aligned-table.ts';
import { formatBytes, formatCount, plural, unknown } from '../report/format.ts';
import { clip, harmless, harmlessLines } from '../report/text.ts';
import type { Finding } from '../verify/finding.ts';
import { relationLabel } from '../verify/reading.ts';
import type { DatabaseDifference, SequenceDifference, TableDifference } from './compare-contents.ts';
import type { DumpDifference } from './compare-dumps.ts';
import { cell, firstRows, indented, inside, type Label, labelled, timeText, type View } from './lines.ts';

const mostFindings = 20;
const mostTables = 20;
const mostSequences = 10;
const lineLimit = 200;

/** What differs between two dumps, for people: `-` is in the first alone, `+` in the second alone, `~` was changed. */
export function renderDifference(difference: DumpDifference, view: View): string {
  const { before, after, missing, extra, globals, databases, notes } = difference;
  const heads: readonly Label[] = [
    ['from', before.path],
    ['to', after.path],
    ['dumped', changing(timeText(before.dumpedAt), timeText(after.dumpedAt))],
    ['server', changing(before.server, after.server)],
    ['system', systems(difference)],
    ['client', changing(before.client, after.client)],
    ...notes.map((note): Label => ['note', note]),
  ];
  const onlyOne = [
    ...missing.map(name => `- database ${cell(name)}`),
    ...extra.map(name => `+ database ${cell(name)}`),
    ...(missing.length > 0 && extra.length > 0 ? ['  the same under another name? say --as=OLD=NEW'] : []),
  ];
  const cluster = findingLines(globals ?? [], view);
  return [
    ...labelled(heads, view.width),
    ...(onlyOne.length === 0 ? [] : ['', ...onlyOne]),
    ...(cluster.length === 0 ? [] : ['', 'roles and tablespaces', ...indented(cluster)]),
    ...databases.flatMap(database => ['', ...databaseLines(database, view)]),
    '',
    closing(difference),
  ].join('\n');
}

function changing(before: string, after: string): string {
  return before === after ? before : `${before} → ${after}`;
}

function systems({ before, after }: DumpDifference): string {
  const [one, other] = [before.systemIdentifier, after.systemIdentifier];
  if (one === undefined || other === undefined) return unknown;
  return one === other ? `the same, ${one}` : `another: ${one} → ${other}`;
}

function databaseLines(database: DatabaseDifference, view: View): readonly string[] {
  const { before, after, bytes, objects, tables, sequences, extensions, largeObjects, notes } = database;
  const [ours, theirs] = bytes;
  return [
    `database ${changing(harmless(before), harmless(after))}`,
    ...indented([
      ...labelled(
        [['size', changing(formatBytes(ours), formatBytes(theirs))], ...notes.map((note): Label => ['note', note])],
        inside(view),
      ),
      ...findingLines([...objects, ...extensions, ...largeObjects], view),
      ...tableLines(tables, view),
      ...sequenceLines(sequences, view),
    ]),
  ];
}

function findingLines(findings: readonly Finding[], view: View): readonly string[] {
  const { shown, more } = firstRows(findings, view, mostFindings);
  return [...shown.flatMap(describe), ...more];
}

const marks = { missing: '-', extra: '+', changed: '~' } as const;

function describe(finding: Finding): readonly string[] {
  const first = `${marks[finding.kind]} ${clip(harmless(finding.object), lineLimit)}`;
  if (finding.kind !== 'changed') return [first];
  const { property, expected, actual } = finding;
  if (property !== 'definition') {
    const shown = [expected, actual].map(text => (text === '' ? '(none)' : clip(harmless(text), lineLimit)));
    return [first, `    ${cell(property)}: ${shown.join(' → ')}`];
  }
  return [first, ...lines('-', expected), ...lines('+', actual)];
}

function lines(mark: string, text: string): readonly string[] {
  return text === '' ? [] : harmlessLines(text).map(line => `    ${mark} ${clip(line, lineLimit)}`);
}

function tableLines(tables: readonly TableDifference[], view: View): readonly string[] {
  if (tables.length === 0) return [];
  const { shown, more } = firstRows(tables, view, mostTables);
  const rows = shown.map(table => [
    cell(relationLabel(table)),
    rowsText(table.before),
    rowsText(table.after),
    table.before === undefined || table.after === undefined ? '' : signed(table.after - table.before),
    contentText(table),
  ]);
  const columns = [left('table'), ...['rows before', 'after', 'difference'].map(right), left('contents')];
  return ['', ...alignedTable(columns, rows, inside(view)), ...more];
}

function rowsText(rows: number | undefined): string {
  return rows === undefined ? unknown : formatCount(rows);
}

function signed(difference: number): string {
  return difference > 0 ? `+${formatCount(difference)}` : formatCount(difference);
}

function contentText({ in: where, content }: TableDifference): string {
  if (where !== 'both') return `only in the ${where}`;
  return content === 'unknown' ? 'not compared' : content;
}

function sequenceLines(sequences: readonly SequenceDifference[], view: View): readonly string[] {
  if (sequences.length === 0) return [];
  const { shown, more } = firstRows(sequences, view, mostSequences);
  const rows = shown.map(one => [cell(relationLabel(one)), position(one.before), position(one.after)]);
  const columns = [left('sequence'), right('position before'), right('after')];
  return ['', ...alignedTable(columns, rows, inside(view)), ...more];
}

function position(at: SequenceDifference['before']): string {
  return at === undefined ? unknown : `${cell(at.lastValue)}${at.isCalled ? '' : ' (not called)'}`;
}

/** Says no more than what was compared. */
function closing(difference: DumpDifference): string {
  const { databases, missing, extra, globals, equal } = difference;
  const sum = (count: (database: DatabaseDifference) => number) =>
    databases.reduce((total, database) => total + count(database), 0);
  const compared = (key: keyof DatabaseDifference['compared']) => sum(database => database.compared[key]);
  const limits = limitsOf(compared('tables'), compared('counted'), compared('hashed'));
  if (equal) {
    const tables = compared('tables');
    const rows =
      tables > 0 && compared('hashed') === tables
        ? `the contents of ${plural(tables, 'table')} by their hashes`
        : `the number of rows of ${plural(compared('counted'), 'table')}`;
    const found = `${plural(compared('objects'), 'object')}, ${rows}`;
    return `no difference in ${found} and ${plural(compared('sequences'), 'sequence')}${limits}`;
  }
  const counts: readonly (readonly [number, string, string?])[] = [
    [missing.length + extra.length, 'database'],
    [globals?.length ?? 0, 'finding on roles and tablespaces', 'findings on roles and tablespaces'],
    [sum(({ objects }) => objects.length), 'finding on objects', 'findings on objects'],
    [sum(({ extensions }) => extensions.length), 'version of an extension', 'versions of extensions'],
    [sum(({ largeObjects }) => largeObjects.length), 'finding on large objects', 'findings on large objects'],
    [sum(({ tables }) => tables.length), 'table by its rows', 'tables by their rows'],
    [sum(({ sequences }) => sequences.length), 'sequence'],
  ];
  const told = counts.flatMap(([count, one, many]) => (count === 0 ? [] : [plural(count, one, many)]));
  return `they differ: ${told.join(', ')}${limits}`;
}

function limitsOf(tables: number, counted: number, hashed: number): string {
  const limits = [
    ...(counted < tables ? [`rows of ${plural(tables - counted, 'table')} not counted in both`] : []),
    ...(hashed < tables
      ? [`contents of ${plural(tables - hashed, 'table')} not compared, as not both have a hash of them`]
      : []),
  ];
  return limits.length === 0 ? '' : ` (${limits.join('; ')})`;
}
