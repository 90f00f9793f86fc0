import type { CountedTable } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { Session } from '../postgres/session.ts';
import { countRows } from '../verify/count-rows.ts';
import { configurationTables, withConditions } from '../verify/queries.ts';
import { hiddenRows } from './tool-diagnoses.ts';

/**
 * Rows of each table as the session sees them, with the filters that pg_dump applies. Every one of them will be in
 * the archive, so one that cannot be counted ends the dump: a manifest with gaps would prove nothing.
 */
export async function countTables(
  session: Session,
  tables: readonly { readonly schema: string; readonly name: string; readonly bytes: number }[],
): Promise<readonly CountedTable[]> {
  if (tables.length === 0) return [];
  const counts = await countRows([session], withConditions(tables, await configurationTables(session)));
  return counts.map(({ schema, name, rows }, index) => {
    if (rows.kind === 'read') return { schema, name, rows: rows.value, bytes: tables[index]?.bytes ?? 0 };
    const reason = rows.kind === 'missing' ? 'it does not exist' : rows.reason;
    if (/row-level security/.test(reason)) {
      throw fault(hiddenRows.code, hiddenRows.message(name), hiddenRows.remedy);
    }
    throw fault(
      'PGR205',
      `the rows of "${schema}"."${name}" could not be counted: ${reason}`,
      'grant SELECT on it to the role (pg_read_all_data does for all), or exclude it from the dump',
    );
  });
}
