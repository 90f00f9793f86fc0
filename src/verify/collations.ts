import type { Session } from '../postgres/session.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, shortList, unreadCheck } from './make-check.ts';
import type { Reading } from './reading.ts';

/** A collation that something is sorted by, with its versions; of a provider that has any. */
export interface CollationVersion {
  /** `COLLATION schema.name`, or `DATABASE` for what the database sorts by. */
  readonly object: string;
  /** That of the library when the collation was made; null where none was noted. */
  readonly recorded: string | null;
  /** That of the library now. */
  readonly actual: string;
}

/** Collations of the database's own, those of the system that something depends on, and the database's default. */
export async function readCollations(session: Session): Promise<readonly CollationVersion[]> {
  const ofDatabase = `
    SELECT 'DATABASE'::pg_catalog.text AS "object", d.datcollversion AS "recorded",
           pg_catalog.pg_database_collation_actual_version(d.oid) AS "actual"
    FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
    UNION ALL`;
  return session.query<CollationVersion & Record<string, unknown>>(`
    SELECT * FROM (
      ${session.serverVersion.major >= 15 ? ofDatabase : ''}
      SELECT pg_catalog.concat('COLLATION ', n.nspname, '.', c.collname), c.collversion AS "recorded",
             pg_catalog.pg_collation_actual_version(c.oid) AS "actual"
      FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
      WHERE n.nspname <> 'pg_catalog' OR EXISTS (
        SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass AND d.refobjid = c.oid)
    ) AS sorted ("object", "recorded", "actual")
    WHERE "actual" IS NOT NULL ORDER BY 1`);
}

/**
 * Whether the copy sorts by the library that its collations were made with: else its indexes may be in another order than
 * its queries expect. Where other things are in the database too, its collations may be theirs, so that is only told.
 * Undefined where no collation has a version. `source`: those of the source, where they are known; another library there
 * sorts in another way, which no copy can help.
 */
export function checkCollations(
  reading: Reading<readonly CollationVersion[]>,
  source: readonly CollationVersion[] | undefined,
  besideOthers: boolean,
): Check | undefined {
  const name = 'collations';
  if (reading.kind === 'unreadable') return unreadCheck(name, 'objects', reading.reason);
  if (reading.value.length === 0) return undefined;
  const stale = reading.value.filter(({ recorded, actual }) => recorded !== null && recorded !== actual);
  const before = new Map(source?.map(({ object, actual }) => [object, actual]));
  const moved = reading.value.flatMap(({ object, actual }) => {
    const there = before.get(object);
    return there === undefined || there === actual ? [] : [`${object} ${there} is ${actual} here`];
  });
  const findings = stale.map(
    ({ object, recorded, actual }): Finding => ({
      kind: 'changed',
      object,
      property: 'version of its library',
      expected: actual,
      actual: recorded ?? '',
    }),
  );
  return makeCheck({
    name,
    level: 'objects',
    compared: reading.value.length,
    findings: besideOthers ? [] : findings,
    notes: [
      ...(besideOthers && stale.length > 0
        ? [`made with another version of their library: ${shortList(stale.map(({ object }) => object))}`]
        : []),
      ...(moved.length > 0 ? [`sorted by other versions of the library than in the source: ${shortList(moved)}`] : []),
    ],
  });
}
