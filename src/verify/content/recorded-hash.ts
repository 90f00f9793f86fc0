import type { HashMethod } from './hash-expression.ts';

/** The sum of a table's row hashes and how they were made, as a manifest holds it. */
export interface RecordedHash {
  readonly method: HashMethod;
  /** Decimal. */
  readonly sum: string;
}

export function formatHash({ method, sum }: RecordedHash): string {
  return `${method}:${sum}`;
}

/** Undefined where a hash was made in a way that this version does not know. */
export function parseHash(text: string): RecordedHash | undefined {
  const { method, sum } = /^(?<method>row-sum-[24]):(?<sum>-?\d+)$/.exec(text)?.groups ?? {};
  return sum === undefined ? undefined : { method: method as HashMethod, sum };
}
