import { hiddenRows } from '../diagnosis/privileges.ts';
import type { CountedTable } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { Session } from '../postgres/session.ts';
import { hashTables, type TableToHash } from '../verify/content/hash-tables.ts';
import { formatHash } from '../verify/content/recorded-hash.ts';
import { countRows, type TableCount } from '../verify/count-rows.ts';
import { configurationTables, withConditions } from '../verify/queries.ts';
import { relationKey } from '../verify/reading.ts';

/**
 * Rows of each table as the session sees them, with the filters that pg_dump applies. Every one of them will be in
 * the archive, so one that cannot be counted ends the dump: a manifest with gaps would prove nothing.
 */
export async function countTables(
  session: Session,
  tables: readonly { readonly schema: string; readonly name: string; readonly bytes: number }[],
  { hashed }: { readonly hashed: boolean },
): Promise<readonly CountedTable[]> {
  if (tables.length === 0) return [];
  const chosen = withConditions(tables, await configurationTables(session));
  const counts = hashed ? await hashRows(session, chosen) : await countRows([session], chosen);
  return counts.map(({ schema, name, rows, hash }: TableCount & { readonly hash?: string }, index) => {
    if (rows.kind === 'read')
      return { schema, name, rows: rows.value, ...(hash && { hash }), bytes: tables[index]?.bytes ?? 0 };
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

/** Counts while it hashes. By one session: it alone holds the locks, and another could queue up behind who waits for them. */
async function hashRows(
  session: Session,
  tables: readonly TableToHash[],
): Promise<readonly (TableCount & { readonly hash?: string })[]> {
  const hashes = await hashTables([session], tables);
  return tables.map(({ schema, name }) => {
    const reading = hashes.get(relationKey({ schema, name })) ?? { kind: 'missing' };
    if (reading.kind !== 'read') return { schema, name, rows: reading };
    return { schema, name, rows: { kind: 'read', value: reading.value.rows }, hash: formatHash(reading.value) };
  });
}
