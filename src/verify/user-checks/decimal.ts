/** A number as Postgres or YAML writes it, exact: `digits` times ten to the power of minus `scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Longer ones would cost more than they tell. */
const mostDigits = 2_000;

/**
 * Less than, equal to or greater than 0, as `one` is to `other`; undefined where one of them is no finite number. Exact,
 * as numeric and int8 have more digits than JavaScript's numbers.
 */
export function compareDecimals(one: string, other: string): number | undefined {
  const [left, right] = [parseDecimal(one), parseDecimal(other)];
  if (left === undefined || right === undefined) return undefined;
  const difference = minus(left, right).digits;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** How far two numbers may be from each other: so much, or so many percent of the expected one. */
export interface Tolerance {
  readonly amount: string;
  readonly percent: boolean;
}

export function isWithin(expected: string, actual: string, { amount, percent }: Tolerance): boolean {
  const [left, right, limit] = [parseDecimal(expected), parseDecimal(actual), parseDecimal(amount)];
  if (left === undefined || right === undefined || limit === undefined) return false;
  const most = percent ? { digits: absolute(left.digits) * limit.digits, scale: left.scale + limit.scale + 2 } : limit;
  const distance = minus(left, right);
  return minus({ ...distance, digits: absolute(distance.digits) }, most).digits <= 0n;
}

export function isDecimal(text: string): boolean {
  return parseDecimal(text) !== undefined;
}

function parseDecimal(text: string): Decimal | undefined {
  const match = /^(?<sign>[-+]?)(?<whole>\d*)(?:\.(?<part>\d*))?(?:e(?<power>[-+]?\d{1,3}))?$/i.exec(text.trim());
  if (match?.groups === undefined || text.length > mostDigits) return undefined;
  const { sign, whole = '', part = '', power = '0' } = match.groups;
  if (whole === '' && part === '') return undefined;
  const digits = BigInt(`${whole}${part}`);
  const scale = part.length - Number(power);
  const signed = sign === '-' ? -digits : digits;
  return scale < 0 ? { digits: signed * 10n ** BigInt(-scale), scale: 0 } : { digits: signed, scale };
}

function minus(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(left.scale, right.scale);
  const raised = ({ digits, scale: own }: Decimal) => digits * 10n ** BigInt(scale - own);
  return { digits: raised(left) - raised(right), scale };
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
