/**
 * What a declaration is made of, whatever it was written in: YAML, an action's inputs or a command line. Every node
 * knows where it comes from, so that a problem can be shown at its place.
 */
export type SourceNode = SourceScalar | SourceList | SourceMap | SourceBroken;

/** Lines and columns count from 1. */
export type Origin =
  | { readonly kind: 'file'; readonly line: number; readonly column: number }
  | { readonly kind: 'input'; readonly name: string };

export interface SourceScalar {
  readonly kind: 'scalar';
  readonly origin: Origin;
  /** The value by YAML's core schema, variables replaced. */
  readonly value: string | number | boolean | null;
  /** The value as it is spelled: `0x10` for 16. */
  readonly spelling: string;
  /** The parts that `spelling` consists of, in order. */
  readonly pieces: readonly Piece[];
}

/** A part of a scalar. `foreign` text came out of a variable or an input: it may be secret and was not typed into the file. */
export interface Piece {
  readonly text: string;
  readonly foreign: boolean;
}

export interface SourceList {
  readonly kind: 'list';
  readonly origin: Origin;
  readonly items: readonly SourceNode[];
}

export interface SourceMap {
  readonly kind: 'map';
  readonly origin: Origin;
  readonly entries: readonly SourceEntry[];
}

/** A value that could not be made out; the problem has been reported already. */
export interface SourceBroken {
  readonly kind: 'broken';
  readonly origin: Origin;
}

export interface SourceEntry {
  readonly key: string;
  readonly keyOrigin: Origin;
  readonly value: SourceNode;
}

/** A plain value as it could be written in YAML; how defaults are stated. */
export type Written = string | number | boolean | readonly Written[] | { readonly [key: string]: Written };

/** Makes nodes of a plain value, all from one place. */
export function nodeOf(written: Written, origin: Origin): SourceNode {
  if (typeof written !== 'object') {
    const spelling = String(written);
    return { kind: 'scalar', origin, value: written, spelling, pieces: [{ text: spelling, foreign: false }] };
  }
  if (isList(written)) return { kind: 'list', origin, items: written.map(item => nodeOf(item, origin)) };
  const entries = Object.entries(written).map(([key, value]) => ({
    key,
    keyOrigin: origin,
    value: nodeOf(value, origin),
  }));
  return { kind: 'map', origin, entries };
}

function isList(written: Written): written is readonly Written[] {
  return Array.isArray(written);
}

/** True where some of the text was not typed into the file. Such text may be read as a number or a boolean. */
export function isForeign(scalar: SourceScalar): boolean {
  return scalar.pieces.some(piece => piece.foreign);
}

/** A node in a few words, for a message. Text that may be secret is never quoted. */
export function describe(node: Exclude<SourceNode, SourceBroken>): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  if (node.value === null) return 'nothing';
  if (isForeign(node)) return node.origin.kind === 'input' ? 'another text' : 'another text in a variable';
  if (typeof node.value === 'boolean') return String(node.value);
  if (typeof node.value === 'number') return `the number ${node.spelling}`;
  if (node.value === '') return 'an empty text';
  const harmless = node.value.length <= 40 && !/:.*@|password/i.test(node.value);
  return harmless ? `the text ${JSON.stringify(node.value)}` : 'another text';
}
