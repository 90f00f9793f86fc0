import type { DumpedDatabase, DumpedSequence } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { sequencePositions } from '../postgres/archive/sequences.ts';
import { tableDataEntries } from '../postgres/archive/table-data.ts';
import { type RelationName, relationKey } from '../verify/reading.ts';

/** A manifest that lists other tables or sequences than its archive would have the comparison look away. */
export function refuseOtherContents({ entries }: Archive, database: DumpedDatabase): void {
  const names = (relations: readonly RelationName[]): string => JSON.stringify(relations.map(relationKey).sort());
  // The contents of a plain dump are of another moment than its text, which has the last word on sequences.
  const position = ({ lastValue, isCalled }: DumpedSequence) =>
    database.plain === undefined ? ` ${lastValue} ${isCalled}` : '';
  const positions = (all: readonly DumpedSequence[]): string =>
    JSON.stringify(all.map(one => relationKey(one) + position(one)).sort());
  const agrees =
    names(tableDataEntries(entries)) === names(database.tables) &&
    positions(sequencePositions(entries)) === positions(database.sequences);
  if (agrees) return;
  throw fault(
    'PGR172',
    `the manifest lists other tables or sequences than the archive ${database.path} holds`,
    'make the dump again; nothing was compared',
  );
}
