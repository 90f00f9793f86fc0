import type { Origin, SourceMap, SourceNode } from '../source/tree.ts';
import type { Decoding } from './kind.ts';

/** Values of several keys that do not go together. */
export interface Combination {
  /** By the path of each key within its object, when the combination is there. The first key is the one to blame. */
  readonly of: Readonly<Record<string, Condition>>;
  /** `only the directory format can be dumped by several jobs` */
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
}

/** Looks at a decoded value; undefined for a key that is not given and has no default. */
export type Condition = (value: unknown) => boolean;

/** True for what is there and says more than `false`, an empty list or an empty map. */
export function given(value: unknown): boolean {
  if (value instanceof Map) return value.size > 0;
  return typeof value === 'object' && value !== null
    ? Object.keys(value).length > 0
    : value !== undefined && value !== false;
}

export function absent(value: unknown): boolean {
  return !given(value);
}

export function oneOf(...values: readonly unknown[]): Condition {
  return value => values.includes(value);
}

export function notOneOf(...values: readonly unknown[]): Condition {
  return value => value !== undefined && !values.includes(value);
}

export function moreThan(limit: number): Condition {
  return value => typeof value === 'number' && value > limit;
}

/** Reports each combination that is there, at the first of its keys that is written; true when there is none. */
export function checkCombinations(
  combinations: readonly Combination[],
  values: Readonly<Record<string, unknown>>,
  map: SourceMap,
  path: string,
  { problems }: Decoding,
): boolean {
  let sound = true;
  for (const { of, why, instead } of combinations) {
    if (!Object.entries(of).every(([key, holds]) => holds(valueAt(values, key)))) continue;
    const [blamed, origin] = placeOf(map, Object.keys(of));
    problems.report('PGR150', origin, [path, blamed].filter(part => part !== '').join('.'), why, instead);
    sound = false;
  }
  return sound;
}

function valueAt(values: unknown, path: string): unknown {
  const found = path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
      values,
    );
  return typeof found === 'object' && found !== null && 'origin' in found && 'value' in found ? found.value : found;
}

function placeOf(map: SourceMap, keys: readonly string[]): readonly [string, Origin] {
  for (const key of keys) {
    // A key may be written in another spelling: then the map that it is in has to do.
    const node = key.split('.').reduce<SourceNode>((found, part) => valueIn(found, part) ?? found, map);
    if (node !== map) return [key, node.origin];
  }
  return ['', map.origin];
}

function valueIn(node: SourceNode, key: string): SourceNode | undefined {
  return node.kind === 'map' ? node.entries.find(entry => entry.key === key)?.value : undefined;
}
