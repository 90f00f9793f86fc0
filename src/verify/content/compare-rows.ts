import { createHash, type Hash } from 'node:crypto';
import type { Bytes } from '../../postgres/archive/data/bytes.ts';
import { createMultiset, createRowHasher, type Multiset } from './multiset.ts';

/** How the rows of two streams of COPY text relate. */
export type RowComparison =
  /** The same bytes in the same order. */
  | { readonly kind: 'identical'; readonly rows: number; readonly bytes: number }
  /** The same rows, some of them elsewhere. */
  | { readonly kind: 'reordered'; readonly rows: number }
  | { readonly kind: 'different'; readonly expectedRows: number; readonly actualRows: number };

/**
 * Compares two streams of rows in one pass and in bounded memory, however long a row: byte for byte as long as they
 * agree, from the row on where they first differ as multisets. Both are read to their ends. Throws what reading them throws.
 */
export async function compareRows(expected: Bytes, actual: Bytes): Promise<RowComparison> {
  const left = createSide(expected);
  const right = createSide(actual);
  try {
    return await compareSides(left, right);
  } finally {
    // Where one side has failed, nobody reads the other one to its end.
    await Promise.allSettled([left.close(), right.close()]);
  }
}

async function compareSides(left: Side, right: Side): Promise<RowComparison> {
  let bytes = 0;
  let rows = 0;
  // Of a row that both sides have begun alike: if it ends differently, it has to be told whole.
  let begun: Hash | undefined;
  for (;;) {
    await Promise.all([left.fill(), right.fill()]);
    const length = Math.min(left.held.length, right.held.length);
    const same = left.agreement(right, length);
    const agreed = left.held.subarray(0, same);
    const whole = agreed.lastIndexOf(newline) + 1;
    rows += countRows(agreed);
    if (whole > 0) begun = undefined;
    if (whole < same) begun = (begun ?? createHash('sha256')).update(agreed.subarray(whole));
    bytes += same;
    left.drop(same);
    right.drop(same);
    if (same < length || length === 0) break;
  }
  if (left.held.length === 0 && right.held.length === 0) return { kind: 'identical', rows, bytes };
  const [one, other] = await Promise.all([left.rest(begun?.copy()), right.rest(begun?.copy())]);
  if (one.rows === other.rows && one.digest() === other.digest()) return { kind: 'reordered', rows: rows + one.rows };
  return { kind: 'different', expectedRows: rows + one.rows, actualRows: rows + other.rows };
}

const newline = 10;

export function countRows(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

interface Side {
  readonly held: Buffer;
  /** Makes sure that something is held, unless the stream has ended. */
  fill(): Promise<void>;
  /** How many of the first `length` bytes are those of the other side. */
  agreement(other: Side, length: number): number;
  drop(length: number): void;
  /** All rows that are held and that follow; `begun` has taken the beginning of the first one. */
  rest(begun: Hash | undefined): Promise<Multiset>;
  close(): Promise<unknown>;
}

function createSide(source: Bytes): Side {
  const stream = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let ended = false;
  return {
    get held() {
      return held;
    },
    async fill() {
      while (held.length === 0 && !ended) {
        const next = await stream.next();
        if (next.done === true) ended = true;
        else held = next.value;
      }
    },
    agreement(other, length) {
      if (held.compare(other.held, 0, length, 0, length) === 0) return length;
      // Halves the stretch in which the first difference must be.
      let same = 0;
      let different = length;
      while (different - same > 1) {
        const middle = (same + different) >> 1;
        if (held.compare(other.held, same, middle, same, middle) === 0) same = middle;
        else different = middle;
      }
      return same;
    },
    drop(length) {
      held = held.subarray(length);
    },
    close: async () => stream.return?.(),
    async rest(begun) {
      const multiset = createMultiset();
      const hasher = createRowHasher(hash => multiset.addHash(hash), begun);
      hasher.push(held);
      while (!ended) {
        const next = await stream.next();
        if (next.done === true) ended = true;
        else hasher.push(next.value);
      }
      hasher.end();
      return multiset;
    },
  };
}
