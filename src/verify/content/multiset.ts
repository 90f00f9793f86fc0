import { createHash } from 'node:crypto';

/**
 * Counts rows and adds up their hashes: the same for the same rows in any order, and another for one row more, less or
 * changed. A sum and no exclusive-or, in which pairs of equal rows would vanish.
 */
export interface Multiset {
  /** Takes bytes that hold whole rows only, each with its newline. */
  add(rows: Buffer): void;
  readonly rows: number;
  /** 128 bits of the sum, in hex. */
  digest(): string;
}

const newline = 10;

export function createMultiset(): Multiset {
  // Four lanes of 32 bits: numbers are exact far beyond them, and big integers cost more than the hash.
  const sum = [0, 0, 0, 0];
  let rows = 0;
  return {
    add(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const end = bytes.indexOf(newline, at) + 1 || bytes.length;
        const hash = rowHash(bytes.subarray(at, end));
        let carry = 0;
        for (let lane = 0; lane < 4; lane++) {
          const value = (sum[lane] ?? 0) + hash.readUInt32LE(lane * 4) + carry;
          sum[lane] = value >>> 0;
          carry = value > 0xffffffff ? 1 : 0;
        }
        rows++;
        at = end;
      }
    },
    get rows() {
      return rows;
    },
    digest: () => sum.map(lane => lane.toString(16).padStart(8, '0')).join(''),
  };
}

export function rowHash(row: Buffer): Buffer {
  return createHash('sha256').update(row).digest();
}
