import { quoteQualified } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { chunk } from './count-rows.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, shortList, unreadCheck } from './make-check.ts';
import { readInBatches } from './read-in-batches.ts';
import { attempt, type RelationName, relationKey, relationLabel } from './reading.ts';

const viewsPerStatement = 25;

/**
 * Whether each of these views can be read: its query is planned and begun, and no row is asked for. A view that is
 * missing is the objects' matter. One that stays closed for want of privileges of its owner, or because a materialized
 * view behind it is not filled, is as it was in the source: grants, owners and what is filled are compared elsewhere.
 */
export async function checkViews(session: Session, views: readonly RelationName[]): Promise<Check> {
  const name = 'views';
  const closed = await attempt(() => closedViews(session));
  if (closed.kind === 'unreadable') return unreadCheck(name, 'counts', closed.reason);
  const isClosed = new Set(closed.value.map(relationKey));
  const open = views.filter(view => !isClosed.has(relationKey(view)));
  const findings: Finding[] = [];
  const asInSource: string[] = [];
  const unread = views
    .filter(view => isClosed.has(relationKey(view)))
    .map(view => `${relationLabel(view)} (no privilege)`);
  await readInBatches<RelationName, { readonly rows: string }>([session], chunk(open, viewsPerStatement), {
    select: ({ schema, name: view }) =>
      `SELECT pg_catalog.count("row".*)::pg_catalog.text AS "rows" FROM (SELECT * FROM ${quoteQualified(schema, view)} LIMIT 0) AS "row"`,
    onReading: (view, reading) => {
      if (reading.kind !== 'unreadable') return;
      if (isAsInSource(reading.reason)) asInSource.push(relationLabel(view));
      else if (isInterrupted(reading.reason)) unread.push(`${relationLabel(view)} (${reading.reason})`);
      else findings.push(unreadable(view, reading.reason));
    },
  });
  return makeCheck({
    name,
    level: 'counts',
    compared: views.length,
    findings,
    unread,
    notes: asInSource.length === 0 ? [] : [`as closed as in the source: ${shortList(asInSource)}`],
  });
}

/** Views that this very session may not read. */
async function closedViews(session: Session): Promise<readonly RelationName[]> {
  return session.query<RelationName>(`
    SELECT n.nspname::pg_catalog.text AS "schema", c.relname::pg_catalog.text AS "name"
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'v' AND NOT (pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE'))`);
}

/** 42501 insufficient_privilege; 55000 object_not_in_prerequisite_state. */
function isAsInSource(reason: string): boolean {
  return reason.includes('SQLSTATE 42501') || (reason.includes('SQLSTATE 55000') && /not been populated/.test(reason));
}

/** 57014 query_canceled; 55P03 lock_not_available. */
function isInterrupted(reason: string): boolean {
  return reason.includes('SQLSTATE 57014') || reason.startsWith('a lock was not obtained');
}

function unreadable(view: RelationName, reason: string): Finding {
  return {
    kind: 'changed',
    object: `VIEW ${relationLabel(view)}`,
    property: 'readable',
    expected: 'true',
    actual: `false: ${reason}`,
  };
}
