import type { TocEntry } from '../postgres/archive/model.ts';
import { isSetting, type SelectedEntries } from './select-entries.ts';
import type { UseList } from './selection.ts';

type Section = 'pre-data' | 'data' | 'post-data';

/**
 * The entries of one run of pg_restore, in the order in which it is to take them. Comments, grants and labels are in no
 * section: they are made together with the entry that they follow.
 */
export function phaseEntries(
  { kept, deferred }: SelectedEntries,
  phase: { readonly sections: readonly Section[]; readonly deferred: boolean },
  list: UseList | undefined,
): readonly TocEntry[] {
  let current: Section = 'pre-data';
  const entries = kept.filter(entry => {
    if (entry.section !== 'none') current = entry.section;
    return !isSetting(entry) && phase.sections.includes(current) && deferred.has(entry) === phase.deferred;
  });
  if (list === undefined) return entries;
  const places = new Map(list.lines.map(({ dumpId }, index) => [dumpId, index]));
  return entries.toSorted((one, other) => (places.get(one.dumpId) ?? 0) - (places.get(other.dumpId) ?? 0));
}
