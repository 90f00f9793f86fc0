import { fault } from '../errors.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { chooseObjects } from './chosen-objects.ts';
import { entryKind } from './entry-kind.ts';
import { entryName } from './entry-name.ts';
import { indexChoice } from './index-choice.ts';
import { checkUseList } from './restore-list.ts';
import { type EntryKind, isEverything, type Selection } from './selection.ts';
import { isRelation, linkEntries, type TocLinks } from './toc-links.ts';

/** What a selection comes to in one archive. */
export interface SelectedEntries {
  /** What is restored, in the order of the archive. */
  readonly kept: readonly TocEntry[];
  /** Those of `kept` that are made last. */
  readonly deferred: ReadonlySet<TocEntry>;
  /** What is not restored because it was not asked for, in the order of the archive. */
  readonly leftOut: readonly TocEntry[];
}

/** A setting of the session that restores: pg_restore takes it from every archive, listed or not. */
export function isSetting({ description }: TocEntry): boolean {
  return ['ENCODING', 'STDSTRINGS', 'SEARCHPATH'].includes(description);
}

/**
 * The entries of an archive that a selection stands for. What an object is made of comes and goes with it: defaults, owned
 * sequences with their positions, constraints, indexes, triggers, rules, policies, statistics, comments, grants, rows and
 * partitions. An included object brings what it needs (its schema, types, domains, functions, sequences, extensions), but
 * no other table. What ties a kept table to one that is left out (a foreign key, an attachment to a partitioned table)
 * is left out.
 *
 * Throws PGR180 for a filter that matches nothing, PGR181 if something that is kept could not be made without something
 * that is left out, PGR182 for a list that is not of this archive.
 */
export function selectEntries(entries: readonly TocEntry[], selection: Selection): SelectedEntries {
  // Most restores ask for all there is, and an archive may have a million entries.
  if (isEverything(selection)) return { kept: entries, deferred: new Set(), leftOut: [] };
  const links = linkEntries(entries);
  const kept =
    selection.list === undefined ? filterEntries(entries, links, selection) : checkUseList(entries, selection.list);
  const deferred = deferEntries(entries, links, kept, selection.defer);
  return {
    kept: entries.filter(entry => kept.has(entry) || isSetting(entry)),
    deferred,
    leftOut: entries.filter(entry => !kept.has(entry) && !isSetting(entry)),
  };
}

function filterEntries(
  entries: readonly TocEntry[],
  links: TocLinks,
  { include, exclude, extensions }: Selection,
): ReadonlySet<TocEntry> {
  const objects = chooseObjects(entries, links, { include, exclude });
  const isIndexOut = indexChoice(entries, links, exclude.index, 'exclude.index');
  const kinds: ReadonlySet<EntryKind | undefined> = new Set(exclude.kind);
  const isOut = (entry: TocEntry): boolean => {
    const whole = links.partOf(entry);
    if (whole === undefined ? objects.excluded(entry) : isOut(whole)) return true;
    const kind = entryKind(entry);
    if ((kind !== undefined && kinds.has(kind)) || isIndexOut(entry)) return true;
    if (entry.description === 'EXTENSION' && extensions === 'present') return true;
    return entry.description === 'TABLE DATA' && objects.withoutRows(whole ?? entry);
  };
  const allowed = entries.filter(entry => !isSetting(entry) && !isOut(entry));
  const asked = new Set(allowed.filter(entry => objects.included(links.objectOf(entry))));
  return withoutLooseEnds(withNeeds(asked, allowed, links), entries, links, extensions);
}

/** What the asked entries need, other tables and views apart. */
function withNeeds(asked: ReadonlySet<TocEntry>, allowed: readonly TocEntry[], links: TocLinks): ReadonlySet<TocEntry> {
  const parts = new Map<TocEntry, TocEntry[]>();
  for (const entry of allowed) {
    const object = links.objectOf(entry);
    const all = parts.get(object);
    if (all === undefined) parts.set(object, [entry]);
    else all.push(entry);
  }
  const all = new Set(asked);
  // A set is walked in the order in which it grows.
  for (const entry of all) {
    if (isTie(entry)) continue;
    for (const need of links.needs(entry)) {
      const object = links.objectOf(need);
      if (!isRelation(object)) for (const part of parts.get(object) ?? []) all.add(part);
    }
  }
  return all;
}

/** What only connects two objects, so that it means nothing without the other one. */
function isTie({ description }: TocEntry): boolean {
  return [
    'FK CONSTRAINT',
    'INDEX ATTACH',
    'TABLE ATTACH',
    'PUBLICATION TABLE',
    'PUBLICATION TABLES IN SCHEMA',
  ].includes(description);
}

function withoutLooseEnds(
  wanted: ReadonlySet<TocEntry>,
  entries: readonly TocEntry[],
  links: TocLinks,
  extensions: Selection['extensions'],
): ReadonlySet<TocEntry> {
  const kept = new Set(wanted);
  const isThere = (entry: TocEntry) =>
    kept.has(entry) || (entry.description === 'EXTENSION' && extensions === 'present');
  for (const entry of entries) {
    if (!kept.has(entry)) continue;
    const missing = links.needs(entry).find(need => !isThere(need));
    if (missing === undefined) continue;
    // In the archive parts stand behind what they are parts of, so that one look at each is enough.
    const whole = links.partOf(entry);
    if (!isTie(entry) && (whole === undefined || kept.has(whole))) throw incomplete(entry, missing);
    kept.delete(entry);
  }
  return kept;
}

function incomplete(entry: TocEntry, missing: TocEntry): Error {
  return fault(
    'PGR181',
    `${entryName(entry)} needs ${entryName(missing)}, which the selection leaves out`,
    'include that as well, or exclude what needs it',
  );
}

/** The asked entries with everything that needs them. */
function deferEntries(
  entries: readonly TocEntry[],
  links: TocLinks,
  kept: ReadonlySet<TocEntry>,
  { index, kind }: Selection['defer'],
): ReadonlySet<TocEntry> {
  const kinds: ReadonlySet<EntryKind | undefined> = new Set(kind);
  const isAsked = indexChoice(entries, links, index, 'defer.index');
  const deferred = new Set<TocEntry>();
  for (const entry of entries) {
    if (!kept.has(entry)) continue;
    const own = entryKind(entry);
    const asked = (own !== undefined && kinds.has(own)) || isAsked(entry);
    if (asked || links.needs(entry).some(need => deferred.has(need))) deferred.add(entry);
  }
  return deferred;
}
