import type { TocEntry } from '../postgres/archive/model.ts';
import type { DatabaseLocale } from '../postgres/database-locale.ts';
import type { CompareOptions } from './compared-entries.ts';
import { databaseNameOf, describesDatabase, renameDatabase } from './database-name.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, unreadCheck } from './make-check.ts';
import type { Reading } from './reading.ts';

/** What a server says of one of its databases as a whole. */
export interface DatabaseProperties extends DatabaseLocale {
  /** -1 for none. */
  readonly connectionLimit: number;
}

/** Sides of the comparison of a database as a whole. */
export interface ComparedDatabase {
  readonly source: readonly TocEntry[];
  readonly target: readonly TocEntry[];
  /** What the copy should have: the source's, unless another one was asked for. */
  readonly locale: DatabaseLocale;
  readonly anotherMajor: boolean;
  readonly options: CompareOptions;
}

type Difference = Extract<Finding, { readonly kind: 'changed' }>;

/**
 * Encoding and locale, which a database has from its making and no archive brings, and the connection limit. Where the copy
 * was restored beside other things, or the settings were to stay behind, a difference is worth a note: it was asked for.
 */
export function compareDatabase(compared: ComparedDatabase, reading: Reading<DatabaseProperties>): Check {
  if (reading.kind === 'unreadable') return unreadCheck('database', 'objects', reading.reason);
  const { options, source, target } = compared;
  const found = [...localeDifferences(compared, reading.value), ...limitDifferences(compared, reading.value)];
  const isMeant = ({ property }: Difference) =>
    options.besideOthers === true || (property === 'connection limit' && options.settings === 'skip');
  const leftBehind = options.settings === 'skip' ? differentSettings(source, target) : [];
  const ownWay = keptAsItWas(compared);
  const notes = [
    ...found
      .filter(isMeant)
      .map(({ property, expected, actual }) => `${property} ${actual}, ${expected} in the source`),
    ...(leftBehind.length === 0 ? [] : [`left behind by request: ${leftBehind.join(', ')}`]),
    ...(ownWay.length === 0
      ? []
      : [`other than in the source, as the database was there before the restore: ${ownWay.join(', ')}`]),
    ...ownLimit(compared, reading.value),
  ];
  const findings = found.filter(difference => !isMeant(difference));
  return makeCheck({ name: 'database', level: 'objects', compared: 6, findings, notes });
}

/** A database that was there before gets the settings of the source and nothing else of it. */
function keptAsItWas({ source, target, options }: ComparedDatabase): readonly string[] {
  if (options.databaseName !== undefined || options.besideOthers === true || options.settings === 'skip') return [];
  const asked = [
    'comment',
    'security labels',
    options.owners === 'keep' && 'owner',
    options.privileges === 'keep' && 'grants',
  ];
  return differentSettings(source, target).filter(name => asked.includes(name));
}

function localeDifferences(
  { locale, anotherMajor, options, source }: ComparedDatabase,
  actual: DatabaseLocale,
): readonly Difference[] {
  const differences: readonly (readonly [string, string, string])[] = [
    ['encoding', locale.encoding, actual.encoding],
    ['collation', locale.collate, actual.collate],
    ['character type', locale.characterType, actual.characterType],
    ['locale provider', locale.localeProvider, actual.localeProvider],
    ['locale', locale.locale ?? '', actual.locale ?? ''],
  ];
  // A newer server writes a locale of ICU in another way when it makes a database.
  const rewritten = options.databaseName !== undefined && anotherMajor && locale.localeProvider === 'icu';
  return differences
    .filter(([, expected, found]) => spelling(expected) !== spelling(found))
    .filter(([property]) => !(rewritten && property === 'locale'))
    .map(([property, expected, found]) => changed(source, property, expected, found));
}

/** `en_US.UTF-8` is `en_US.utf8` to the C library, and `en-US` is `en_US` to ICU. */
function spelling(locale: string): string {
  return locale.toLowerCase().replace(/[-_]/g, '');
}

/** A copy that was made is compared with its settings as a whole. */
function limitDifferences({ source, options }: ComparedDatabase, actual: DatabaseProperties): readonly Difference[] {
  const expected = limitOf(source);
  if (options.databaseName !== undefined || expected === undefined || expected === actual.connectionLimit) return [];
  return [changed(source, 'connection limit', String(expected), String(actual.connectionLimit))];
}

function ownLimit({ source, options }: ComparedDatabase, { connectionLimit }: DatabaseProperties): readonly string[] {
  if (options.databaseName !== undefined || connectionLimit < 0 || limitOf(source) !== undefined) return [];
  return [`it has a connection limit of its own: ${connectionLimit}`];
}

function limitOf(entries: readonly TocEntry[]): number | undefined {
  const settings = entries.find(({ description }) => description === 'DATABASE PROPERTIES')?.definition ?? '';
  const limit = /^ALTER DATABASE .* CONNECTION LIMIT = (-?\d+);$/m.exec(settings)?.[1];
  return limit === undefined ? undefined : Number(limit);
}

function changed(source: readonly TocEntry[], property: string, expected: string, actual: string): Difference {
  const object = `DATABASE ${databaseNameOf(source) ?? ''}`.trim();
  return { kind: 'changed', object, property, expected, actual };
}

const names: Readonly<Record<string, string>> = {
  DATABASE: 'owner',
  'DATABASE PROPERTIES': 'settings',
  ACL: 'grants',
  COMMENT: 'comment',
  'SECURITY LABEL': 'security labels',
};

/** What the two say of their databases in different words. A dump of a part says nothing of it. */
function differentSettings(source: readonly TocEntry[], target: readonly TocEntry[]): readonly string[] {
  if (databaseNameOf(source) === undefined) return [];
  const said = (entries: readonly TocEntry[]) => {
    const name = databaseNameOf(entries) ?? '';
    return new Map(
      entries.filter(describesDatabase).map(({ description, definition, owner }) => {
        const text = description === 'DATABASE' ? (owner ?? '') : renameDatabase(definition ?? '', name, 'database');
        return [description, text.trim()] as const;
      }),
    );
  };
  const [ours, theirs] = [said(source), said(target)];
  return Object.entries(names)
    .filter(([description]) => (ours.get(description) ?? '') !== (theirs.get(description) ?? ''))
    .map(([, name]) => name);
}
