import type { Finding } from '../finding.ts';
import { type RelationName, relationLabel } from '../reading.ts';
import type { DifferingRow, DifferingRows } from './differing-rows.ts';

/** What a table's rows are compared by and shown with. */
export interface RowNames {
  readonly columns: readonly string[];
  /** Names of the key's columns; empty where there is no key. */
  readonly key: readonly string[];
  /** Whether values of keys may be shown as they are; they may be personal. */
  readonly showKeys: boolean;
}

/** One finding for the table, which says how much differs, and one for each example. */
export function tableFindings(
  table: RelationName,
  counts: { readonly expectedRows: number; readonly actualRows: number },
  rows: DifferingRows,
  names: RowNames,
): readonly Finding[] {
  const least = rows.complete ? '' : 'at least ';
  const numbers = [
    [rows.missing, 'missing'],
    [rows.extra, 'extra'],
    [rows.changed, 'changed'],
  ] as const;
  const said = numbers.filter(([count]) => count > 0).map(([count, word]) => `${least}${count} ${word}`);
  return [
    {
      kind: 'changed',
      object: `TABLE DATA ${relationLabel(table)}`,
      property: 'rows',
      expected: `${counts.expectedRows} rows as dumped`,
      actual: `${counts.actualRows} rows: ${said.join(', ')}`,
    },
    ...rows.examples.map(row => rowFinding(table, row, names)),
  ];
}

function rowFinding(table: RelationName, row: DifferingRow, names: RowNames): Finding {
  const values = row.key.map(value => (names.showKeys ? (value ?? 'NULL') : masked(value))).join(', ');
  const key = names.key.length > 0 ? `(${names.key.join(', ')}) = (${values})` : `without a key: (${values})`;
  const object = `ROW ${relationLabel(table)} ${key}`;
  if (row.kind !== 'changed') return { kind: row.kind, object };
  const columns = row.columns.map(index => names.columns[index] ?? `column ${index + 1}`);
  return { kind: 'changed', object, property: columns.join(', '), expected: 'as dumped', actual: 'another value' };
}

/** Enough to recognise a value that one knows, too little to learn one. */
function masked(value: string | undefined): string {
  if (value === undefined) return 'NULL';
  return value.length < 3 ? '…' : `${value.slice(0, 1)}…[${value.length}]`;
}
