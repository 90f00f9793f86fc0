import type { DumpedSequence } from '../../dumpset/manifest.ts';
import { fault } from '../../errors.ts';
import type { TocEntry } from './model.ts';
import { relationOf } from './table-data.ts';

/**
 * The position of every sequence as the archive will set it, e.g. from `SELECT pg_catalog.setval('app.counter', 42, true);`.
 * The value stays decimal text, as a bigint can exceed what a number holds exactly. Throws PGR302 for any other statement.
 */
export function sequencePositions(entries: readonly TocEntry[]): readonly DumpedSequence[] {
  return entries.filter(entry => entry.description === 'SEQUENCE SET').map(positionOf);
}

function positionOf(entry: TocEntry): DumpedSequence {
  // A name may hold anything, even what looks like the end of the call, so the values are taken from the real end.
  const match = /^SELECT pg_catalog\.setval\(E?'.*', (-?\d{1,19}), (true|false)\);\s*$/s.exec(entry.definition ?? '');
  const [lastValue, isCalled] = [match?.[1], match?.[2]];
  if (lastValue === undefined)
    throw fault(
      'PGR302',
      `entry ${entry.dumpId} of the archive is a SEQUENCE SET whose setval call cannot be understood`,
      'make the dump again',
    );
  return { ...relationOf(entry), lastValue, isCalled: isCalled === 'true' };
}
