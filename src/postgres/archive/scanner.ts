import { createHash } from 'node:crypto';
import { fault } from '../../errors.ts';
import { Cursor, ShortRead } from './primitives.ts';

/** A file, or bytes that stand for one. */
export interface Input {
  readonly name: string;
  /** Infinity for one that is still being written. */
  readonly size: number;
  /** Gives `length` bytes from `position` on; fewer only when the file has become shorter than `size`. */
  read(position: number, length: number): Promise<Buffer>;
}

const step = 64 * 1024;

/**
 * Parses a file piece by piece. It holds what the current piece needs and a little more, so memory follows the largest
 * piece, and nothing behind the last piece is read in vain.
 */
export class Scanner {
  readonly #input: Input;
  readonly #hash = createHash('sha256');
  /** What is at hand, and where in the file it begins. */
  #bytes: Buffer = Buffer.alloc(0);
  #first = 0;
  #start = 0;

  constructor(input: Input) {
    this.#input = input;
  }

  /** Where the next piece begins. */
  get offset(): number {
    return this.#start;
  }

  /** Parses the next piece; `part` names it in errors. A parser that runs out of bytes is started again with more. */
  async next<Piece>(part: string, parse: (cursor: Cursor) => Piece): Promise<Piece> {
    const { name, size } = this.#input;
    for (;;) {
      const cursor = new Cursor({ file: name, size, first: this.#first, bytes: this.#bytes, part }, this.#start);
      try {
        const piece = parse(cursor);
        this.#start = cursor.offset;
        return piece;
      } catch (error) {
        if (!(error instanceof ShortRead)) throw error;
        await this.#fetch(error.end);
      }
    }
  }

  /** SHA-256 of all pieces, in hex. Ends the scan. */
  digest(): string {
    this.#dropParsed();
    return this.#hash.digest('hex');
  }

  #dropParsed(): void {
    const length = this.#start - this.#first;
    this.#hash.update(this.#bytes.subarray(0, length));
    this.#bytes = this.#bytes.subarray(length);
    this.#first = this.#start;
  }

  /** At least doubles what is at hand, so that starting again costs no more than reading twice. */
  async #fetch(end: number): Promise<void> {
    this.#dropParsed();
    const have = this.#start + this.#bytes.length;
    const upTo = Math.min(this.#input.size, Math.max(end, have + Math.max(step, this.#bytes.length)));
    const more = await this.#input.read(have, upTo - have);
    if (have + more.length < end)
      throw fault('PGR302', `${this.#input.name} became shorter while it was read`, 'wait until its writer is done');
    this.#bytes = Buffer.concat([this.#bytes, more]);
  }
}
