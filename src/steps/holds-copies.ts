import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { TocEntry } from '../postgres/archive/model.ts';

/** Whether the archive's rows can be compared with what the copy prints: a text and INSERT statements can't. */
export function holdsCopies({ plain }: DumpedDatabase, entries: readonly TocEntry[]): boolean {
  const data = entries.filter(({ description }) => description === 'TABLE DATA');
  return plain === undefined && data.every(entry => entry.copyStatement !== undefined);
}
