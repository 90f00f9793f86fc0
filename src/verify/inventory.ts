import type { TocEntry } from '../postgres/archive/model.ts';
import { objectEntries } from '../postgres/archive/object-entries.ts';
import { comparedEntries } from './compared-entries.ts';
import type { DatabaseFacts } from './database-checks.ts';
import { countedByRoot, expectedByRoot, partitionRoots } from './partition-roots.ts';
import { relationKey } from './reading.ts';

/** What a person counts to see that a copy is whole. It decides nothing: the checks compare each thing by itself. */
export interface Inventory {
  /** How many objects of each kind each schema has. What is in no schema has an empty one. */
  readonly objects: readonly {
    readonly schema: string;
    readonly kind: ObjectKind;
    readonly source: number;
    readonly copy: number;
  }[];
  /** The largest tables with their rows; those of the copy undefined where they were not counted. */
  readonly tables: readonly {
    readonly schema: string;
    readonly name: string;
    readonly source: number;
    readonly copy: number | undefined;
  }[];
  /** Tables of the copy that have rows, and how many of these ANALYZE has seen; undefined where that is not known. */
  readonly analyzed: { readonly seen: number; readonly filled: number } | undefined;
}

/** In the order in which they are shown. */
export const objectKinds = [
  'tables',
  'views',
  'indexes',
  'constraints',
  'sequences',
  'functions',
  'triggers',
  'types',
  'others',
] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** pg_dump's words for what a table of contents lists. */
const kinds: Readonly<Record<string, ObjectKind>> = {
  TABLE: 'tables',
  'FOREIGN TABLE': 'tables',
  VIEW: 'views',
  'MATERIALIZED VIEW': 'views',
  INDEX: 'indexes',
  CONSTRAINT: 'constraints',
  'FK CONSTRAINT': 'constraints',
  'CHECK CONSTRAINT': 'constraints',
  SEQUENCE: 'sequences',
  FUNCTION: 'functions',
  PROCEDURE: 'functions',
  AGGREGATE: 'functions',
  TRIGGER: 'triggers',
  TYPE: 'types',
  DOMAIN: 'types',
};

const mostTables = 10;

/** Undefined where the definitions of the copy are not known, or were not restored. */
export function inventoryOf({ source, target, options, database, facts }: DatabaseFacts): Inventory | undefined {
  if (target.kind === 'unreadable' || !options.sections.some(section => section !== 'data')) return undefined;
  const [expected, copied] = comparedEntries(source, target.value, options);
  const [ours, theirs] = [countObjects(expected), countObjects(copied)];
  const objects = [...new Set([...ours.keys(), ...theirs.keys()])].sort().map(key => {
    return { ...placeOf(key), source: ours.get(key) ?? 0, copy: theirs.get(key) ?? 0 };
  });
  const { analyzed } = facts;
  return {
    objects,
    tables: options.sections.includes('data') ? largestTables({ source, database, facts }) : [],
    analyzed: analyzed?.kind === 'read' ? analyzed.value : undefined,
  };
}

/** How many objects of each kind each schema of an archive has, by schema. */
export function objectsIn(entries: readonly TocEntry[]): readonly {
  readonly schema: string;
  readonly kind: ObjectKind;
  readonly count: number;
}[] {
  const counts = countObjects(objectEntries(entries));
  return [...counts.keys()].sort().map(key => ({ ...placeOf(key), count: counts.get(key) ?? 0 }));
}

function placeOf(key: string): { readonly schema: string; readonly kind: ObjectKind } {
  const [schema = '', kind = ''] = key.split('\0');
  return { schema, kind: kind as ObjectKind };
}

function countObjects(entries: readonly TocEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { namespace = '', description } of entries) {
    const place = `${namespace}\0${kinds[description] ?? 'others'}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}

function largestTables({ source, database, facts }: Pick<DatabaseFacts, 'source' | 'database' | 'facts'>) {
  const roots = partitionRoots(source);
  const rows = facts.counts?.rows;
  const counted = rows?.kind === 'read' ? countedByRoot(rows.value, roots) : [];
  const found = new Map(counted.map(table => [relationKey(table), table.rows]));
  return expectedByRoot(database.tables, roots)
    .toSorted((one, other) => other.bytes - one.bytes || other.rows - one.rows)
    .slice(0, mostTables)
    .map(({ schema, name, rows: expected }) => {
      const copy = found.get(relationKey({ schema, name }));
      return { schema, name, source: expected, copy: copy?.kind === 'read' ? copy.value : undefined };
    });
}
