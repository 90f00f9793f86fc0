import { largeObjectIds } from '../postgres/archive/large-objects.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { linkEntries } from './toc-links.ts';

/** How what the entries make is dropped from a database that may have it. */
export interface DropStatements {
  /** Foreign keys and large objects: nothing else depends on them, so that any order does. */
  readonly first: readonly string[];
  /** Objects, each with all its parts, likely ones first. One that is refused may go once the others are gone. */
  readonly objects: readonly string[];
}

/**
 * What pg_restore's `--clean --if-exists` is meant to do. It cannot drop the primary key of a partition, so it fails for a
 * database with a partitioned table (measured with 18.6); whole objects can be dropped.
 */
export function dropStatements(kept: readonly TocEntry[]): DropStatements {
  const { partOf } = linkEntries(kept);
  const ids = largeObjectIds(kept);
  return {
    first: [
      ...kept.filter(({ description }) => description === 'FK CONSTRAINT').flatMap(dropConstraint),
      ...(ids.length === 0
        ? []
        : [`select lo_unlink(oid) from pg_largeobject_metadata where oid in (${ids.join(', ')})`]),
    ],
    objects: kept
      .filter(entry => partOf(entry) === undefined)
      .flatMap(dropObject)
      .reverse(),
  };
}

function dropConstraint({ dropStatement = '' }: TocEntry): readonly string[] {
  const statement = dropStatement
    .replace(/^ALTER TABLE /, 'ALTER TABLE IF EXISTS ')
    .replace(' DROP CONSTRAINT ', ' DROP CONSTRAINT IF EXISTS ');
  return statement === '' ? [] : [statement];
}

/** `DROP TEXT SEARCH PARSER a.b;`: the words of the kind stand behind DROP. */
function dropObject({ description, dropStatement = '' }: TocEntry): readonly string[] {
  const kind = description === 'SHELL TYPE' ? 'TYPE' : description;
  const start = `DROP ${kind} `;
  return dropStatement.startsWith(start) ? [`${start}IF EXISTS ${dropStatement.slice(start.length)}`] : [];
}
