import type { Session } from '../../postgres/session.ts';
import type { Check, Finding, SampledTable } from '../finding.ts';
import { makeCheck, shortList } from '../make-check.ts';
import { isRefusal, reasonOf, relationKey, relationLabel } from '../reading.ts';
import { compareSample, type Sample } from './compare-sample.ts';
import { type ComparedTable, type ContentSource, compareTable, type TableOfCopies } from './compare-table.ts';
import { whyWhole } from './in-ranges.ts';
import type { ContentTable } from './tables.ts';

export interface ContentComparison {
  readonly tables: readonly ContentTable[];
  /** Those of them that are known to be the same, by their hashes. */
  readonly proven?: readonly ComparedTable[] | undefined;
  /** Sizes by table key: big ones begin first, so that none is left over at the end. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly source: ContentSource;
  /** One table each at a time: two of one table would gain nothing, as comparing costs more than printing (measured). */
  readonly sessions: readonly [Session, ...Session[]];
  /** Undefined where every row is compared. */
  readonly sample?: Sample | undefined;
}

/** Compares the rows of all tables, one in each session, the biggest first. Throws what ends a connection or the archive. */
export async function compareContent(comparison: ContentComparison): Promise<Check> {
  const { bytes, source, sessions, sample, proven = [] } = comparison;
  const known = new Set(proven.map(({ table }) => relationKey(table)));
  const size = (table: ContentTable) => bytes.get(relationKey(table)) ?? 0;
  const waiting = comparison.tables
    .filter(table => !known.has(relationKey(table)))
    .sort((one, other) => size(other) - size(one));
  const unsampled: string[] = [];
  const results: Compared[] = proven.map(result => ({ table: result.table, result }));
  const compare = (table: TableOfCopies, session: Session): Promise<ComparedTable> => {
    if (sample === undefined || size(table) < sample.above) return compareTable(table, source, session);
    const why = whyWhole(table, session);
    if (why === undefined) return compareSample(table, source, session, sample.share);
    unsampled.push(`${relationLabel(table)} (${why})`);
    return compareTable(table, source, session);
  };
  const work = async (session: Session): Promise<void> => {
    for (let table = waiting.shift(); table !== undefined; table = waiting.shift())
      results.push(await unlessRefused(table, source, asCopies => compare(asCopies, session)));
  };
  await Promise.all(sessions.map(work));
  return contentCheck(results, unsampled, proven.length);
}

interface Compared {
  readonly table: ContentTable;
  /** Or why there is no comparison. */
  readonly result: ComparedTable | string;
}

async function unlessRefused(
  table: ContentTable,
  source: ContentSource,
  compare: (table: TableOfCopies) => Promise<ComparedTable>,
): Promise<Compared> {
  const { columns } = table;
  if (columns === undefined) return { table, result: 'the dump holds it as INSERT statements' };
  try {
    const compared = await compare({ ...table, columns });
    const unclear = compared.findings.length === 0 ? undefined : source.unclear?.(table);
    return { table, result: unclear ?? compared };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { table, result: reasonOf(error) };
  }
}

function contentCheck(results: readonly Compared[], unsampled: readonly string[], byHash: number): Check {
  const compared: ComparedTable[] = [];
  const findings: Finding[] = [];
  const unread: string[] = [];
  for (const { table, result } of results) {
    if (typeof result === 'string') unread.push(`${relationLabel(table)} (${result})`);
    else {
      compared.push(result);
      findings.push(...result.findings);
    }
  }
  const reordered = compared.filter(one => one.reordered).map(({ table }) => relationLabel(table));
  const sampled = compared.flatMap(({ table, rows, sampled: looked }): readonly SampledTable[] =>
    looked === undefined ? [] : [{ table: relationLabel(table), rows: looked, of: rows }],
  );
  return makeCheck({
    name: 'content',
    level: 'content',
    compared: compared.length,
    findings,
    unread,
    sampled,
    notes: [
      ...(byHash === 0
        ? []
        : [`${byHash} of ${results.length} tables by the hashes of all rows that the dump took in its snapshot`]),
      ...sampleNotes(sampled),
      ...(unsampled.length === 0 ? [] : [`compared whole and not by a sample: ${shortList(unsampled)}`]),
      ...(reordered.length === 0 ? [] : [`the same rows in another order: ${shortList(reordered)}`]),
    ],
  });
}

function sampleNotes(sampled: readonly SampledTable[]): readonly string[] {
  if (sampled.length === 0) return [];
  const tables = sampled.map(({ table, rows, of }) => `${table} (${rows} of ${of} rows)`);
  return [`a sample was compared, and no other row looked at: ${shortList(tables)}`];
}
