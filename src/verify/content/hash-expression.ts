import { hashByArray } from './hash-by-array.ts';
import { fieldsOf, hashByRecord } from './hash-by-record.ts';
import type { HashedColumn } from './hashed-column.ts';

/**
 * How a row is hashed: as an array of its values' hashes, or as a record, which takes a quarter less of the server's time
 * (measured). Hashes that were made in different ways are never compared. A change of what is hashed needs another name.
 */
export type HashMethod = 'row-sum-2' | 'row-sum-4';

/** `hash_record_extended` came with 14. A record has up to 1,664 fields, and a column may give two of them. */
const firstMajorOfRecords = 14;
const mostFields = 1_600;

/** The quicker way, where the server has it. */
export function chooseHashMethod(major: number, columns: readonly HashedColumn[]): HashMethod {
  const fields = columns.flatMap(fieldsOf).length;
  return knowsHashMethod('row-sum-4', major) && fields > 0 && fields <= mostFields ? 'row-sum-4' : 'row-sum-2';
}

/** Whether a server of this major can hash so. */
export function knowsHashMethod(method: HashMethod, major: number): boolean {
  return method === 'row-sum-2' || major >= firstMajorOfRecords;
}

/**
 * SQL for the hash of one row, a bigint that depends on the values alone: not on OIDs (as `hash_record` does for enums),
 * nor on the physical order of columns, nor on the major from 13 to 18 (measured). Types whose own hash tells all
 * different values apart use that; others their binary form or their text, which the session's settings pin.
 */
export function rowHash(columns: readonly HashedColumn[], method: HashMethod): string {
  return method === 'row-sum-2' ? hashByArray(columns) : hashByRecord(columns);
}
