import type { DumpedSequence } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import { largeObjectIds } from '../postgres/archive/large-objects.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { plural } from '../report/format.ts';
import { compareObjects } from '../verify/compare-objects.ts';
import type { CompareOptions } from '../verify/compared-entries.ts';
import { databaseNameOf } from '../verify/database-name.ts';
import type { Finding } from '../verify/finding.ts';
import { compareLargeObjectProperties, largeObjectProperties } from '../verify/large-object-properties.ts';
import { type RelationName, relationKey } from '../verify/reading.ts';
import type { DumpContents, HeldTable } from './read-dump.ts';

/** What differs between two dumps of a database. */
export interface DatabaseDifference {
  readonly before: string;
  readonly after: string;
  readonly bytes: readonly [before: number, after: number];
  /** Definitions, owners, grants …; `missing` is what only the first has. */
  readonly objects: readonly Finding[];
  readonly tables: readonly TableDifference[];
  readonly sequences: readonly SequenceDifference[];
  readonly extensions: readonly Finding[];
  readonly largeObjects: readonly Finding[];
  /** How much of it could be compared. */
  readonly compared: {
    readonly objects: number;
    /** Tables whose rows both hold. */
    readonly tables: number;
    /** Tables of which both have a number of rows. */
    readonly counted: number;
    /** Tables of which both have a hash of the rows. */
    readonly hashed: number;
    readonly sequences: number;
  };
  readonly notes: readonly string[];
}

/** Rows of a table. Undefined is a number that a dump does not tell, or, with `in`, does not have. */
export interface TableDifference extends RelationName {
  readonly in: 'both' | 'first' | 'second';
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** What the hashes of the rows tell. */
  readonly content: 'equal' | 'different' | 'unknown';
}

export interface SequenceDifference extends RelationName {
  readonly before: Position | undefined;
  readonly after: Position | undefined;
}

type Position = Pick<DumpedSequence, 'lastValue' | 'isCalled'>;

export function isDifferent(database: DatabaseDifference): boolean {
  const { objects, tables, sequences, extensions, largeObjects } = database;
  return [objects, tables, sequences, extensions, largeObjects].some(found => found.length > 0);
}

/** @throws PGR172 where a table of contents could not be read: what can't be compared must not look equal. */
export function compareContents(before: DumpContents, after: DumpContents): DatabaseDifference {
  const definitions = compareDefinitions(before, after);
  const tables = pairedTables(before, after);
  const { sequences, compared } = compareSequences(before.sequences, after.sequences);
  return {
    before: before.name,
    after: after.name,
    bytes: [before.bytes, after.bytes],
    objects: definitions.objects,
    tables: tables.filter(differs),
    sequences,
    extensions: compareVersions(before, after),
    largeObjects: definitions.largeObjects,
    compared: {
      objects: definitions.compared,
      tables: tables.filter(one => one.in === 'both').length,
      counted: tables.filter(one => one.before !== undefined && one.after !== undefined).length,
      hashed: tables.filter(({ content }) => content !== 'unknown').length,
      sequences: compared,
    },
    notes: [...optionNotes(before, after), ...definitions.notes],
  };
}

const sections = ['pre-data', 'data', 'post-data'] as const;

/** By the comparison of `verify`. What one of them says of the database itself counts where both say something. */
function compareDefinitions(before: DumpContents, after: DumpContents) {
  const [ours, theirs] = [entriesOf(before), entriesOf(after)];
  const whole = databaseNameOf(ours) !== undefined && databaseNameOf(theirs) !== undefined;
  const { compared, findings, blankLinesOnly } = compareObjects(ours, theirs, optionsOf(before, after, whole));
  // The other way round, as a copy may have comments that nobody asked for, and schemas that were made for it.
  const reversed = compareObjects(theirs, ours, optionsOf(after, before, whole)).findings;
  const objects = [
    ...findings.filter(({ kind }) => kind !== 'extra'),
    ...reversed.flatMap(({ kind, object }): readonly Finding[] =>
      kind === 'missing' ? [{ kind: 'extra', object }] : [],
    ),
  ];
  const blank = blankLinesOnly.length;
  return {
    objects: [...objects, ...comparePopulated(ours, theirs), ...(whole ? [] : compareEncoding(before, after))],
    largeObjects: compareLargeObjects(ours, theirs),
    compared,
    notes: blank === 0 ? [] : [`line ends or blank lines alone differ in ${plural(blank, 'definition')}`],
  };
}

function optionsOf({ name: source }: DumpContents, { name: target }: DumpContents, whole: boolean): CompareOptions {
  const names = whole ? { databaseName: { source, target } } : { settings: 'skip' as const };
  return { owners: 'keep', privileges: 'keep', sections, ...names };
}

function entriesOf({ name, entries }: DumpContents): readonly TocEntry[] {
  if (entries.kind === 'read') return entries.value;
  throw fault(
    'PGR172',
    `the dump of "${name}" is damaged: ${entries.reason}`,
    'pg-roundtrip inspect tells more; fetch it again, or take another one',
  );
}

