import type { Session } from '../../postgres/session.ts';
import type { Check, Finding, SampledTable } from '../finding.ts';
import { makeCheck, shortList } from '../make-check.ts';
import { isRefusal, reasonOf, relationKey, relationLabel } from '../reading.ts';
import { compareBigTable, type Sample } from './compare-big-table.ts';
import { type ComparedTable, type ContentSource, compareTable, type TableOfCopies } from './compare-table.ts';
import { type Sessions, whyWhole } from './in-ranges.ts';
import type { ContentTable } from './tables.ts';

export interface ContentComparison {
  readonly tables: readonly ContentTable[];
  /** Sizes by table key: big ones come first, so that none is left over at the end. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly source: ContentSource;
  readonly sessions: Sessions;
  /** Whether the source gives a big table faster than one session of the copy prints it. */
  readonly outpaces: boolean;
  /** Undefined where every row is compared. */
  readonly sample?: Sample | undefined;
}

/** From here on the sessions share a table: below, one table each at a time is as fast. */
const bigTable = 64 * 1024 * 1024;

/**
 * Compares the rows of all tables: of big ones by all sessions together, then of the others one in each session, the biggest
 * first. Throws what ends a connection or the archive.
 */
export async function compareContent(comparison: ContentComparison): Promise<Check> {
  const { bytes, source, sessions, sample } = comparison;
  const size = (table: ContentTable) => bytes.get(relationKey(table)) ?? 0;
  const isSampled = (table: ContentTable) => sample !== undefined && size(table) >= sample.above;
  const unsampled: string[] = [];
  const [big, others]: [ContentTable[], ContentTable[]] = [[], []];
  for (const table of [...comparison.tables].sort((one, other) => size(other) - size(one))) {
    const why = whyWhole(table, sessions[0]);
    if (isSampled(table) && why !== undefined) unsampled.push(`${relationLabel(table)} (${why})`);
    const split = why === undefined && (isSampled(table) || (comparison.outpaces && size(table) >= bigTable));
    (split ? big : others).push(table);
  }
  const results: Compared[] = [];
  for (const table of big) {
    const share = isSampled(table) ? sample?.share : undefined;
    const how = { bytes: size(table), share };
    results.push(await unlessRefused(table, known => compareBigTable(known, source, sessions, how)));
  }
  const work = async (session: Session): Promise<void> => {
    for (let table = others.shift(); table !== undefined; table = others.shift())
      results.push(await unlessRefused(table, known => compareTable(known, source, session)));
  };
  await Promise.all(sessions.map(work));
  return contentCheck(results, unsampled);
}

interface Compared {
  readonly table: ContentTable;
  /** Or why there is no comparison. */
  readonly result: ComparedTable | string;
}

async function unlessRefused(
  table: ContentTable,
  compare: (table: TableOfCopies) => Promise<ComparedTable>,
): Promise<Compared> {
  const { columns } = table;
  if (columns === undefined) return { table, result: 'the dump holds it as INSERT statements' };
  try {
    return { table, result: await compare({ ...table, columns }) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { table, result: reasonOf(error) };
  }
}

function contentCheck(results: readonly Compared[], unsampled: readonly string[]): Check {
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
