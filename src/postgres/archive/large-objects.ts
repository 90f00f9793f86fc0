import type { TocEntry } from './model.ts';

/**
 * OIDs of the large objects of an archive, which they keep when they are restored: the tags of BLOB entries, or, since
 * pg_dump 17, the lines of BLOB METADATA.
 */
export function largeObjectIds(entries: readonly TocEntry[]): readonly number[] {
  return entries.flatMap(({ description, tag, definition }) => {
    if (description === 'BLOB') return [Number(tag)];
    if (description !== 'BLOB METADATA') return [];
    return (definition ?? '').split('\n').filter(Boolean).map(Number);
  });
}