/** Which materialized views are filled: an archive has an entry that does it. */
function comparePopulated(before: readonly TocEntry[], after: readonly TocEntry[]): readonly Finding[] {
  const names = (entries: readonly TocEntry[], kind: string) =>
    new Set(
      entries.filter(({ description }) => description === kind).map(({ namespace, tag }) => `${namespace}.${tag}`),
    );
  const [ours, theirs] = [names(before, 'MATERIALIZED VIEW DATA'), names(after, 'MATERIALIZED VIEW DATA')];
  const copied = names(after, 'MATERIALIZED VIEW');
  return [...names(before, 'MATERIALIZED VIEW')]
    .filter(view => copied.has(view) && ours.has(view) !== theirs.has(view))
    .map(view => changed(`MATERIALIZED VIEW ${view}`, 'populated', String(ours.has(view)), String(theirs.has(view))));
}

/** Else it is in the definition of the database. */
function compareEncoding(before: DumpContents, after: DumpContents): readonly Finding[] {
  return change('DATABASE', 'encoding', before.encoding ?? '', after.encoding ?? '');
}

/** Their number and properties; the bytes are not read. */
function compareLargeObjects(before: readonly TocEntry[], after: readonly TocEntry[]): readonly Finding[] {
  const [ours, theirs] = [largeObjectIds(before), largeObjectIds(after)];
  const [known, found] = [new Set(ours), new Set(theirs)];
  const object = (id: number) => `LARGE OBJECT ${id}`;
  return [
    ...ours.filter(id => !found.has(id)).map((id): Finding => ({ kind: 'missing', object: object(id) })),
    ...theirs.filter(id => !known.has(id)).map((id): Finding => ({ kind: 'extra', object: object(id) })),
    ...compareLargeObjectProperties(
      before,
      { kind: 'read', value: largeObjectProperties(after) },
      { owners: 'keep', privileges: 'keep', sections },
    ).findings,
  ];
}

/** Those of both: an extension that only one has is an object. */
function compareVersions(before: DumpContents, after: DumpContents): readonly Finding[] {
  const versions = new Map(after.extensions.map(({ name, version }) => [name, version]));
  return before.extensions.flatMap(({ name, version }) => {
    const other = versions.get(name);
    return version === undefined || other === undefined ? [] : change(`EXTENSION ${name}`, 'version', version, other);
  });
}

function change(object: string, property: string, expected: string, actual: string): readonly Finding[] {
  return expected === actual ? [] : [changed(object, property, expected, actual)];
}

function changed(object: string, property: string, expected: string, actual: string): Finding {
  return { kind: 'changed', object, property, expected, actual };
}

/** In the order of the first dump, then what only the second one has. */
function pairs<Item extends RelationName>(before: readonly Item[], after: readonly Item[]) {
  const found = new Map(after.map(one => [relationKey(one), one]));
  const known = new Set(before.map(relationKey));
  return [
    ...before.map(one => ({ name: one, one, other: found.get(relationKey(one)) })),
    ...after.filter(one => !known.has(relationKey(one))).map(other => ({ name: other, one: undefined, other })),
  ];
}

function pairedTables(before: DumpContents, after: DumpContents): readonly TableDifference[] {
  return pairs<HeldTable>(before.tables, after.tables).map(({ name, one, other }) => ({
    schema: name.schema,
    name: name.name,
    in: other === undefined ? 'first' : one === undefined ? 'second' : 'both',
    before: one?.rows,
    after: other?.rows,
    content: before.encoding === after.encoding ? contentOf(one?.hash, other?.hash) : 'unknown',
  }));
}

/** A hash says how it was made, and only those that were made in one way can be compared. */
function contentOf(one: string | undefined, other: string | undefined): TableDifference['content'] {
  if (one === undefined || other === undefined || methodOf(one) !== methodOf(other)) return 'unknown';
  return one === other ? 'equal' : 'different';
}

function methodOf(hash: string): string {
  return hash.slice(0, hash.indexOf(':'));
}

function differs({ in: where, before, after, content }: TableDifference): boolean {
  if (where !== 'both' || content === 'different') return true;
  return before !== undefined && after !== undefined && before !== after;
}

function compareSequences(before: readonly DumpedSequence[], after: readonly DumpedSequence[]) {
  const all = pairs(before, after);
  const position = (sequence: DumpedSequence | undefined): Position | undefined =>
    sequence && { lastValue: sequence.lastValue, isCalled: sequence.isCalled };
  const sequences = all
    .map(({ name, one, other }): SequenceDifference => {
      return { schema: name.schema, name: name.name, before: position(one), after: position(other) };
    })
    .filter(({ before: ours, after: theirs }) => JSON.stringify(ours) !== JSON.stringify(theirs));
  return { sequences, compared: all.length };
}

function optionNotes(before: DumpContents, after: DumpContents): readonly string[] {
  const [ours, theirs] = [before, after].map(({ dumped }) =>
    dumped?.options.filter(option => !/^--(?:format|compress)=/.test(option)).join(' '),
  );
  if (ours === undefined || theirs === undefined || ours === theirs) return [];
  return [`dumped with other options: ${ours || 'none'} → ${theirs || 'none'}`];
}
