import type { Bytes } from '../../postgres/archive/data/bytes.ts';
import { createMultiset, type Multiset } from './multiset.ts';
import { createRowSplitter } from './row-splitter.ts';

/** How the rows of two streams of COPY text relate. */
export type RowComparison =
  /** The same bytes in the same order. */
  | { readonly kind: 'identical'; readonly rows: number; readonly bytes: number }
  /** The same rows, some of them elsewhere. */
  | { readonly kind: 'reordered'; readonly rows: number }
  | { readonly kind: 'different'; readonly expectedRows: number; readonly actualRows: number };

/**
 * Compares two streams of rows in one pass and in bounded memory: byte for byte as long as they agree, from the row on
 * where they first differ as multisets. Both are read to their ends. Throws what reading them throws.
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
  for (;;) {
    await Promise.all([left.fill(), right.fill()]);
    const length = Math.min(left.length, right.length);
    if (length === 0) break;
    if (!left.startsAs(right, length)) {
      // Rows before the difference are equal and no longer matter.
      const agreed = left.agreement(right, length);
      rows += left.dropRows(agreed);
      right.drop(agreed);
      break;
    }
    // A row that is only begun stays: if it ends differently, it has to be told whole.
    const whole = left.wholeRows(length);
    if (whole === 0) {
      if (!(await grow(left, right, length))) break;
      continue;
    }
    rows += left.dropRows(whole);
    right.drop(whole);
    bytes += whole;
  }
  if (left.length === 0 && right.length === 0 && left.ended && right.ended) return { kind: 'identical', rows, bytes };
  const [one, other] = await Promise.all([left.rest(), right.rest()]);
  if (one.rows === other.rows && one.digest() === other.digest()) return { kind: 'reordered', rows: rows + one.rows };
  return { kind: 'different', expectedRows: rows + one.rows, actualRows: rows + other.rows };
}

/** Reads on where both begin with the same unfinished row; false when one side has nothing more to read. */
async function grow(left: Side, right: Side, length: number): Promise<boolean> {
  const shorter = left.length === length ? left : right;
  return shorter.more();
}

interface Side {
  readonly length: number;
  readonly ended: boolean;
  /** Makes sure that something is held, unless the stream has ended. */
  fill(): Promise<void>;
  /** Holds more than now; false at the end of the stream. */
  more(): Promise<boolean>;
  startsAs(other: Side, length: number): boolean;
  /** Bytes up to the end of the last row that agrees, of `length` bytes that differ somewhere. */
  agreement(other: Side, length: number): number;
  wholeRows(length: number): number;
  drop(length: number): void;
  /** Drops and counts the rows. */
  dropRows(length: number): number;
  /** All that is held and all that follows. */
  rest(): Promise<Multiset>;
  close(): Promise<unknown>;
  readonly held: Buffer;
}

const newline = 10;
const longRow = 1024 * 1024;

function createSide(source: Bytes): Side {
  const stream = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let ended = false;
  /** At least doubles a long unfinished row, so that joining its pieces costs no more than reading it twice. */
  const more = async (): Promise<boolean> => {
    const pieces: Buffer[] = [];
    for (let gained = 0; gained === 0 || (held.length > longRow && gained < held.length); ) {
      const next = await stream.next();
      if (next.done === true) {
        ended = true;
        break;
      }
      pieces.push(next.value);
      gained += next.value.length;
    }
    const before = held.length;
    held = before === 0 && pieces.length === 1 ? (pieces[0] ?? held) : Buffer.concat([held, ...pieces]);
    return held.length > before;
  };
  return {
    get length() {
      return held.length;
    },
    get ended() {
      return ended;
    },
    get held() {
      return held;
    },
    async fill() {
      while (held.length === 0 && !ended) await more();
    },
    more,
    startsAs: (other, length) => held.compare(other.held, 0, length, 0, length) === 0,
    agreement(other, length) {
      // Halves the stretch in which the first difference must be.
      let same = 0;
      let different = length;
      while (different - same > 1) {
        const middle = (same + different) >> 1;
        if (held.compare(other.held, same, middle, same, middle) === 0) same = middle;
        else different = middle;
      }
      return same === 0 ? 0 : held.lastIndexOf(newline, same - 1) + 1;
    },
    wholeRows: length => held.lastIndexOf(newline, length - 1) + 1,
    drop(length) {
      held = held.subarray(length);
    },
    dropRows(length) {
      let count = 0;
      for (let at = 0; at < length; count++) at = held.indexOf(newline, at) + 1;
      held = held.subarray(length);
      return count;
    },
    close: async () => stream.return?.(),
    async rest() {
      const multiset = createMultiset();
      const splitter = createRowSplitter();
      const take = (bytes: Buffer): void => {
        const rows = splitter.push(bytes);
        if (rows !== undefined) multiset.add(rows);
      };
      take(held);
      held = Buffer.alloc(0);
      while (!ended) {
        const next = await stream.next();
        if (next.done === true) ended = true;
        else take(next.value);
      }
      const unfinished = splitter.rest();
      if (unfinished.length > 0) multiset.add(unfinished);
      return multiset;
    },
  };
}
