import type { Section, TocEntry } from '../postgres/archive/model.ts';
import { objectEntries } from '../postgres/archive/object-entries.ts';
import { missingSchemas } from '../selection/missing-schemas.ts';
import { newTablespace, type Tablespaces } from '../selection/tablespaces.ts';
import { databaseNameOf, describesDatabase, renameDatabase } from './database-name.ts';
import { inOneForm } from './one-form.ts';
import { withGrantsOfOwner } from './owner-grants.ts';
import { onlyRestored } from './restored-parts.ts';
import { type TocObject, toTocObject } from './toc-object.ts';

/** How the copy was restored, as that decides what must be equal. */
export interface CompareOptions {
  /** `{role}`: the restore left the owners behind and everything belongs to that role. */
  readonly owners: 'keep' | { readonly role: string };
  /** Major of the copy's server, where it is known. */
  readonly copyMajor?: number | undefined;
  readonly privileges: 'keep' | 'skip';
  /**
   * Set when the copy's database was made for this restore: then its encoding, locale, owner, grants, comment and settings
   * must equal the source's. Undefined when the restore went into a database that was there: then only the settings
   * of the source (`ALTER DATABASE … SET`) are asked for, as pg_restore without `--create` drops them in silence.
   */
  readonly databaseName?: { readonly source: string; readonly target: string } | undefined;
  /** `skip`: the restore left behind what the source says of the database itself. */
  readonly settings?: 'keep' | 'skip' | undefined;
  /** True where the copy was made with another locale than the source's, as was asked for. */
  readonly otherLocale?: boolean | undefined;
  /** True where materialized views that the archive leaves empty were filled. */
  readonly refreshed?: boolean | undefined;
  /** The sections of the archive that were restored. */
  readonly sections: readonly Exclude<Section, 'none'>[];
  /** Where the restore put what was in a tablespace; kept where undefined. */
  readonly tablespaces?: Tablespaces | undefined;
  /** True when the copy holds other things as well, which are none of the comparison's business. */
  readonly besideOthers?: boolean | undefined;
  /** `reset`: the restore gave every table the access method that the target prefers. */
  readonly accessMethods?: 'keep' | 'reset' | undefined;
}

export interface ComparedObjects {
  readonly source: readonly TocObject[];
  readonly target: readonly TocObject[];
}

/** What of the two tables of contents has to be equal, and in which words. */
export function comparedObjects(
  source: readonly TocEntry[],
  target: readonly TocEntry[],
  options: CompareOptions,
): ComparedObjects {
  const [ours, theirs] = comparedEntries(source, target, options);
  const expected = ours.map(entry => inTablespace(expectedOwner(toTocObject(entry), options), options));
  const copy = theirs.map(entry => withoutUnknownOwner(toTocObject(entry), options));
  if (options.accessMethods !== 'reset') return { source: expected, target: copy };
  return { source: expected.map(withoutAccessMethod), target: copy.map(withoutAccessMethod) };
}

/** The entries of the two that are compared, those of the source first. */
export function comparedEntries(
  source: readonly TocEntry[],
  target: readonly TocEntry[],
  options: CompareOptions,
): readonly [readonly TocEntry[], readonly TocEntry[]] {
  const relevant = (entries: readonly TocEntry[]) =>
    objectEntries(inSections(entries, options.sections))
      .filter(entry => restored(entry, options))
      .map(entry => inOneForm(entry, options.copyMajor))
      .map(entry => withoutDatabaseTablespace(entry, options));
  const dumped = relevant(withGrantsOfOwner(source, options.owners));
  const copied = withoutMadeSchemas(relevant(target), source);
  const found = options.besideOthers === true ? onlyRestored(copied, dumped) : copied;
  return databaseEntries(dumped, found, options);
}

/** Schemas that the archive does not make are made before the restore, without anything that it could say of them. */
function withoutMadeSchemas(target: readonly TocEntry[], source: readonly TocEntry[]): readonly TocEntry[] {
  const made = new Set(missingSchemas(source));
  return target.filter(({ description, tag }) => description !== 'SCHEMA' || !made.has(tag));
}

function inTablespace(object: TocObject, { tablespaces = 'keep' }: CompareOptions): TocObject {
  const tablespace = newTablespace(object.value.tablespace, tablespaces);
  if (tablespace === object.value.tablespace) return object;
  return { ...object, value: { ...object.value, tablespace } };
}

