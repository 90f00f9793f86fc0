import { createHash, type Hash } from 'node:crypto';

/**
 * Counts rows and adds up their hashes: the same for the same rows in any order, and another for one row more, less or
 * changed. A sum and no exclusive-or, in which pairs of equal rows would vanish.
 */
export interface Multiset {
  /** Takes the hash of one row. */
  addHash(hash: Buffer): void;
  readonly rows: number;
  /** 128 bits of the sum, in hex. */
  digest(): string;
}

export function createMultiset(): Multiset {
  // Four lanes of 32 bits: numbers are exact far beyond them, and big integers cost more than the hash.
  const sum = [0, 0, 0, 0];
  let rows = 0;
  return {
    addHash(hash) {
      let carry = 0;
      for (let lane = 0; lane < 4; lane++) {
        const value = (sum[lane] ?? 0) + hash.readUInt32LE(lane * 4) + carry;
        sum[lane] = value >>> 0;
        carry = value > 0xffffffff ? 1 : 0;
      }
      rows++;
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

const newline = 10;

/** Hashes rows that come in pieces of any length, and holds none of their bytes. */
export interface RowHasher {
  push(bytes: Buffer): void;
  /** The end of the bytes, where a row without a newline ends too. */
  end(): void;
}

/** `begun` has taken the beginning of the first row already. */
export function createRowHasher(onRow: (hash: Buffer) => void, begun?: Hash): RowHasher {
  let row = begun;
  return {
    push(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const end = bytes.indexOf(newline, at) + 1;
        const piece = bytes.subarray(at, end || bytes.length);
        if (end === 0) {
          row = (row ?? createHash('sha256')).update(piece);
          return;
        }
        onRow(row === undefined ? rowHash(piece) : row.update(piece).digest());
        row = undefined;
        at = end;
      }
    },
    end() {
      if (row !== undefined) onRow(row.digest());
      row = undefined;
    },
  };
}
