import type { ErrorCode } from '../../errors.ts';
import type { NameParts } from '../declaration/templates.ts';
import type { Problems } from '../problems.ts';
import type { Origin, SourceNode, Written } from '../source/tree.ts';

/** A schema in JSON Schema, draft 2020-12. */
export interface JsonSchema {
  readonly [keyword: string]: Json;
}
export type Json = Written | null | readonly Json[] | { readonly [key: string]: Json };

/** What decoding needs besides the node. */
export interface Decoding {
  readonly problems: Problems;
  /** Absolute folders: where paths of the file start, and the one other place where they may lead. */
  readonly workspace: string;
  readonly temporary: string | undefined;
  /** What stands in names for `{date}` and the like. */
  readonly nameParts: NameParts;
  /** Where else in the file a key exists, as paths of the objects that have it. */
  readonly placesOf: (key: string) => readonly string[];
}

/** Undefined when the value is not usable; the problem has then been reported. */
export type Decoded<Value> = { readonly value: Value } | undefined;

/**
 * One kind of value: the single definition from which decoding, the JSON Schema and the reference are made.
 * Schema and decoding agree on every value that holds no variable.
 */
export interface Kind<out Value> {
  /** Fits after "expected": `an integer from 1 to 64`. */
  readonly expects: string;
  /** For the reference, as Markdown: `integer, 1 to 64`. */
  readonly type: string;
  readonly schema: JsonSchema;
  readonly shape: Shape;
  /** `path` is the key's path for messages. */
  readonly decode: (node: SourceNode, path: string, decoding: Decoding) => Decoded<Value>;
}

/** What is inside of a kind, for those who walk over definitions. */
export type Shape =
  | { readonly form: 'scalar' }
  | { readonly form: 'list'; readonly item: Kind<unknown> }
  | { readonly form: 'record'; readonly name: string; readonly value: Kind<unknown> }
  | { readonly form: 'object'; readonly fields: Fields }
  | { readonly form: 'one-key'; readonly cases: Cases };

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type Cases = Readonly<Record<string, Case<unknown>>>;

/** A key of an object. */
export interface Field<out Value> extends FieldNotes {
  readonly kind: Kind<unknown>;
  readonly help: string;
  readonly required: boolean;
  /** As one would write it in the file; undefined without a fixed default. */
  readonly written: Written | undefined;
  /** Decodes what stands in the file, or else the default; `owner` is the place of the object. */
  readonly read: (node: SourceNode | undefined, owner: Origin, path: string, decoding: Decoding) => Decoded<Value>;
}

export interface FieldNotes {
  /** What holds when the key is not given and there is no fixed default. */
  readonly otherwise?: string;
  /** The option of Postgres that the key stands for, as its manual writes it. */
  readonly postgres?: string;
  /** Other accepted spellings of the key. */
  readonly aliases?: readonly string[];
}

/** One of several things that an object with a single key can be. */
export interface Case<out Value> {
  readonly kind: Kind<Value>;
  readonly help: string;
  /** YAML of one list item that uses it. */
  readonly example: string;
}

/** A value with its place, for checks that come after decoding. */
export interface Located<Value> {
  readonly value: Value;
  readonly origin: Origin;
}

/** The JSON Schema of text that holds a variable, about which a schema can say nothing else. */
export const variable: JsonSchema = { $ref: '#/$defs/variable' };

/** What `variable` refers to. */
export const definitions: JsonSchema = {
  variable: { type: 'string', pattern: '\\$\\{', description: 'Text with a variable, ${NAME}.' },
};

/** What a check of a decoded value says against it. */
export interface Objection {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy: string;
}