/** That of the database itself is in its definition. */
function withoutDatabaseTablespace(entry: TocEntry, { tablespaces = 'keep' }: CompareOptions): TocEntry {
  if (entry.description !== 'DATABASE' || tablespaces === 'keep') return entry;
  const definition = entry.definition?.replace(/ TABLESPACE = (?:"(?:[^"]|"")+"|[^\s;"]+)(?=;)/, '');
  return { ...entry, definition };
}

function withoutAccessMethod(object: TocObject): TocObject {
  return { ...object, value: { ...object.value, accessMethod: '' } };
}

/** Comments, grants and labels are in no section: pg_restore makes them together with the entry they follow. */
function inSections(entries: readonly TocEntry[], sections: CompareOptions['sections']): readonly TocEntry[] {
  let current: Exclude<Section, 'none'> = 'pre-data';
  return entries.filter(entry => {
    if (entry.section !== 'none') current = entry.section;
    return sections.includes(current);
  });
}

function restored(entry: TocEntry, options: CompareOptions): boolean {
  if (options.privileges === 'skip' && (entry.description === 'ACL' || entry.description === 'DEFAULT ACL'))
    return false;
  return options.owners === 'keep' || !onlySetsOwner(entry);
}

/** The entry of schema `public` creates nothing, it is there for its owner alone (pg_dump 15 and newer). */
function onlySetsOwner(entry: TocEntry): boolean {
  return entry.description === 'SCHEMA' && /^(?:--[^\n]*(?:\n|$)|\s)*$/.test(entry.definition ?? '');
}

function expectedOwner(object: TocObject, options: CompareOptions): TocObject {
  const { owners } = options;
  if (owners === 'keep' || object.value.owner === '' || keepsOwner(object)) return withoutUnknownOwner(object, options);
  return { ...object, value: { ...object.value, owner: owners.role } };
}

/** Default privileges are those of a role: their owner is what they say, and no restore changes it. */
function keepsOwner(object: TocObject): boolean {
  return object.description === 'DEFAULT ACL' || object.description === 'DATABASE';
}

/** With owners left behind the database belongs to whoever made it. */
function withoutUnknownOwner(object: TocObject, options: CompareOptions): TocObject {
  if (options.owners === 'keep' || object.description !== 'DATABASE') return object;
  return { ...object, value: { ...object.value, owner: '' } };
}

/** Both sides under the source's database name, as far as the database itself is to be compared. */
function databaseEntries(
  source: readonly TocEntry[],
  target: readonly TocEntry[],
  options: CompareOptions,
): readonly [readonly TocEntry[], readonly TocEntry[]] {
  const name = options.databaseName?.source ?? databaseNameOf(source);
  const copy = options.databaseName?.target ?? databaseNameOf(target);
  if (options.settings === 'skip' || name === undefined || copy === undefined || databaseNameOf(source) === undefined) {
    const others = (entries: readonly TocEntry[]) => entries.filter(entry => !describesDatabase(entry));
    return [others(source), others(target)];
  }
  const rename = (entries: readonly TocEntry[], from: string) => entries.map(entry => renamed(entry, from, name));
  const [ours, theirs] = [rename(source, name), rename(target, copy)];
  if (options.databaseName !== undefined)
    return options.otherLocale === true ? [ours.map(withoutLocale), theirs.map(withoutLocale)] : [ours, theirs];
  const compared = (entry: TocEntry) => !describesDatabase(entry) || entry.description === 'DATABASE PROPERTIES';
  return [ours.filter(compared), onlyExpectedSettings(ours, theirs.filter(compared))];
}

/** What is left is the database's owner: encoding and locale are compared as the server has them. */
function withoutLocale(entry: TocEntry): TocEntry {
  return entry.description === 'DATABASE' ? { ...entry, definition: '' } : entry;
}

function renamed(entry: TocEntry, from: string, to: string): TocEntry {
  if (!describesDatabase(entry)) return entry;
  const bare = entry.description.startsWith('DATABASE');
  return {
    ...entry,
    tag: bare ? to : renameDatabase(entry.tag, from, to),
    definition: renameDatabase(entry.definition ?? '', from, to),
  };
}

/** A database that was there before may have settings of its own. */
function onlyExpectedSettings(source: readonly TocEntry[], target: readonly TocEntry[]): readonly TocEntry[] {
  const expected = source.find(entry => entry.description === 'DATABASE PROPERTIES');
  const lines = new Set((expected?.definition ?? '').split('\n'));
  return target.flatMap(entry => {
    if (entry.description !== 'DATABASE PROPERTIES') return [entry];
    if (expected === undefined) return [];
    const kept = (entry.definition ?? '').split('\n').filter(line => lines.has(line));
    return [{ ...entry, definition: kept.join('\n') }];
  });
}
