import type { SourceEntry } from '../source/tree.ts';
import { wrong } from './collections.ts';
import type { Case, Cases, Json, Kind, Located } from './kind.ts';
import { reportUnknownKey } from './suggestions.ts';

type OneOf<Definition extends Cases> = {
  readonly [Key in keyof Definition & string]: Definition[Key] extends Case<infer Value>
    ? Located<Value> & { readonly kind: Key }
    : never;
}[keyof Definition & string];

/** A map with exactly one key, which says what its value is. The place is that of the key. */
export function oneKey<Definition extends Cases>(noun: string, cases: Definition): Kind<OneOf<Definition>> {
  const names = Object.keys(cases);
  const expects = `${noun} with one of the keys ${names.join(', ')}`;
  const properties: Record<string, Json> = {};
  for (const [name, { kind, help }] of Object.entries(cases)) properties[name] = { description: help, ...kind.schema };
  return {
    expects,
    type: 'map with one key',
    schema: { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: false, properties },
    shape: { form: 'one-key', cases },
    decode: (node, path, decoding) => {
      if (node.kind === 'broken') return undefined;
      if (node.kind !== 'map') return wrong(node, path, expects, decoding);
      const [entry, ...others] = node.entries;
      if (entry === undefined) {
        decoding.problems.report(
          'PGR127',
          node.origin,
          path,
          `${noun} has no key`,
          `give it one of ${names.join(', ')}`,
        );
        return undefined;
      }
      for (const other of node.entries)
        if (!Object.hasOwn(cases, other.key)) reportUnknownKey(other, path, cases, {}, decoding);
      const [extra] = others;
      if (extra !== undefined) {
        const keys = node.entries
          .map(each => JSON.stringify(each.key))
          .slice(0, 5)
          .join(', ');
        const remedy = `begin a new list item for each; options of ${noun} are indented below its key`;
        decoding.problems.report('PGR123', extra.keyOrigin, path, `${noun} has more than one key: ${keys}`, remedy);
      }
      const found = decodeEach(node.entries, cases, path, decoding);
      return extra === undefined ? (found as { readonly value: OneOf<Definition> } | undefined) : undefined;
    },
  };
}

/** Decodes every known key, so that all problems are found even where there is one key too many. */
function decodeEach(
  entries: readonly SourceEntry[],
  cases: Cases,
  path: string,
  decoding: Parameters<Kind<unknown>['decode']>[2],
): { readonly value: Located<unknown> & { readonly kind: string } } | undefined {
  const decoded = entries.map(({ key, keyOrigin, value }) => {
    const known = Object.hasOwn(cases, key) ? cases[key] : undefined;
    const inner = known?.kind.decode(value, path === '' ? key : `${path}.${key}`, decoding);
    return inner && { value: { kind: key, value: inner.value, origin: keyOrigin } };
  });
  return decoded[0];
}
