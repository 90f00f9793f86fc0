import { fault } from '../errors.ts';
import type { TocEntry } from '../postgres/archive/model.ts';

/** New names of schemas by their old ones. */
export type SchemaNames = Readonly<Record<string, string>>;

/** One schema that gets another name in the copy. */
export interface SchemaRename {
  readonly from: string;
  readonly to: string;
  /** The new name as the server writes it in SQL, in quotes only where it needs them. */
  readonly spelled: string;
}

/** Every schema that the archive makes or puts something into. `public` is there in every database. */
export function schemasOf(entries: readonly TocEntry[]): ReadonlySet<string> {
  const names = entries.flatMap(({ description, namespace, tag }) => [
    ...(namespace === undefined || namespace === '' ? [] : [namespace]),
    ...(description === 'SCHEMA' ? [tag] : []),
  ]);
  return new Set([...names, 'public']);
}

/**
 * Those of the names that are for a schema of this archive. Throws PGR150 for a new name that another schema of the
 * archive has.
 */
export function namesFor(entries: readonly TocEntry[], names: SchemaNames): SchemaNames {
  const schemas = schemasOf(entries);
  const chosen = Object.entries(names).filter(([from]) => schemas.has(from));
  const taken = chosen.find(([, to]) => to !== 'public' && schemas.has(to));
  if (taken !== undefined) {
    throw fault(
      'PGR150',
      `the schema "${taken[0]}" cannot be renamed to "${taken[1]}": the dump has a schema of that name`,
      'choose another name under `rename`, or leave that schema out of the restore',
    );
  }
  return Object.fromEntries(chosen);
}

/** Throws PGR180 for a schema that nothing of all that is restored is in. */
export function refuseUnknownSchemas(archives: readonly (readonly TocEntry[])[], names: SchemaNames): void {
  const known = new Set(archives.flatMap(entries => [...schemasOf(entries)]));
  const unknown = Object.keys(names).find(name => !known.has(name));
  if (unknown === undefined) return;
  throw fault(
    'PGR180',
    `rename: nothing that is restored is in a schema "${unknown}"`,
    `there is: ${[...known].sort().join(', ')}`,
  );
}
