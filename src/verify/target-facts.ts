import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { Session } from '../postgres/session.ts';
import { type CollationVersion, readCollations } from './collations.ts';
import type { CountFacts } from './compare-counts.ts';
import { type UnguardedConstraint, unguardedConstraints } from './constraint-triggers.ts';
import { countRows, type TableCount } from './count-rows.ts';
import type { DatabaseProperties } from './database-check.ts';
import type { Level } from './finding.ts';
import { type LargeObjectProperties, readLargeObjectProperties } from './large-object-properties.ts';
import {
  type CopiedExtension,
  configurationTables,
  countAnalyzed,
  countLargeObjects,
  type IndexFacts,
  invalidIndexes,
  readCopiedExtensions,
  readDatabaseProperties,
  type UnvalidatedConstraint,
  unpopulatedMaterializedViews,
  unvalidatedConstraints,
  withConditions,
} from './queries.ts';
import { readSequences } from './read-sequences.ts';
import { attempt, type Reading, type RelationName, relationKey } from './reading.ts';

/** What the copy says of itself beside its table of contents. */
export interface TargetFacts {
  /** Of the server. */
  readonly major: number;
  /** Undefined where it was not asked for. */
  readonly database?: Reading<DatabaseProperties> | undefined;
  readonly extensions: Reading<readonly CopiedExtension[]>;
  readonly indexes: Reading<IndexFacts>;
  readonly unpopulatedMaterializedViews: Reading<readonly RelationName[]>;
  /** Tables that have rows, and how many of these ANALYZE has seen. */
  readonly analyzed?: Reading<{ readonly seen: number; readonly filled: number }> | undefined;
  readonly collations?: Reading<readonly CollationVersion[]> | undefined;
  /** Those that were never checked against the rows. */
  readonly unvalidatedConstraints?: Reading<readonly UnvalidatedConstraint[]> | undefined;
  /** Those whose own triggers do not fire as they were made to. */
  readonly unguardedConstraints?: Reading<readonly UnguardedConstraint[]> | undefined;
  /** Undefined where it was not asked for. */
  readonly largeObjects?: Reading<ReadonlyMap<number, LargeObjectProperties>> | undefined;
  /** Undefined below the level `counts`. */
  readonly counts: CountFacts | undefined;
}

/** What is counted: these tables, and all large objects or those with these OIDs. */
export type CountedContents = Pick<DumpedDatabase, 'tables'> & {
  readonly largeObjectIds?: readonly number[] | undefined;
  /** Of tables whose rows are counted already. */
  readonly known?: readonly TableCount[] | undefined;
};

/** Reads the copy. What the server refuses becomes part of the answer; throws when a connection is lost. */
export async function readTargetFacts(
  sessions: readonly [Session, ...Session[]],
  level: Level,
  database: CountedContents,
  onTable?: (count: TableCount) => void,
): Promise<TargetFacts> {
  const [session] = sessions;
  return {
    major: session.serverVersion.major,
    database: await attempt(() => readDatabaseProperties(session)),
    extensions: await attempt(() => readCopiedExtensions(session)),
    indexes: await attempt(() => invalidIndexes(session)),
    unpopulatedMaterializedViews: await attempt(() => unpopulatedMaterializedViews(session)),
    analyzed: await attempt(() => countAnalyzed(session)),
    collations: await attempt(() => readCollations(session)),
    unvalidatedConstraints: await attempt(() => unvalidatedConstraints(session)),
    unguardedConstraints: await attempt(() => unguardedConstraints(session)),
    largeObjects: await attempt(() => readLargeObjectProperties(session)),
    counts: level !== 'objects' ? await readCounts(sessions, database, onTable) : undefined,
  };
}

async function readCounts(
  sessions: readonly [Session, ...Session[]],
  database: CountedContents,
  onTable?: (count: TableCount) => void,
): Promise<CountFacts> {
  const [session] = sessions;
  const rows = await attempt(async () => {
    const known = database.known ?? [];
    const keys = new Set(known.map(relationKey));
    const others = database.tables.filter(table => !keys.has(relationKey(table)));
    return [
      ...known,
      ...(await countRows(sessions, withConditions(others, await configurationTables(session)), onTable)),
    ];
  });
  const sequences = await attempt(() => readSequences(session));
  return { rows, sequences, largeObjects: await attempt(() => countLargeObjects(session, database.largeObjectIds)) };
}
