import type { Bytes } from '../../postgres/archive/data/bytes.ts';
import { copyRows } from '../../postgres/archive/data/copy-rows.ts';
import type { ArchiveData } from '../../postgres/archive/data/members.ts';
import type { Session } from '../../postgres/session.ts';
import type { Finding } from '../finding.ts';
import { compareRows } from './compare-rows.ts';
import { columnList, columnNames, copyStatement } from './copy-statement.ts';
import { findDifferingRows } from './differing-rows.ts';
import { fieldsOf, rowOf } from './fields.ts';
import { mapRows } from './map-rows.ts';
import { tableFindings } from './table-findings.ts';
import { type ContentTable, readKey } from './tables.ts';

export interface ComparedTable {
  readonly table: ContentTable;
  readonly rows: number;
  /** The same rows in another order, which is no difference. */
  readonly reordered: boolean;
  /** Rows that were looked at, where these were not all. */
  readonly sampled?: number | undefined;
  readonly findings: readonly Finding[];
}

/** A table with its columns: without, its rows are in no order that a copy could print. */
export type TableOfCopies = ContentTable & { readonly columns: string };

/** Where the rows come from that the copy's should equal. */
export interface ContentSource {
  /** As `COPY … TO STDOUT` prints them. May be called several times. */
  readonly rows: (table: ContentTable) => Bytes;
  /** In which these bytes are. */
  readonly encoding: string;
  readonly showKeys: boolean;
  /** Called while bytes move. */
  readonly touch: () => void;
  /** Why rows of a table may print differently though they are the same; undefined where they do not. */
  readonly unclear?: (table: ContentTable) => string | undefined;
}

/**
 * Compares the rows of one table with those of the copy. Throws what reading the source throws, and as `Session.copyOut`
 * does.
 */
export async function compareTable(
  table: TableOfCopies,
  source: ContentSource,
  session: Session,
): Promise<ComparedTable> {
  const open = () => ({
    expected: touching(source.rows(table), source.touch),
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

/** Says that bytes move. */
export async function* touching(rows: Bytes, touch: () => void): AsyncGenerator<Buffer> {
  for await (const bytes of rows) {
    touch();
    yield bytes;
  }
}

/** The rows in the archive, of all members that make up the table. */
export async function* archiveRows(
  { members, columns = '' }: ContentTable,
  data: ArchiveData,
  path: string,
): AsyncGenerator<Buffer> {
  for (const entry of members) {
    const rows = copyRows(data.member(entry), path);
    const own = columnList(entry.copyStatement ?? '') ?? columns;
    yield* own === columns ? rows : inOrder(rows, columnNames(own), columnNames(columns));
  }
}

/** Partitions of one root may have its columns in orders of their own. */
function inOrder(rows: Bytes, own: readonly string[], wanted: readonly string[]): Bytes {
  const places = wanted.map(name => own.indexOf(name));
  return mapRows(rows, row => {
    const fields = fieldsOf(row);
    return rowOf(places.flatMap(place => fields[place] ?? []));
  });
}
