import { fault } from '../errors.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { type NameFilter, relationFilter, schemaFilter } from './name-filter.ts';
import type { Selection } from './selection.ts';
import { isRelation, type TocLinks } from './toc-links.ts';

/** What the filters of names say of the objects of an archive, each with all its parts. */
export interface ChosenObjects {
  readonly included: (object: TocEntry) => boolean;
  readonly excluded: (object: TocEntry) => boolean;
  /** Tables whose rows are left out. */
  readonly withoutRows: (table: TocEntry) => boolean;
}

/** A partitioned table stands for its partitions as well. Throws PGR180 for a filter that matches nothing. */
export function chooseObjects(
  entries: readonly TocEntry[],
  links: TocLinks,
  { include, exclude }: Pick<Selection, 'include' | 'exclude'>,
): ChosenObjects {
  const objects = entries.filter(entry => links.partOf(entry) === undefined);
  const choose = (schemas: readonly string[], tables: readonly string[], where: string) => {
    const filters = [
      ...schemas.map(pattern => objectFilter(schemaFilter(pattern), isInSchemas)),
      ...tables.map(pattern => objectFilter(relationFilter(pattern), isSelectable)),
    ];
    for (const { pattern, matches } of filters) if (!objects.some(matches)) throw idle(pattern, where);
    const matched = new Set(objects.filter(object => filters.some(({ matches }) => matches(object))));
    return (object: TocEntry) => [object, ...links.rootsOf(object)].some(one => matched.has(one));
  };
  const unfiltered = include.schema.length + include.table.length === 0;
  const included = choose(include.schema, include.table, 'include');
  return {
    included: object => unfiltered || included(object),
    excluded: choose(exclude.schema, exclude.table, 'exclude'),
    withoutRows: choose([], exclude['table-data'], 'exclude.table-data'),
  };
}

export function idle(pattern: string, where: string): Error {
  return fault(
    'PGR180',
    `"${pattern}" under ${where} matches nothing in the dump`,
    'check it for spelling and schema; names with capitals need double quotes inside of the quotes',
  );
}

interface ObjectFilter {
  readonly pattern: string;
  readonly matches: (object: TocEntry) => boolean;
}

function objectFilter({ pattern, matches }: NameFilter, isCandidate: (entry: TocEntry) => boolean): ObjectFilter {
  return { pattern, matches: object => isCandidate(object) && matches(schemaOf(object), object.tag) };
}

function schemaOf({ description, namespace, tag }: TocEntry): string {
  return description === 'SCHEMA' ? tag : (namespace ?? '');
}

function isInSchemas(object: TocEntry): boolean {
  return schemaOf(object) !== '';
}

/** Rows and positions are objects of their own in a dump that has no definitions. */
function isSelectable(object: TocEntry): boolean {
  return isRelation(object) || ['SEQUENCE', 'TABLE DATA', 'SEQUENCE SET'].includes(object.description);
}
