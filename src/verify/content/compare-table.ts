import { copyRows } from '../../postgres/archive/data/copy-rows.ts';
import type { ArchiveData } from '../../postgres/archive/data/members.ts';
import type { Session } from '../../postgres/session.ts';
import type { Finding } from '../finding.ts';
import { compareRows } from './compare-rows.ts';
import { columnNames, copyStatement } from './copy-statement.ts';
import { findDifferingRows } from './differing-rows.ts';
import { tableFindings } from './table-findings.ts';
import { type ContentTable, readKey } from './tables.ts';

export interface ComparedTable {
  readonly table: ContentTable;
  readonly rows: number;
  /** The same rows in another order, which is no difference. */
  readonly reordered: boolean;
  readonly findings: readonly Finding[];
}

export interface ContentSource {
  /** Path of the archive, for errors. */
  readonly path: string;
  readonly data: ArchiveData;
  /** The archive's own encoding. */
  readonly encoding: string;
  readonly showKeys: boolean;
  /** Called while bytes move. */
  readonly touch: () => void;
}

/**
 * Compares the rows of one table in the archive with those of the copy. Throws PGR302 for a damaged archive, and as
 * `Session.copyOut` does.
 */
export async function compareTable(
  table: ContentTable & { readonly columns: string },
  source: ContentSource,
  session: Session,
): Promise<ComparedTable> {
  const open = () => ({
    expected: archiveRows(table, source),
    actual: session.copyOut(copyStatement({ ...table, encoding: source.encoding })),
  });
  const { expected, actual } = open();
  const compared = await compareRows(expected, actual);
  if (compared.kind !== 'different')
    return { table, rows: compared.rows, reordered: compared.kind === 'reordered', findings: [] };
  const columns = columnNames(table.columns);
  const key = await readKey(session, table);
  const positions = key.map(name => columns.indexOf(name));
  const known = positions.includes(-1) ? [] : positions;
  const rows = await findDifferingRows(open, known);
  const names = { columns, key: known.length === 0 ? [] : key, showKeys: source.showKeys };
  return {
    table,
    rows: compared.expectedRows,
    reordered: false,
    findings: tableFindings(table, compared, rows, names),
  };
}

async function* archiveRows({ members }: ContentTable, { data, path, touch }: ContentSource): AsyncGenerator<Buffer> {
  for (const entry of members) {
    for await (const rows of copyRows(data.member(entry), path)) {
      touch();
      yield rows;
    }
  }
}
