import type { TocEntry } from '../postgres/archive/model.ts';
import { entryName } from './entry-name.ts';
import { type SelectedEntries, selectEntries } from './select-entries.ts';
import type { Selection } from './selection.ts';
import { linkEntries } from './toc-links.ts';

/** What is restored into one database. */
export interface RestoredEntries extends SelectedEntries {
  /** Schemas and extensions that were asked for and were there already, with what is said of them: left as they are. */
  readonly present: readonly TocEntry[];
}

/** What the target has already, by the names that `entryName` gives; undefined where nothing there is to be kept. */
export type Present = ReadonlySet<string> | undefined;

/**
 * The one answer to what a restore makes, for it and for the comparison afterwards. Into a database that is to be kept,
 * nothing is restored that is about the database itself, nor what it has already.
 */
export function restoredEntries(entries: readonly TocEntry[], selection: Selection, present: Present): RestoredEntries {
  return restoredOf(selectEntries(entries, selection), entries, present);
}

/** The same of what was selected before. */
export function restoredOf(selected: SelectedEntries, entries: readonly TocEntry[], present: Present): RestoredEntries {
  if (present === undefined)
    return {
      ...selected,
      kept: selected.kept.filter(entry => !makesPublic(entry)),
      present: selected.kept.filter(makesPublic),
    };
  const { objectOf } = linkEntries(entries);
  const isOfDatabase = (entry: TocEntry) => objectOf(entry).description.startsWith('DATABASE');
  const isPresent = (entry: TocEntry) => canBePresent(objectOf(entry)) && present.has(entryName(objectOf(entry)));
  return {
    ...selected,
    kept: selected.kept.filter(entry => !isOfDatabase(entry) && !isPresent(entry)),
    present: selected.kept.filter(isPresent),
  };
}

/** Things that hold or provide others, and may well be there before. */
export function canBePresent({ description }: TocEntry): boolean {
  return description === 'SCHEMA' || description === 'EXTENSION';
}

/** Whether an entry would make what every database has from the start: the schema and its comment, in a dump that names it. */
function makesPublic({ description, tag, definition = '' }: TocEntry): boolean {
  if (description === 'SCHEMA') return tag === 'public' && /^CREATE SCHEMA public;/m.test(definition);
  return description === 'COMMENT' && /^COMMENT ON SCHEMA public IS 'standard public schema';/m.test(definition);
}

/** Whether a dump with these arguments of pg_dump may hold such an entry. */
export function mayMakePublic(dumped: readonly string[]): boolean {
  return dumped.some(argument => argument.startsWith('--schema='));
}
