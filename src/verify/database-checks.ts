import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import type { DatabaseLocale } from '../postgres/database-locale.ts';
import { checkIndexes, compareExtensions, compareMaterializedViews } from './beside-toc.ts';
import { checkCollations } from './collations.ts';
import { compareCounts } from './compare-counts.ts';
import { compareObjects, type ObjectComparison, type TargetDefinition } from './compare-objects.ts';
import type { CompareOptions } from './compared-entries.ts';
import { checkConstraintTriggers, type UnguardedConstraint } from './constraint-triggers.ts';
import { compareDatabase } from './database-check.ts';
import type { Check, Finding, Level } from './finding.ts';
import { compareLargeObjectProperties } from './large-object-properties.ts';
import { makeCheck, shortList, skippedCheck, unreadCheck } from './make-check.ts';
import { countedByRoot, expectedByRoot, partitionRoots } from './partition-roots.ts';
import { isOwnerOfOldPublic } from './public-owner.ts';
import type { Reading } from './reading.ts';
import { settleByScratch } from './settle-by-scratch.ts';
import type { TargetFacts } from './target-facts.ts';

/** Everything that was read of a source and its copy. */
export interface DatabaseFacts {
  readonly level: Level;
  /** Majors of the server that was dumped, of the pg_dump that did it, and of the one that read the copy. */
  readonly majors: { readonly source: number; readonly archive: number; readonly client: number };
  readonly database: Pick<DumpedDatabase, 'tables' | 'sequences' | 'largeObjects' | 'extensions' | 'collations'>;
  /** The archive's table of contents. */
  readonly source: readonly TocEntry[];
  /** That of an unfiltered schema-only dump of the copy, by the same pg_dump with the same pinned settings. */
  readonly target: Reading<readonly TocEntry[]>;
  /** What the two come to by `compareObjects`, where that is known already. */
  readonly comparison?: ObjectComparison | undefined;
  /** That of the same archive restored without data next to the copy; undefined when this was not tried. */
  readonly scratch: Reading<readonly TocEntry[]> | undefined;
  readonly options: CompareOptions;
  /** Constraints of a live source whose triggers do not fire; no archive says it of any, and a restored one has none. */
  readonly unguarded?: readonly UnguardedConstraint[] | undefined;
  /** That the copy should have; undefined where it is not compared. */
  readonly locale?: DatabaseLocale | undefined;
  readonly facts: TargetFacts;
  /** What was not to be restored; of a whole and faithful restore nothing. */
  readonly chosen?: ChosenEntries | undefined;
}

/** How a copy differs from the whole archive on purpose. */
export interface ChosenEntries {
  /** Names of entries that were left out by request. */
  readonly leftOut: readonly string[];
  /** Names of schemas and extensions that were there before and stayed as they were. */
  readonly present: readonly string[];
  /** Names of extensions that were to be there before, in whatever version. */
  readonly extensions: readonly string[];
}

/**
 * All checks of one database up to its level. When `compareObjects` reports changed definitions, a scratch
 * database tells changes from other ways to print the same; without it they stay findings, with a note that says so.
 */
export function databaseChecks(given: DatabaseFacts): readonly Check[] {
  const { facts } = given;
  const objects = [
    objectsCheck(given),
    ...wholeCheck(given),
    compareExtensions(given.database.extensions, facts.extensions, {
      anotherMajor: given.majors.source !== facts.major,
      present: given.chosen?.extensions ?? [],
    }),
    checkIndexes(facts.indexes, given.options.besideOthers === true ? given.source : undefined),
    given.target.kind === 'read'
      ? compareMaterializedViews(given.source, given.target.value, facts.unpopulatedMaterializedViews, given.options)
      : unreadCheck('materialized views', 'objects', given.target.reason),
    ...propertyChecks(given),
  ];
  return given.level === 'objects' ? objects : [...objects, ...countChecks(given)];
}

/** Only where there is something to look at: most databases have neither large objects nor collations with versions. */
function propertyChecks({ source, facts, options, database, unguarded = [] }: DatabaseFacts): readonly Check[] {
  const { collations, largeObjects } = facts;
  const sorting = collations && checkCollations(collations, database.collations, options.besideOthers === true);
  const hasLargeObjects = source.some(({ description }) => description === 'BLOB' || description === 'BLOB METADATA');
  const triggers =
    facts.unguardedConstraints !== undefined && options.sections.includes('post-data')
      ? checkConstraintTriggers(
          facts.unguardedConstraints,
          unguarded,
          options.besideOthers === true ? source : undefined,
        )
      : undefined;
  return [
    ...(sorting === undefined ? [] : [sorting]),
    ...(triggers === undefined ? [] : [triggers]),
    ...(largeObjects !== undefined && hasLargeObjects
      ? [compareLargeObjectProperties(source, largeObjects, options)]
      : []),
  ];
}

function wholeCheck({ facts, target, locale, source, options, majors }: DatabaseFacts): readonly Check[] {
  if (facts.database === undefined || locale === undefined) return [];
  if (target.kind === 'unreadable') return [unreadCheck('database', 'objects', target.reason)];
  const anotherMajor = majors.source !== facts.major;
  return [compareDatabase({ source, target: target.value, locale, anotherMajor, options }, facts.database)];
}

