import { databases } from './databases.ts';
import { type Filter, filters } from './filters.ts';
import type { Combination } from './run-matrix.ts';

interface Pair {
  readonly from: number;
  readonly to: number;
}

/** Each major with itself and every newer one. */
export function pairsOf(majors: readonly number[]): readonly Pair[] {
  return majors.flatMap(from => majors.filter(to => to >= from).map(to => ({ from, to })));
}

/** What the client of the older server can do. */
export function isPossible({ since = 0 }: Filter, { from }: Pair): boolean {
  return since <= from;
}

/**
 * All of them. First come those without a filter; the others are spread, so that a run which was cut off has seen something
 * of every database, pair and filter.
 */
export function allCombinations(majors: readonly number[]): readonly Combination[] {
  const groups = databases.flatMap(database =>
    majors.flatMap(from => filters.map(filter => ({ database, from, filter }))),
  );
  const spread = groups
    .map((group, index) => ({ group, place: group.filter === filters[0] ? -1 : (index * stride) % prime }))
    .toSorted((one, other) => one.place - other.place);
  return spread.flatMap(({ group }) =>
    pairsOf(majors)
      .filter(({ from }) => from === group.from)
      .filter(pair => isPossible(group.filter, pair))
      .map(({ to }) => ({ ...group, to })),
  );
}

/** Neighbours come far apart: a step of about 0.618 of a prime that is larger than the number of groups. */
const prime = 1511;
const stride = 934;

/**
 * Each filter once, with the pair that has waited longest; every third with a sample database, the others with the shop,
 * which has more kinds of objects.
 */
export function rotation(majors: readonly number[]): readonly Combination[] {
  const waiting = [...pairsOf(majors)];
  const [shop, ...samples] = databases;
  return filters.flatMap((filter, index) => {
    const at = waiting.findIndex(pair => isPossible(filter, pair));
    const [pair] = at === -1 ? [] : waiting.splice(at, 1);
    const sample = index % 3 === 2 ? samples[Math.floor(index / 3) % samples.length] : undefined;
    const database = sample ?? shop;
    if (pair === undefined || database === undefined) return [];
    waiting.push(pair);
    return [{ database, ...pair, filter }];
  });
}
