import { createHash, type Hash } from 'node:crypto';
import type { Bytes } from '../../postgres/archive/data/bytes.ts';
import { fieldsOf } from './fields.ts';
import { rowHash } from './multiset.ts';

/** A row of COPY text, as far as rows are told apart and shown. */
export interface Row {
  /** Of all its bytes. */
  hash(): Buffer;
  /** Its fields, still escaped. */
  fields(): readonly Field[];
}

export interface Field {
  /** All of it, unless the row is long: then at least what `wholeFields` or a report needs. */
  readonly start: Buffer;
  hash(): Buffer;
}

const tab = 9;
const newline = 10;
/** Rows up to this length are held whole. */
const longRow = 1024 * 1024;
/** Of a field in a longer row, unless it is of the key: no index takes one nearly as long as this. */
const shownBytes = 200;

/** Visits each row, in memory that does not grow with their lengths. `key` are positions of fields that are needed whole. */
export async function eachRow(source: Bytes, key: readonly number[], visit: (row: Row) => void): Promise<void> {
  let begun: Buffer[] = [];
  let held = 0;
  let long: LongRow | undefined;
  const finish = (end: Buffer): void => {
    if (long === undefined) visit(shortRow(begun.length === 0 ? end : Buffer.concat([...begun, end])));
    else {
      long.push(end);
      visit(long.finish());
    }
    begun = [];
    held = 0;
    long = undefined;
  };
  for await (const bytes of source) {
    let at = 0;
    for (let end = bytes.indexOf(newline) + 1; end > 0; end = bytes.indexOf(newline, at) + 1) {
      finish(bytes.subarray(at, end));
      at = end;
    }
    if (at === bytes.length) continue;
    const rest = bytes.subarray(at);
    held += rest.length;
    if (long === undefined && held > longRow) {
      long = createLongRow(key);
      for (const piece of begun) long.push(piece);
      begun = [];
    }
    if (long === undefined) begun.push(rest);
    else long.push(rest);
  }
}

function shortRow(row: Buffer): Row {
  return {
    hash: () => rowHash(row),
    fields: () => fieldsOf(row).map(start => ({ start, hash: () => rowHash(start) })),
  };
}

interface LongRow {
  push(bytes: Buffer): void;
  finish(): Row;
}

interface OpenField {
  readonly pieces: Buffer[];
  held: number;
  readonly hash: Hash;
}

/** Hashes a row and its fields while it comes. */
function createLongRow(key: readonly number[]): LongRow {
  const whole = createHash('sha256');
  const fields: OpenField[] = [];
  const open = (): OpenField => {
    const field = { pieces: [], held: 0, hash: createHash('sha256') };
    fields.push(field);
    return field;
  };
  let field = open();
  const take = (bytes: Buffer): void => {
    field.hash.update(bytes);
    const room = (key.includes(fields.length - 1) ? longRow : shownBytes) - field.held;
    if (room <= 0) return;
    const piece = Buffer.from(bytes.subarray(0, room));
    field.pieces.push(piece);
    field.held += piece.length;
  };
  return {
    push(bytes) {
      whole.update(bytes);
      const end = bytes.at(-1) === newline ? bytes.length - 1 : bytes.length;
      let at = 0;
      for (let next = bytes.indexOf(tab); next !== -1; next = bytes.indexOf(tab, at)) {
        take(bytes.subarray(at, next));
        field = open();
        at = next + 1;
      }
      take(bytes.subarray(at, end));
    },
    finish() {
      const hash = whole.digest();
      const finished = fields.map(one => {
        const digest = one.hash.digest();
        return { start: Buffer.concat(one.pieces), hash: () => digest };
      });
      return { hash: () => hash, fields: () => finished };
    },
  };
}
