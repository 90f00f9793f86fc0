import { quoteIdentifier, quoteLiteral, quoteQualified } from '../postgres/quote.ts';
import type { RelationName } from '../verify/reading.ts';
import type { Unreadable } from './privileges.ts';

/** The predefined role that may read every table, view and sequence (release notes of 14). */
const readAllSince = 14;

/** Statements that let a role read what it may not, in full, for the owners of the objects or a superuser to run. */
export function grantsFor({ role, major, schemas, tables, sequences, largeObjects }: Unreadable): readonly string[] {
  const to = quoteIdentifier(role);
  const relations = schemas.length + tables.length + sequences.length > 0;
  const each = [
    ...schemas.map(name => `GRANT USAGE ON SCHEMA ${quoteIdentifier(name)} TO ${to};`),
    ...onAll('TABLE', tables, to),
    ...onAll('SEQUENCE', sequences, to),
  ];
  const all = [`GRANT pg_read_all_data TO ${to};`];
  return [...(relations ? (major >= readAllSince ? all : each) : []), ...onLargeObjects(largeObjects, role)];
}

function onAll(kind: string, names: readonly RelationName[], to: string): readonly string[] {
  if (names.length === 0) return [];
  return [
    `GRANT SELECT ON ${kind} ${names.map(({ schema, name }) => quoteQualified(schema, name)).join(', ')} TO ${to};`,
  ];
}

function onLargeObjects({ count, first }: Unreadable['largeObjects'], role: string): readonly string[] {
  if (count === 0) return [];
  const to = quoteIdentifier(role);
  if (count === first.length) return [`GRANT SELECT ON LARGE OBJECT ${first.join(', ')} TO ${to};`];
  return [
    `DO $grants$ DECLARE number oid; BEGIN FOR number IN SELECT oid FROM pg_largeobject_metadata LOOP EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO %I', number, ${quoteLiteral(role)}); END LOOP; END $grants$;`,
  ];
}
