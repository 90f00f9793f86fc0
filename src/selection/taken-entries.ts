import type { Section, TocEntry } from '../postgres/archive/model.ts';
import type { RestoreOptions } from '../postgres/arguments.ts';

/** What a restore takes of the entries that were selected. */
export interface TakenEntries {
  readonly owners: RestoreOptions['owners'];
  readonly privileges: RestoreOptions['privileges'];
  readonly sections: readonly Exclude<Section, 'none'>[];
  readonly settings: 'keep' | 'skip';
}

/** The entries that a restore takes of those that were selected, without the owners and grants that it leaves behind. */
export function takenEntries(
  selected: readonly TocEntry[],
  { owners, privileges, sections, settings }: TakenEntries,
): readonly TocEntry[] {
  // Comments and grants are in no section: they come with the entry before them.
  let current: Exclude<Section, 'none'> = 'pre-data';
  return selected
    .filter(({ section }) => {
      if (section !== 'none') current = section;
      return sections.includes(current);
    })
    .filter(({ description }) => privileges === 'keep' || (description !== 'ACL' && description !== 'DEFAULT ACL'))
    .filter(({ description }) => settings === 'keep' || description !== 'DATABASE PROPERTIES')
    .map(entry => (owners.kind === 'keep' ? entry : { ...entry, owner: undefined }));
}
