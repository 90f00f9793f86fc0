import type { SourceEntry, SourceMap } from '../source/tree.ts';
import { wrong } from './collections.ts';
import { checkCombinations } from './combinations.ts';
import type { Decoding, Field, Fields, Json, JsonSchema, Kind } from './kind.ts';
import { both, checkRules, groups, type ObjectRules, ruleSchemas } from './object-rules.ts';
import { reportUnknownKey } from './suggestions.ts';

type Values<Definition extends Fields> = {
  readonly [Key in keyof Definition]: Definition[Key] extends Field<infer Value> ? Value : never;
};

/** A map with known keys. Where none of them is required, an empty value stands for `{}`. */
export function object<Definition extends Fields>(
  fields: Definition,
  rules: ObjectRules = {},
): Kind<Values<Definition>> {
  const needsNothing = !Object.values(fields).some(field => field.required) && groups(rules).length === 0;
  const canonical = canonicalNames(fields);
  const keys = Object.keys(fields);
  const expects = `a map with the keys ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ' …' : ''}`;
  return {
    expects,
    type: 'map',
    schema: objectSchema(fields, rules, needsNothing),
    shape: { form: 'object', fields },
    decode: (node, path, decoding) => {
      if (node.kind === 'broken') return undefined;
      const empty = needsNothing && node.kind === 'scalar' && node.value === null;
      const map: SourceMap | undefined = empty ? { kind: 'map', origin: node.origin, entries: [] } : asMap(node);
      if (map === undefined) return wrong(node, path, expects, decoding);
      const given = new Map<string, SourceEntry>();
      for (const entry of map.entries) {
        const key = canonical.get(entry.key);
        if (key === undefined) reportUnknownKey(entry, path, fields, rules.hints ?? {}, decoding);
        else if (given.has(key)) twice(entry, key, path, decoding);
        else given.set(key, entry);
      }
      let sound = checkRules(rules, given, map, path, decoding);
      const values: [string, unknown][] = [];
      for (const [key, field] of Object.entries(fields)) {
        const decoded = field.read(given.get(key)?.value, map.origin, join(path, key), decoding);
        if (decoded) values.push([key, decoded.value]);
        sound &&= decoded !== undefined;
      }
      const decoded = Object.fromEntries(values);
      sound = checkCombinations(rules.combinations ?? [], decoded, map, path, decoding) && sound;
      return sound ? { value: decoded as Values<Definition> } : undefined;
    },
  };
}

function asMap(node: { readonly kind: string }): SourceMap | undefined {
  return node.kind === 'map' ? (node as SourceMap) : undefined;
}

export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function canonicalNames(fields: Fields): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(fields).flatMap(([key, field]) => [key, ...(field.aliases ?? [])].map(name => [name, key])),
  );
}

function twice(entry: SourceEntry, key: string, path: string, { problems }: Decoding): void {
  const what = `${JSON.stringify(entry.key)} and another spelling of ${key} are both given`;
  problems.report('PGR150', entry.keyOrigin, path, what, 'keep one of the two');
}

function objectSchema(fields: Fields, rules: ObjectRules, needsNothing: boolean): JsonSchema {
  const properties: Record<string, Json> = {};
  for (const [key, { kind, help, written, aliases = [] }] of Object.entries(fields)) {
    properties[key] = { description: help, ...(written !== undefined && { default: written }), ...kind.schema };
    for (const alias of aliases) properties[alias] = { description: `The same as ${key}.`, ...kind.schema };
  }
  const names = Object.entries(fields)
    .filter(([, field]) => field.required)
    .map(([key]) => key);
  const spellings = (key: string) => [key, ...(fields[key]?.aliases ?? [])];
  const doubles = Object.keys(fields).flatMap(key =>
    spellings(key)
      .slice(1)
      .map(alias => ({ not: both([key, alias]) })),
  );
  const allOf = [...ruleSchemas(rules, spellings), ...doubles];
  return {
    type: needsNothing ? ['object', 'null'] : 'object',
    additionalProperties: false,
    ...(names.length > 0 && { required: names }),
    properties,
    ...(allOf.length > 0 && { allOf }),
  };
}
