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
