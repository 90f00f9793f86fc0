import type { ErrorCode } from '../../errors.ts';
import type { SourceEntry, SourceMap } from '../source/tree.ts';
import type { Combination } from './combinations.ts';
import type { Decoding, Json, JsonSchema } from './kind.ts';
import type { KeyHints } from './suggestions.ts';

/** How keys of one object depend on each other. */
export interface ObjectRules {
  /** Of each group, one key and not more must be given. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** Of each group, at least one key must be given. */
  readonly atLeastOne?: readonly (readonly string[])[];
  /** Pairs of keys that exclude each other. */
  readonly conflicts?: readonly (readonly [string, string])[];
  /** A key that says everything, but for these others. */
  readonly alone?: { readonly key: string; readonly beside: readonly string[] };
  /** Pairs of keys of which the first means nothing without the second. */
  readonly needs?: readonly (readonly [string, string])[];
  /** What a conflict is reported as; PGR150 unless the catalogue has something closer. */
  readonly code?: ErrorCode;
  /** Values of several keys that do not go together. JSON Schema says nothing about them. */
  readonly combinations?: readonly Combination[];
  /** What people write for a key that is called otherwise here. */
  readonly hints?: KeyHints;
}

/** The groups of which something must be given. */
export function groups({ exactlyOne = [], atLeastOne = [] }: ObjectRules): readonly (readonly string[])[] {
  return [...exactlyOne, ...atLeastOne];
}

/** Reports what is missing or in conflict; true when nothing is. */
export function checkRules(
  rules: ObjectRules,
  given: ReadonlyMap<string, SourceEntry>,
  map: SourceMap,
  path: string,
  { problems }: Decoding,
): boolean {
  let sound = true;
  for (const group of groups(rules)) {
    if (group.some(key => given.has(key))) continue;
    const what = `none of ${group.join(', ')} is given`;
    problems.report(
      'PGR127',
      map.origin,
      path,
      what,
      `give ${rules.exactlyOne?.includes(group) ? 'exactly' : 'at least'} one of them`,
    );
    sound = false;
  }
  const pairs = (rules.exactlyOne ?? []).flatMap(group =>
    group.flatMap((left, index) => group.slice(index + 1).map(right => [left, right] as const)),
  );
  for (const [left, right] of [...pairs, ...(rules.conflicts ?? []), ...besides(rules, given)]) {
    const later = given.get(right);
    if (!given.has(left) || later === undefined) continue;
    problems.report(
      rules.code ?? 'PGR150',
      later.keyOrigin,
      path,
      `${left} and ${right} exclude each other`,
      'keep one of the two',
    );
    sound = false;
  }
  for (const [key, needed] of rules.needs ?? []) {
    const entry = given.get(key);
    if (entry === undefined || given.has(needed)) continue;
    problems.report(
      'PGR127',
      entry.keyOrigin,
      path,
      `${key} means nothing without ${needed}`,
      `add ${needed}, or remove it`,
    );
    sound = false;
  }
  return sound;
}

/** The key that says everything, paired with each other that is given. */
function besides({ alone }: ObjectRules, given: ReadonlyMap<string, unknown>): readonly (readonly [string, string])[] {
  if (alone === undefined) return [];
  const others = [...given.keys()].filter(key => key !== alone.key && !alone.beside.includes(key));
  return others.map(other => [alone.key, other]);
}

/** The rules as a JSON Schema says them; `spellings` gives every way to write a key. */
export function ruleSchemas(rules: ObjectRules, spellings: (key: string) => readonly string[]): readonly Json[] {
  const pairs = (rules.conflicts ?? []).flatMap(([left, right]) =>
    spellings(left).flatMap(one => spellings(right).map(other => [one, other])),
  );
  const { alone } = rules;
  return [
    ...(rules.exactlyOne ?? []).map(group => ({ oneOf: group.map(key => ({ required: [key] })) })),
    ...(rules.atLeastOne ?? []).map(group => ({ anyOf: group.map(key => ({ required: [key] })) })),
    ...pairs.map(keys => ({ not: both(keys) })),
    ...(alone === undefined
      ? []
      : [{ anyOf: [{ not: both([alone.key]) }, { propertyNames: { enum: [alone.key, ...alone.beside] } }] }]),
    ...(rules.needs ?? []).flatMap(([key, needed]) =>
      spellings(key).map(one => ({
        anyOf: [{ not: both([one]) }, ...spellings(needed).map(other => both([other]))],
      })),
    ),
  ];
}

/** Matches a map with all of these keys; what is no map has no keys. */
export function both(keys: readonly string[]): JsonSchema {
  return { type: 'object', required: keys };
}
