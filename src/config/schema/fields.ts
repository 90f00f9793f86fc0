import { nodeOf, type Written } from '../source/tree.ts';
import type { Field, FieldNotes, Kind } from './kind.ts';

/** A key that must be given. */
export function required<Value>(kind: Kind<Value>, help: string, notes: FieldNotes = {}): Field<Value> {
  return {
    ...notes,
    kind,
    help,
    required: true,
    written: undefined,
    read: (node, owner, path, decoding) => {
      if (node !== undefined) return kind.decode(node, path, decoding);
      decoding.problems.report('PGR127', owner, path, 'this key is required and missing', `add it: ${help}`);
      return undefined;
    },
  };
}

/** A key that may be left out, which says something of its own (`otherwise`). */
export function optional<Value>(kind: Kind<Value>, help: string, notes: FieldNotes = {}): Field<Value | undefined> {
  return {
    ...notes,
    kind,
    help,
    required: false,
    written: undefined,
    read: (node, _owner, path, decoding) =>
      node === undefined ? { value: undefined } : kind.decode(node, path, decoding),
  };
}

/** A key with a default, stated as one would write it and decoded like any value. */
export function defaulted<Value>(
  kind: Kind<Value>,
  written: Written,
  help: string,
  notes: FieldNotes = {},
): Field<Value> {
  return {
    ...notes,
    kind,
    help,
    required: false,
    written,
    read: (node, owner, path, decoding) => kind.decode(node ?? nodeOf(written, owner), path, decoding),
  };
}

/** A key whose problems do not keep the rest of the object from being used: its value is then undefined. */
export function lenient<Value>(field: Field<Value>): Field<Value | undefined> {
  return { ...field, read: (...parameters) => ({ value: field.read(...parameters)?.value }) };
}
