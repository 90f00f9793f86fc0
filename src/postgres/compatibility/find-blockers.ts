import type { TocEntry } from '../archive/model.ts';
import { rolesNeeded } from '../archive/roles.ts';
import { bareSql } from './bare-sql.ts';
import { type Feature, isShown, type Look } from './feature.ts';
import { features } from './features.ts';

/** What the server says that is to hold the objects. */
export interface TargetKnowledge {
  readonly major: number;
  /** Names of its settings, in lower case. */
  readonly settings: ReadonlySet<string>;
  /** Extensions that can be created there. */
  readonly extensions: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
}

/** Something of an archive that the target cannot hold. */
export interface Blocker {
  /** Kind and name of the object. */
  readonly object: string;
  /** What of it the target does not have. */
  readonly what: string;
  /** The first major that has it, where that is known. */
  readonly since: number | undefined;
  readonly remedy: string | undefined;
}

export interface Compatibility {
  readonly blockers: readonly Blocker[];
  /** What is lost without an error, in words, each once. */
  readonly notes: readonly string[];
}

/** Settings that are none of `pg_settings`. */
const hiddenSettings = ['role', 'session_authorization', 'seed'];

/**
 * Looks through the entries that are to be restored for what this target is known not to hold. `sourceMajor` is that of
 * the server that was dumped: what came or went between the two is looked for, and nothing else of the list.
 */
export function findBlockers(
  entries: readonly TocEntry[],
  sourceMajor: number,
  target: TargetKnowledge,
): Compatibility {
  const known = features.filter(feature => isBetween(feature, sourceMajor, target.major));
  const tables = new Map(
    entries.filter(({ description }) => description === 'TABLE').map(entry => [entry.dumpId, entry] as const),
  );
  const blockers: Blocker[] = [];
  const notes = new Set<string>();
  for (const entry of entries) {
    const tableId = entry.dependencies.find(id => tables.has(id));
    const table = tableId === undefined ? undefined : tables.get(tableId);
    const look: Look = { entry, sql: bareSql(entry.definition ?? ''), table, all: entries };
    const found = known.filter(feature => isShown(feature, look));
    for (const feature of found) {
      if (feature.harmless === true) notes.add(`${feature.name} are lost: ${target.major} has none`);
    }
    blockers.push(
      ...found
        .filter(({ harmless }) => harmless !== true)
        .map(feature => ({
          object: objectName(entry),
          what: inWords(feature),
          since: feature.since,
          remedy: feature.remedy,
        })),
      ...lacking(look, target),
    );
  }
  return { blockers, notes: [...notes] };
}

function isBetween({ since, until }: Feature, source: number, target: number): boolean {
  if (since !== undefined) return source >= since && target < since;
  return until !== undefined && source < until && target >= until;
}

function inWords({ name, since, until }: Feature): string {
  return since === undefined ? `${name}: gone in ${until}` : `${name}: known from ${since} on`;
}

/** What only the target itself can say that it lacks. */
function lacking({ entry, sql }: Look, target: TargetKnowledge): readonly Blocker[] {
  const object = objectName(entry);
  if (entry.description === 'EXTENSION' && !target.extensions.has(entry.tag))
    return [
      { object, what: 'not installed there', since: undefined, remedy: 'use a server image that has the extensions' },
    ];
  const roles = rolesNeeded([entry])
    .filter(name => name.startsWith('pg_') && !target.roles.has(name))
    .map(name => ({
      object,
      what: `the predefined role ${name}`,
      since: undefined,
      remedy: '`owners: ROLE` and `privileges: skip` leave roles behind',
    }));
  const settings = settingsOf(entry, sql)
    .filter(name => !name.includes('.') && !target.settings.has(name) && !hiddenSettings.includes(name))
    .map(name => ({
      object,
      what: `the setting ${name}, which is unknown there`,
      since: undefined,
      remedy: `RESET ${name} on the source`,
    }));
  return [...roles, ...settings];
}

function settingsOf({ description }: TocEntry, sql: string): readonly string[] {
  const pattern =
    description === 'DATABASE PROPERTIES'
      ? /^ALTER (?:DATABASE|ROLE) [^;]*? SET (\w[\w.]*) (?:TO|=) |; ALTER (?:DATABASE|ROLE) [^;]*? SET (\w[\w.]*) (?:TO|=) /g
      : ['FUNCTION', 'PROCEDURE'].includes(description)
        ? / SET (\w[\w.]*) TO /g
        : undefined;
  if (pattern === undefined) return [];
  return [...sql.matchAll(pattern)].map(([, first, second]) => (first ?? second ?? '').toLowerCase());
}

/** Kind and name of an entry's object. */
export function objectName({ description, namespace, tag }: TocEntry): string {
  return `${description} ${namespace ? `${namespace}.` : ''}${tag}`;
}
