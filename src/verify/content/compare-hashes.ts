import type { CountedTable } from '../../dumpset/manifest.ts';
import type { Session } from '../../postgres/session.ts';
import type { Check, Finding } from '../finding.ts';
import { makeCheck } from '../make-check.ts';
import type { PartitionRoots } from '../partition-roots.ts';
import { type RelationName, type RelationReading, relationKey, relationLabel } from '../reading.ts';
import { knowsHashMethod } from './hash-expression.ts';
import { hashTables, type TableHash } from './hash-tables.ts';
import { parseHash } from './recorded-hash.ts';

export interface HashComparison {
  /** With the hashes that the dump took in its snapshot. */
  readonly tables: readonly CountedTable[];
  /** Tables whose rows can only be compared together. */
  readonly roots: PartitionRoots;
  readonly conditions: ReadonlyMap<string, string>;
  /** Of the source; texts are hashed as the bytes of their encoding. */
  readonly encoding: string;
  readonly sessions: readonly [Session, ...Session[]];
  readonly touch: () => void;
  readonly notes: readonly string[];
  /** Why hashes of a table may differ though its rows are the same; undefined where they do not. */
  readonly unclear?: (table: RelationName) => string | undefined;
}

/** Compares the rows of all tables with hashes of the source's rows: which ones differ it cannot tell. */
export async function compareHashes(comparison: HashComparison): Promise<Check> {
  const { tables, sessions, conditions, roots, encoding, notes } = comparison;
  const [session] = sessions;
  const [own] = await session.query<{ encoding: string }>('select getdatabaseencoding()::text as encoding');
  const unread: string[] = [];
  const groups = [...byRoot(tables, roots)].filter(([relation, members]) => {
    // Rows may have come to another partition than they had, so one that can't be compared keeps all from it.
    const reason = members
      .map(table => unprovable(table, session.serverVersion.major, encoding, own?.encoding))
      .find(one => one !== undefined);
    if (reason !== undefined) unread.push(`${relationLabel(relation)} (${reason})`);
    return reason === undefined;
  });
  const wanted = groups.flatMap(([, members]) => members);
  const chosen = wanted.map(({ schema, name, bytes, hash = '' }) => {
    const predicate = conditions.get(relationKey({ schema, name }));
    return {
      schema,
      name,
      bytes,
      method: parseHash(hash)?.method,
      predicate: predicate?.trim() === '' ? undefined : predicate,
    };
  });
  const actual = await hashTables(sessions, chosen, comparison.touch);
  const findings: Finding[] = [];
  for (const [relation, members] of groups) {
    const readings = members.map(member => actual.get(relationKey(member)) ?? ({ kind: 'missing' } as const));
    const refused = readings.find(reading => reading.kind === 'unreadable');
    const object = `TABLE DATA ${relationLabel(relation)}`;
    if (refused?.kind === 'unreadable') unread.push(`${relationLabel(relation)} (${refused.reason})`);
    else if (readings.some(reading => reading.kind === 'missing')) findings.push({ kind: 'missing', object });
    else {
      const different = differences(object, members, readings);
      const reason = different.length === 0 ? undefined : comparison.unclear?.(relation);
      if (reason === undefined) findings.push(...different);
      else unread.push(`${relationLabel(relation)} (${reason})`);
    }
  }
  return makeCheck({ name: 'content', level: 'content', compared: groups.length, findings, unread, notes });
}

function unprovable(
  { hash, rows }: CountedTable,
  major: number,
  encoding: string,
  own: string | undefined,
): string | undefined {
  // Of a table that was made without its rows there is nothing to hash.
  if (rows === 0) return undefined;
  if (hash === undefined) return 'the dump holds neither comparable rows nor a hash of them: dump with content-hash';
  const method = parseHash(hash)?.method;
  if (method === undefined) return 'it was hashed in a way that this version does not know';
  if (!knowsHashMethod(method, major)) return `it was hashed in a way that a server of ${major} does not have`;
  if (encoding !== own) return `hashes of ${encoding} and ${own} can't be compared`;
  return undefined;
}

function byRoot(tables: readonly CountedTable[], roots: PartitionRoots): ReadonlyMap<RelationName, CountedTable[]> {
  const names = new Map<string, RelationName>();
  const groups = new Map<RelationName, CountedTable[]>();
  for (const table of tables) {
    const relation = roots.get(relationKey(table)) ?? { schema: table.schema, name: table.name };
    const name = names.get(relationKey(relation)) ?? relation;
    names.set(relationKey(relation), name);
    groups.set(name, [...(groups.get(name) ?? []), table]);
  }
  return groups;
}

type Sum = Pick<TableHash, 'rows' | 'sum'>;

function differences(
  object: string,
  members: readonly CountedTable[],
  readings: readonly RelationReading<TableHash>[],
): readonly Finding[] {
  const expected = sum(members.map(({ rows, hash = '' }) => ({ rows, sum: parseHash(hash)?.sum ?? '0' })));
  const actual = sum(readings.flatMap(reading => (reading.kind === 'read' ? [reading.value] : [])));
  if (expected.rows === actual.rows && expected.sum === actual.sum) return [];
  return [
    {
      kind: 'changed',
      object,
      property: 'rows',
      expected: `${expected.rows} rows as dumped`,
      actual: expected.rows === actual.rows ? `${actual.rows} rows, not the same` : `${actual.rows} rows`,
    },
  ];
}

function sum(hashes: readonly Sum[]): Sum {
  return {
    rows: hashes.reduce((total, { rows }) => total + rows, 0),
    sum: String(hashes.reduce((total, hash) => total + BigInt(hash.sum), 0n)),
  };
}
