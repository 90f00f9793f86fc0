import type { ErrorCode } from '../../errors.ts';
import { describe } from '../source/tree.ts';
import type { Decoded, Decoding, Kind, Located, Objection } from './kind.ts';

interface ListOptions {
  readonly minimum?: number;
  /** True where items are things of their own, so that messages about them need not name the list. */
  readonly standalone?: boolean;
  /** What a list that is too short is reported as; PGR123 unless the catalogue has something closer. */
  readonly code?: ErrorCode;
  /** What to do about one. */
  readonly remedy?: string;
}

/** A list; one scalar is taken for a list of one. */
export function list<Value>(item: Kind<Value>, options: ListOptions = {}): Kind<readonly Value[]> {
  const { minimum = 1, standalone = false, code = 'PGR123' } = options;
  const { remedy = 'give at least one item, or remove the key' } = options;
  const single = item.shape.form === 'scalar';
  const items = { type: 'array', minItems: minimum, items: item.schema };
  const expects = `a list (${item.expects})`;
  return {
    expects,
    type: single ? `${item.type}; or a list` : 'list',
    schema: single ? { anyOf: [items, item.schema] } : items,
    shape: { form: 'list', item },
    decode: (node, path, decoding) => {
      if (node.kind === 'broken') return undefined;
      const inner = standalone ? '' : path;
      const isNothing = node.kind === 'scalar' && node.value === null;
      if (single && node.kind === 'scalar' && !isNothing) return allOf([item.decode(node, inner, decoding)]);
      if (node.kind !== 'list') return wrong(node, path, expects, decoding);
      if (node.items.length >= minimum) return allOf(node.items.map(each => item.decode(each, inner, decoding)));
      decoding.problems.report(code, node.origin, path, 'the list is empty', remedy);
      return undefined;
    },
  };
}

function allOf<Value>(decoded: readonly Decoded<Value>[]): Decoded<readonly Value[]> {
  const values = decoded.filter(each => each !== undefined).map(each => each.value);
  return values.length === decoded.length ? { value: values } : undefined;
}

interface RecordOptions {
  /** What a key is, for the reference: `NAME`. */
  readonly name: string;
  readonly keys: RegExp;
  readonly expects: string;
  readonly minimum?: number;
}

/** A map with free keys. */
export function record<Value>(value: Kind<Value>, options: RecordOptions): Kind<ReadonlyMap<string, Value>> {
  const { name, keys, minimum = 1 } = options;
  const expects = `a map of ${value.expects}`;
  return {
    expects,
    type: `map of ${value.type}`,
    schema: {
      type: 'object',
      minProperties: minimum,
      propertyNames: { pattern: keys.source },
      additionalProperties: value.schema,
    },
    shape: { form: 'record', name, value },
    decode: (node, path, decoding) => {
      if (node.kind === 'broken') return undefined;
      if (node.kind !== 'map' || node.entries.length < minimum) return wrong(node, path, expects, decoding);
      const values = new Map<string, Value>();
      let complete = true;
      for (const entry of node.entries) {
        const legal = keys.test(entry.key);
        if (!legal) {
          const what = `the name ${JSON.stringify(entry.key)} is not ${options.expects}`;
          decoding.problems.report('PGR123', entry.keyOrigin, path, what, `write ${options.expects}`);
        }
        const decoded = value.decode(entry.value, `${path}.${entry.key}`, decoding);
        if (decoded) values.set(entry.key, decoded.value);
        complete &&= legal && decoded !== undefined;
      }
      return complete ? { value: values } : undefined;
    },
  };
}

/** A single value, or a map that says it in detail. */
export function scalarOr<Value, Detail>(single: Kind<Value>, detail: Kind<Detail>): Kind<Value | Detail> {
  return {
    expects: `${single.expects} or ${detail.expects}`,
    type: `${single.type}; or ${detail.type}`,
    schema: { anyOf: [single.schema, detail.schema] },
    shape: single.shape,
    decode: (node, path, decoding): Decoded<Value | Detail> => {
      // Nothing at all is an empty map, where there may be one.
      const isMap = node.kind === 'map' || (node.kind === 'scalar' && node.value === null);
      return isMap ? detail.decode(node, path, decoding) : single.decode(node, path, decoding);
    },
  };
}

/** Reports that the node is something else than expected. */
export function wrong(
  node: Parameters<typeof describe>[0],
  path: string,
  expects: string,
  { problems }: Decoding,
): undefined {
  const found = node.kind === 'map' && node.entries.length === 0 ? 'an empty map' : describe(node);
  const remedy = expects.startsWith('a list')
    ? 'begin each item with "- "'
    : 'write keys with values, indented below it';
  problems.report('PGR123', node.origin, path, `expected ${expects}, found ${found}`, remedy);
}

/** Keeps the place of the value. */
export function located<Value>(kind: Kind<Value>): Kind<Located<Value>> {
  return {
    ...kind,
    decode: (node, path, decoding) => {
      const decoded = kind.decode(node, path, decoding);
      return decoded && { value: { value: decoded.value, origin: node.origin } };
    },
  };
}

/** Never fails: undefined stands for a value with problems, so that what surrounds it can still be checked. */
export function tolerant<Value>(kind: Kind<Value>): Kind<Value | undefined> {
  return { ...kind, decode: (...parameters) => ({ value: kind.decode(...parameters)?.value }) };
}

/** Looks at a value after decoding: gives the value to go on with, or an objection. */
export function refined<From, To>(
  kind: Kind<From>,
  check: (value: From, decoding: Decoding) => { readonly value: To } | Objection,
): Kind<To> {
  return {
    ...kind,
    decode: (node, path, decoding) => {
      const decoded = kind.decode(node, path, decoding);
      if (decoded === undefined) return undefined;
      const result = check(decoded.value, decoding);
      if ('value' in result) return result;
      decoding.problems.report(result.code, node.origin, path, result.what, result.remedy);
      return undefined;
    },
  };
}
