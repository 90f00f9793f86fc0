import type { CountedTable, DumpedSequence } from '../dumpset/manifest.ts';
import type { TableCount } from './count-rows.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, skippedCheck, unreadCheck } from './make-check.ts';
import type { ReadSequence } from './read-sequences.ts';
import { type Reading, type RelationName, relationKey, relationLabel } from './reading.ts';

export interface ExpectedCounts {
  readonly tables: readonly CountedTable[];
  readonly sequences: readonly DumpedSequence[];
  readonly largeObjects: number | undefined;
}

export interface CountFacts {
  readonly rows: Reading<readonly TableCount[]>;
  readonly sequences: Reading<readonly ReadSequence[]>;
  readonly largeObjects: Reading<number>;
}

/** Compares what the dump holds with what the copy holds, by number. Tables that only the copy has are the objects' matter. */
export function compareCounts(expected: ExpectedCounts, actual: CountFacts): readonly Check[] {
  return [
    compareRows(expected.tables, actual.rows),
    compareSequences(expected.sequences, actual.sequences),
    compareLargeObjects(expected.largeObjects, actual.largeObjects),
  ];
}

function compareRows(expected: readonly CountedTable[], reading: CountFacts['rows']): Check {
  if (reading.kind === 'unreadable') return unreadCheck('rows', 'counts', reading.reason);
  return compareRelations('rows', expected, reading.value, (table, { rows }) => {
    if (rows.kind !== 'read') return rows;
    return { kind: 'read', value: [['rows', String(table.rows), String(rows.value)]] };
  });
}

function compareSequences(expected: readonly DumpedSequence[], reading: CountFacts['sequences']): Check {
  if (reading.kind === 'unreadable') return unreadCheck('sequences', 'counts', reading.reason);
  return compareRelations('sequences', expected, reading.value, (sequence, { position }) => {
    if (position.kind !== 'read') return position;
    const { lastValue, isCalled } = position.value;
    return {
      kind: 'read',
      value: [
        ['last_value', sequence.lastValue, lastValue],
        ['is_called', String(sequence.isCalled), String(isCalled)],
      ],
    };
  });
}

type Property = readonly [name: string, expected: string, actual: string];

function compareRelations<Expected extends RelationName, Actual extends RelationName>(
  name: string,
  expected: readonly Expected[],
  actual: readonly Actual[],
  properties: (one: Expected, other: Actual) => Reading<readonly Property[]> | { readonly kind: 'missing' },
): Check {
  const found = new Map(actual.map(relation => [relationKey(relation), relation]));
  const findings: Finding[] = [];
  const unread: string[] = [];
  for (const relation of expected) {
    const object = relationLabel(relation);
    const other = found.get(relationKey(relation));
    const reading = other === undefined ? ({ kind: 'missing' } as const) : properties(relation, other);
    if (reading.kind === 'missing') findings.push({ kind: 'missing', object });
    else if (reading.kind === 'unreadable') unread.push(`${object} (${reading.reason})`);
    else
      for (const [property, ours, theirs] of reading.value)
        if (ours !== theirs) findings.push({ kind: 'changed', object, property, expected: ours, actual: theirs });
  }
  return makeCheck({ name, level: 'counts', compared: expected.length, findings, unread });
}

function compareLargeObjects(expected: number | undefined, reading: Reading<number>): Check {
  const name = 'large objects';
  if (expected === undefined) return skippedCheck(name, 'counts', 'the dump leaves large objects out');
  if (reading.kind === 'unreadable') return unreadCheck(name, 'counts', reading.reason);
  const [ours, theirs] = [String(expected), String(reading.value)];
  const findings: readonly Finding[] =
    ours === theirs ? [] : [{ kind: 'changed', object: name, property: 'count', expected: ours, actual: theirs }];
  return makeCheck({ name, level: 'counts', compared: expected, findings });
}
