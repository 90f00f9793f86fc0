import type { Session } from '../../postgres/session.ts';
import { type BlockRange, sampleBlocks } from './block-ranges.ts';
import { chosenRows } from './chosen-rows.ts';
import { compareRows } from './compare-rows.ts';
import { type ComparedTable, type ContentSource, compareTable, type TableOfCopies, touching } from './compare-table.ts';
import { copyStatement } from './copy-statement.ts';
import { countStretches, inRange, readBlocks } from './in-ranges.ts';

/** Tables of which only some rows are compared. */
export interface Sample {
  /** Of each table's blocks: more than 0, less than 1. */
  readonly share: number;
  /** Bytes from which a table is one of them. */
  readonly above: number;
}

/**
 * Compares a share of a table's blocks. A restored table has its rows in the order of the archive, so that those of some
 * blocks are found there by counting the rows before them. What is not byte for byte the same has the table compared
 * whole: a sample must say neither too much nor too little.
 */
export async function compareSample(
  table: TableOfCopies,
  source: ContentSource,
  session: Session,
  share: number,
): Promise<ComparedTable> {
  const blocks = await readBlocks(session, table);
  if (blocks === undefined) return compareTable(table, source, session);
  const ranges = sampleBlocks(blocks, share, Math.random());
  const counted = await countStretches(session, table, ranges);
  const rows = touching(source.rows(table), source.touch);
  const compared = await compareRows(chosenRows(rows, counted), copyRanges(session, table, source.encoding, ranges));
  if (compared.kind !== 'identical') return compareTable(table, source, session);
  const total = counted.reduce((sum, stretch) => sum + stretch.rows, 0);
  const sampled = compared.rows === total ? undefined : compared.rows;
  return { table, rows: total, reordered: false, sampled, findings: [] };
}

async function* copyRanges(
  session: Session,
  table: TableOfCopies,
  encoding: string,
  ranges: readonly BlockRange[],
): AsyncGenerator<Buffer> {
  for (const range of ranges) yield* session.copyOut(copyStatement({ ...table, encoding, where: inRange(range) }));
}
