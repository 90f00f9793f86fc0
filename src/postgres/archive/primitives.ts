import { fault, type RoundtripError } from '../../errors.ts';

/**
 * The longest text that is believed. Archives are foreign input, and a length is read before its text; one gigabyte is
 * the most that Postgres can hold in a value, and no definition comes near this limit.
 */
export const longestText = 64 * 1024 * 1024;

const again = 'make the dump again, or fetch it again if it was copied from elsewhere';

/** Says that more of the file has to be at hand: up to, and without, the byte `end`. */
export class ShortRead extends Error {
  readonly end: number;

  constructor(end: number) {
    super(`bytes up to ${end} are needed`);
    this.name = 'ShortRead';
    this.end = end;
  }
}

/** A piece of a file of `size` bytes that begins at byte `first`. `part` names, for errors, what is being read from it. */
export interface Window {
  readonly file: string;
  readonly size: number;
  readonly first: number;
  readonly bytes: Buffer;
  readonly part: string;
}

/** Reads forward through a window. It never goes past the end of the file, and throws ShortRead at the end of the window. */
export class Cursor {
  readonly #window: Window;
  /** Byte of the file that is read next. */
  offset: number;

  constructor(window: Window, offset: number) {
    this.#window = window;
    this.offset = offset;
  }

  /** Bytes of the file that are still to come. */
  get remaining(): number {
    return this.#window.size - this.offset;
  }

  take(count: number, field: string): Buffer {
    const from = this.#pass(count, field);
    return this.#window.bytes.subarray(from, from + count);
  }

  byte(field: string): number {
    return this.#window.bytes.readUInt8(this.#pass(1, field));
  }

  /** The unsigned number of `size` bytes, least significant first. Inexact beyond 2⁵³, where the callers refuse it anyway. */
  unsigned(size: number, field: string): number {
    const from = this.#pass(size, field);
    let value = 0;
    for (let at = from + size - 1; at >= from; at--) value = value * 256 + this.#window.bytes.readUInt8(at);
    return value;
  }

  latin1(count: number, field: string): string {
    const from = this.#pass(count, field);
    return this.#window.bytes.toString('latin1', from, from + count);
  }

  /** Goes on by `count` bytes, and says where in the window they begin: a view of each field costs more than to read it. */
  #pass(count: number, field: string): number {
    const { first, bytes, size } = this.#window;
    const end = this.offset + count;
    if (end > size) throw this.damaged(field, this.offset, `the file is cut off, it ends at byte ${size}`);
    if (end > first + bytes.length) throw new ShortRead(end);
    const from = this.offset - first;
    this.offset = end;
    return from;
  }

  damaged(field: string, at: number, what: string): RoundtripError {
    const { file, part } = this.#window;
    return fault('PGR302', `${file} is damaged in ${part}, field ${field}, at byte ${at}: ${what}`, again);
  }
}

/** A signed number: one byte of sign, then its magnitude. pg_dump writes C's int, so nothing beyond 32 bits is valid. */
export function integer(cursor: Cursor, size: number, field: string): number {
  const at = cursor.offset;
  const sign = cursor.byte(field);
  if (sign > 1) throw cursor.damaged(field, at, `a sign must be 0 or 1, not ${sign}`);
  const value = cursor.unsigned(size, field);
  if (value > 2 ** 31 - 1 + sign) throw cursor.damaged(field, at, 'the number is beyond 32 bits');
  return sign === 1 ? 0 - value : value;
}

/** An integer that must lie between two bounds, both included. */
export function integerWithin(cursor: Cursor, size: number, field: string, least: number, most: number): number {
  const at = cursor.offset;
  const value = integer(cursor, size, field);
  if (value < least || value > most) throw cursor.damaged(field, at, `${value} is not between ${least} and ${most}`);
  return value;
}

/** A text, one character for each byte (latin1), so that nothing is lost before the encoding is known; NULL is undefined. */
export function text(cursor: Cursor, size: number, field: string): string | undefined {
  const at = cursor.offset;
  const length = integer(cursor, size, field);
  if (length === -1) return undefined;
  if (length < 0 || length > longestText) throw cursor.damaged(field, at, `a text cannot be ${length} bytes long`);
  const value = cursor.latin1(length, field);
  if (value.includes('\0')) throw cursor.damaged(field, at, 'the text holds a zero byte');
  return value;
}

/** A text that pg_dump never leaves out. */
export function requiredText(cursor: Cursor, size: number, field: string): string {
  const at = cursor.offset;
  const value = text(cursor, size, field);
  if (value === undefined) throw cursor.damaged(field, at, 'it is missing');
  return value;
}

/** The position part of a file offset, which follows its byte of state. */
export function filePosition(cursor: Cursor, size: number, field: string): number {
  const at = cursor.offset;
  const value = cursor.unsigned(size, field);
  if (!Number.isSafeInteger(value)) throw cursor.damaged(field, at, 'no file is that large');
  return value;
}
