import type { TocEntry } from '../postgres/archive/model.ts';

/** How the entries of an archive hang together. */
export interface TocLinks {
  /** The entries of the archive that one depends on, without those that it only comes after. */
  readonly needs: (entry: TocEntry) => readonly TocEntry[];
  /** What an entry is a part of, such as an index of its table; undefined for an object of its own. */
  readonly partOf: (entry: TocEntry) => TocEntry | undefined;
  /** The object of its own that an entry is, or is a part of. */
  readonly objectOf: (entry: TocEntry) => TocEntry;
  /** The tables that a table is a partition of, nearest first. */
  readonly rootsOf: (entry: TocEntry) => readonly TocEntry[];
}

const relations: ReadonlySet<string> = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE']);

/** True for what has rows or shows them. */
export function isRelation({ description }: Pick<TocEntry, 'description'>): boolean {
  return relations.has(description);
}

/** Reads the dependencies that pg_dump has noted. */
export function linkEntries(entries: readonly TocEntry[]): TocLinks {
  const byId = new Map(entries.map(entry => [entry.dumpId, entry]));
  const known = (entry: TocEntry): readonly TocEntry[] =>
    [...new Set(entry.dependencies)].flatMap(id => byId.get(id) ?? []).filter(other => other !== entry);
  const roots = new Map<TocEntry, TocEntry>();
  for (const entry of entries) {
    if (entry.description !== 'TABLE ATTACH') continue;
    const [child, parent] = [true, false].map(own => known(entry).find(one => isNamed(one, entry) === own));
    if (child !== undefined && parent !== undefined) roots.set(child, parent);
  }
  const wholes = new Map(entries.map(entry => [entry, whole(entry, known(entry))]));
  const partOf = (entry: TocEntry) => wholes.get(entry);
  const needs = (entry: TocEntry) =>
    known(entry).filter(other => roots.get(entry) !== other && !comesOnlyAfter(entry, other));
  const objectOf = (entry: TocEntry): TocEntry => {
    const next = partOf(entry);
    return next === undefined ? entry : objectOf(next);
  };
  const rootsOf = (entry: TocEntry): readonly TocEntry[] => {
    const root = roots.get(entry);
    return root === undefined ? [] : [root, ...rootsOf(root)];
  };
  return { needs, partOf, objectOf, rootsOf };
}

function isNamed(relation: TocEntry, { namespace, tag }: TocEntry): boolean {
  return relation.tag === tag && relation.namespace === namespace;
}

/** An index of a partition is attached to its parent by an entry of its own; rows wait for rows of other tables. */
function comesOnlyAfter(entry: TocEntry, other: TocEntry): boolean {
  const isIndex = ({ description }: TocEntry) => description === 'INDEX' || description === 'CONSTRAINT';
  return (
    (isIndex(entry) && isIndex(other)) || (entry.description === 'TABLE DATA' && other.description === 'TABLE DATA')
  );
}

function whole(entry: TocEntry, known: readonly TocEntry[]): TocEntry | undefined {
  switch (entry.description) {
    case 'COMMENT':
    case 'ACL':
    case 'SECURITY LABEL':
    case 'SEQUENCE SET':
    case 'SEQUENCE OWNED BY':
      return known[0];
    case 'SEQUENCE':
      return known.find(one => one.description === 'TABLE');
    case 'PUBLICATION TABLE':
    case 'PUBLICATION TABLES IN SCHEMA':
      return known.find(one => one.description === 'PUBLICATION');
    case 'SUBSCRIPTION TABLE':
      return known.find(one => one.description === 'SUBSCRIPTION');
    case 'TABLE ATTACH':
      return known.find(one => isNamed(one, entry));
    case 'DEFAULT':
    case 'CONSTRAINT':
    case 'CHECK CONSTRAINT':
    case 'FK CONSTRAINT':
    case 'TRIGGER':
    case 'RULE':
    case 'POLICY':
      return longestName(known.filter(one => isBelow(entry, one))) ?? known.find(hasParts);
    case 'INDEX':
    case 'INDEX ATTACH':
    case 'MATERIALIZED VIEW DATA':
    case 'ROW SECURITY':
    case 'STATISTICS':
    case 'STATISTICS DATA':
    case 'TABLE DATA':
      return known.find(isRelation);
    default:
      return undefined;
  }
}

function hasParts(entry: TocEntry): boolean {
  return isRelation(entry) || entry.description === 'DOMAIN';
}

/** The name of one table may begin that of another. */
function longestName(entries: readonly TocEntry[]): TocEntry | undefined {
  return entries.toSorted((one, other) => other.tag.length - one.tag.length)[0];
}

/** Their tags begin with the name of what they belong to: `orders orders_pkey`. */
function isBelow(entry: TocEntry, other: TocEntry): boolean {
  return hasParts(other) && other.namespace === entry.namespace && entry.tag.startsWith(`${other.tag} `);
}