/**
 * What a scratch database may settle. Extra objects only where another major of pg_dump made the archive: one of the
 * same major has the same entries, so there an extra object is one. Of `public`, which a part of a database may leave out
 * and every database has, pg_dump from 15 on says something on servers before 15: what a source of these has is in every
 * new database as well, while a copy of a newer source was given what that has.
 */
export function unsettled(
  { changed, extra }: ObjectComparison,
  { source, archive, client }: DatabaseFacts['majors'],
): readonly TargetDefinition[] {
  if (archive !== client) return [...changed, ...extra];
  const ofPublic = ({ finding }: TargetDefinition) => /^(?:ACL )?SCHEMA public$/.test(finding.object);
  return [...changed, ...(source < 15 ? extra.filter(ofPublic) : [])];
}

function objectsCheck(given: DatabaseFacts): Check {
  const { source, target, scratch, options, majors, chosen, facts } = given;
  if (!options.sections.some(section => section !== 'data'))
    return skippedCheck('objects', 'objects', 'the restore left the definitions out');
  if (target.kind === 'unreadable') return unreadCheck('objects', 'objects', target.reason);
  const comparison = given.comparison ?? compareObjects(source, target.value, options);
  const { settled, notes } = settle(unsettled(comparison, majors), target.value, scratch);
  const made = options.databaseName !== undefined;
  const isOldOwner = (finding: Finding) =>
    made && isOwnerOfOldPublic(finding, { source: majors.source, copy: facts.major });
  return makeCheck({
    name: 'objects',
    level: 'objects',
    compared: comparison.compared,
    findings: comparison.findings.filter(finding => !settled.has(finding) && !isOldOwner(finding)),
    notes: [
      ...(comparison.findings.some(isOldOwner) ? ['the schema public has no owner of its own before 14'] : []),
      ...notes,
      ...blankLineNotes(comparison.blankLinesOnly),
      ...unvalidatedNotes(facts.unvalidatedConstraints, source),
      ...(chosen === undefined ? [] : chosenNotes(chosen)),
      ...(options.besideOthers === true ? ['nothing else of this database was looked at'] : []),
    ],
  });
}

function settle(
  open: readonly TargetDefinition[],
  target: readonly TocEntry[],
  scratch: Reading<readonly TocEntry[]> | undefined,
): { readonly settled: ReadonlySet<Finding>; readonly notes: readonly string[] } {
  const nothing: ReadonlySet<Finding> = new Set();
  if (open.length === 0) return { settled: nothing, notes: [] };
  if (scratch === undefined || scratch.kind === 'unreadable') {
    const why = scratch === undefined ? '' : ` (${scratch.reason})`;
    const what = `${definitions(open.length)} may be only printed in another way: there was no scratch database to tell${why}`;
    return { settled: nothing, notes: [what] };
  }
  const settled = settleByScratch(open, scratch.value, target);
  if (settled.size === 0) return { settled, notes: [] };
  return { settled, notes: [`${definitions(settled.size)} printed in another way by this server, and equal`] };
}

function blankLineNotes(objects: readonly string[]): readonly string[] {
  return objects.length === 0 ? [] : [`line ends or blank lines alone differ in ${shortList(objects)}`];
}

/** The archive says NOT VALID as well, so it is compared already: a reader should know that nobody has checked them. */
function unvalidatedNotes(
  reading: TargetFacts['unvalidatedConstraints'],
  source: readonly TocEntry[],
): readonly string[] {
  if (reading?.kind !== 'read') return [];
  const archived = new Set(source.map(({ namespace = '', tag }) => `${namespace}.${tag}`));
  const names = reading.value.map(({ schema, table, name }) => `${schema}.${table} ${name}`);
  const known = names.filter(name => archived.has(name));
  return known.length === 0 ? [] : [`never checked against the rows, as in the source: ${shortList(known)}`];
}

function chosenNotes({ leftOut, present }: ChosenEntries): readonly string[] {
  return [
    ...(leftOut.length === 0 ? [] : [`left out by request: ${shortList(leftOut)}`]),
    ...(present.length === 0 ? [] : [`there before, so not compared: ${shortList(present)}`]),
  ];
}

function definitions(count: number): string {
  return count === 1 ? '1 definition' : `${count} definitions`;
}

function countChecks({ database, source, options, facts }: DatabaseFacts): readonly Check[] {
  const names = ['rows', 'sequences', 'large objects'];
  if (!options.sections.includes('data'))
    return names.map(name => skippedCheck(name, 'counts', 'the restore left the data out'));
  if (facts.counts === undefined) return names.map(name => unreadCheck(name, 'counts', 'the copy was not counted'));
  const roots = partitionRoots(source);
  const { rows } = facts.counts;
  return compareCounts(
    { ...database, tables: expectedByRoot(database.tables, roots) },
    { ...facts.counts, rows: rows.kind === 'read' ? { kind: 'read', value: countedByRoot(rows.value, roots) } : rows },
  );
}
