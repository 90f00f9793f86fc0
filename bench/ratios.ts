/** The middle of some measurements and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @throws RangeError when there is nothing to take the middle of. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) throw new RangeError('a spread needs at least one measurement');
  return { median: middle(sorted), least, most };
}

/**
 * One ratio for each round, so that whatever else the machine did in a round weighs on both sides of it; then their
 * spread.
 *
 * @throws RangeError when the sides have not the same number of rounds, or a measurement is no positive number.
 */
export function pairedRatios(ours: readonly number[], theirs: readonly number[]): Spread {
  if (ours.length !== theirs.length) throw new RangeError(`${ours.length} rounds against ${theirs.length}`);
  return spreadOf(ours.map((value, round) => positive(value) / positive(theirs[round])));
}

/** The items in the order of a round: each round begins with another one, so that none always runs after the same. */
export function rotated<Item>(items: readonly Item[], round: number): readonly Item[] {
  const start = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** `1.08 (1.02–1.15)`; two decimals, as a third would say more about the machine's mood than about us. */
export function formatSpread({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

function middle(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

function positive(value: number | undefined): number {
  if (value !== undefined && value > 0 && Number.isFinite(value)) return value;
  throw new RangeError(`${String(value)} is no measurement`);
}
