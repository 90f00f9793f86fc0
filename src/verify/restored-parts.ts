import type { TocEntry } from '../postgres/archive/model.ts';
import { entryName } from '../selection/entry-name.ts';
import { linkEntries } from '../selection/toc-links.ts';

/**
 * Of a copy that holds other things as well, what the restore has made, and all that is a part of it: an index too many
 * on a restored table is still a difference.
 */
export function onlyRestored(target: readonly TocEntry[], source: readonly TocEntry[]): readonly TocEntry[] {
  const { objectOf } = linkEntries(target);
  const restored = new Set(source.map(entryName));
  return target.filter(entry => restored.has(entryName(entry)) || restored.has(entryName(objectOf(entry))));
}
