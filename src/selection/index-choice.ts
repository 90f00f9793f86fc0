import type { TocEntry } from '../postgres/archive/model.ts';
import { idle } from './chosen-objects.ts';
import { relationFilter } from './name-filter.ts';
import type { TocLinks } from './toc-links.ts';

/**
 * Tells the indexes that any of the patterns names. The index of a partitioned table stands for those of its partitions
 * as well. Throws PGR180 for a pattern that matches none.
 */
export function indexChoice(
  entries: readonly TocEntry[],
  links: TocLinks,
  patterns: readonly string[],
  where: string,
): (entry: TocEntry) => boolean {
  if (patterns.length === 0) return () => false;
  const indexes = entries.filter(entry => entry.description === 'INDEX');
  const filters = patterns.map(relationFilter);
  for (const { pattern, matches } of filters)
    if (!indexes.some(({ namespace, tag }) => matches(namespace ?? '', tag))) throw idle(pattern, where);
  const chosen = new Set(
    indexes.filter(({ namespace, tag }) => filters.some(({ matches }) => matches(namespace ?? '', tag))),
  );
  // Parents come before their partitions in the archive.
  for (const attach of entries) {
    if (attach.description !== 'INDEX ATTACH') continue;
    const own = links.needs(attach).filter(one => one.description === 'INDEX');
    if (own.some(one => chosen.has(one) && !isNamed(one, attach))) for (const one of own) chosen.add(one);
  }
  return entry => chosen.has(entry);
}

function isNamed({ namespace, tag }: TocEntry, attach: TocEntry): boolean {
  return namespace === attach.namespace && tag === attach.tag;
}
