import { allBlocks, sampleBlocks } from './block-ranges.ts';
import { chosenRows } from './chosen-rows.ts';
import { compareRows } from './compare-rows.ts';
import { type ComparedTable, type ContentSource, compareTable, type TableOfCopies, touching } from './compare-table.ts';
import { copyStatement } from './copy-statement.ts';
import { countStretches, inRange, readBlocks, type Sessions } from './in-ranges.ts';
import { printAhead } from './print-ahead.ts';

/** Tables of which only some rows are compared. */
export interface Sample {
  /** Of each table's blocks: more than 0, less than 1. */
  readonly share: number;
  /** Bytes from which a table is one of them. */
  readonly above: number;
}

/** Bytes of a table that are printed by one statement. */
const bytesOfRange = 8 * 1024 * 1024;

/**
 * Compares a big table, whose blocks several sessions print side by side. A restored table has its rows in the order of
 * the archive, so that those of some blocks are found there by counting the rows before them. What is not byte for byte
 * the same is compared once more, whole and in one statement: ranges that were read one after another may be of several
 * moments, and a sample must say neither too much nor too little.
 */
export async function compareBigTable(
  table: TableOfCopies,
  source: ContentSource,
  sessions: Sessions,
  { bytes, share }: { readonly bytes: number; readonly share: number | undefined },
): Promise<ComparedTable> {
  const [session] = sessions;
  const blocks = await readBlocks(session, table);
  if (blocks === undefined) return compareTable(table, source, session);
  const all = allBlocks(blocks, Math.ceil(bytes / bytesOfRange));
  const ranges = share === undefined ? all : sampleBlocks(blocks, share, Math.random());
  const counted = share === undefined ? undefined : await countStretches(sessions, table, ranges);
  const rows = touching(source.rows(table), source.touch);
  const statements = ranges.map(range => copyStatement({ ...table, encoding: source.encoding, where: inRange(range) }));
  const compared = await compareRows(
    counted === undefined ? rows : chosenRows(rows, counted),
    printAhead(sessions, statements),
  );
  if (compared.kind !== 'identical') return compareTable(table, source, session);
  const total = counted?.reduce((sum, stretch) => sum + stretch.rows, 0) ?? compared.rows;
  const sampled = compared.rows === total ? undefined : compared.rows;
  return { table, rows: total, reordered: false, sampled, findings: [] };
}
