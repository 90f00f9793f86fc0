import type { Session } from '../../postgres/session.ts';
import type { Check, Finding } from '../finding.ts';
import { makeCheck, shortList } from '../make-check.ts';
import { isRefusal, reasonOf, relationKey, relationLabel } from '../reading.ts';
import { type ComparedTable, type ContentSource, compareTable } from './compare-table.ts';
import type { ContentTable } from './tables.ts';

export interface ContentComparison {
  readonly tables: readonly ContentTable[];
  /** Sizes by table key: big ones begin first, so that none is left over at the end. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly source: ContentSource;
  /** One table each at a time. */
  readonly sessions: readonly [Session, ...Session[]];
  readonly onTable?: (table: ContentTable) => void;
}

/** Compares the rows of all tables, one in each session, the biggest first. Throws what ends a connection or the archive. */
export async function compareContent(comparison: ContentComparison): Promise<Check> {
  const compared: ComparedTable[] = [];
  const findings: Finding[] = [];
  const unread: string[] = [];
  const size = (table: ContentTable) => comparison.bytes.get(relationKey(table)) ?? 0;
  const waiting = [...comparison.tables].sort((one, other) => size(other) - size(one));
  const work = async (session: Session): Promise<void> => {
    for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
      const result = await compareOne(table, comparison.source, session);
      if (typeof result === 'string') unread.push(`${relationLabel(table)} (${result})`);
      else {
        compared.push(result);
        findings.push(...result.findings);
      }
      comparison.onTable?.(table);
    }
  };
  await Promise.all(comparison.sessions.map(work));
  const reordered = compared.filter(one => one.reordered).map(({ table }) => relationLabel(table));
  return makeCheck({
    name: 'content',
    level: 'content',
    compared: compared.length,
    findings,
    unread,
    notes: reordered.length === 0 ? [] : [`the same rows in another order: ${shortList(reordered)}`],
  });
}

/** The comparison, or why there is none. */
async function compareOne(
  table: ContentTable,
  source: ContentSource,
  session: Session,
): Promise<ComparedTable | string> {
  const { columns } = table;
  if (columns === undefined) return 'the dump holds it as INSERT statements';
  try {
    const compared = await compareTable({ ...table, columns }, source, session);
    return compared.findings.length === 0 ? compared : (source.unclear?.(table) ?? compared);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return reasonOf(error);
  }
}
