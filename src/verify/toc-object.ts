import type { TocEntry } from '../postgres/archive/model.ts';

/** One entry of a table of contents, ready to be compared. */
export interface TocObject {
  /** Kind, schema and tag. Not unique: overloaded operators share it, default privileges of two roles share it. */
  readonly key: string;
  /** As people read it: `TABLE app.users`. */
  readonly name: string;
  readonly description: string;
  readonly tag: string;
  readonly value: ObjectValue;
}

export interface ObjectValue {
  readonly definition: string;
  /** Empty where the owner is not the object's own. */
  readonly owner: string;
  readonly tablespace: string;
  readonly accessMethod: string;
}

/**
 * Kinds that are owned by what they belong to: the archive repeats that owner, and one changed owner of a table would
 * otherwise be told once more for each of its indexes, constraints, comments and grants.
 */
const ownedByAnother: ReadonlySet<string> = new Set([
  'ACL',
  'CAST',
  'CHECK CONSTRAINT',
  'COMMENT',
  'CONSTRAINT',
  'DATABASE PROPERTIES',
  'DEFAULT',
  'FK CONSTRAINT',
  'INDEX',
  'INDEX ATTACH',
  'POLICY',
  'PUBLICATION TABLE',
  'PUBLICATION TABLES IN SCHEMA',
  'ROW SECURITY',
  'RULE',
  'SECURITY LABEL',
  'SEQUENCE OWNED BY',
  'SUBSCRIPTION TABLE',
  'TABLE ATTACH',
  'TRIGGER',
  'USER MAPPING',
]);

export function toTocObject(entry: TocEntry): TocObject {
  const { description, tag } = entry;
  const namespace = entry.namespace ?? '';
  return {
    key: objectKey(description, namespace, tag),
    name: namespace === '' ? `${description} ${tag}` : `${description} ${namespace}.${tag}`,
    description,
    tag,
    value: {
      definition: entry.definition ?? '',
      owner: ownedByAnother.has(description) ? '' : (entry.owner ?? ''),
      tablespace: entry.tablespace ?? '',
      accessMethod: entry.accessMethod ?? '',
    },
  };
}

export function objectKey(description: string, namespace: string, tag: string): string {
  return `${description}\0${namespace}\0${tag}`;
}

/** In the order in which the keys first occur. */
export function groupByKey(objects: readonly TocObject[]): ReadonlyMap<string, readonly TocObject[]> {
  const groups = new Map<string, TocObject[]>();
  for (const object of objects) {
    const group = groups.get(object.key);
    if (group === undefined) groups.set(object.key, [object]);
    else group.push(object);
  }
  return groups;
}
