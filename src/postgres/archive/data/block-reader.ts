import { type Bytes, joined } from './bytes.ts';
import { createChunkParser } from './chunk-parser.ts';
import { damagedData } from './damaged.ts';

/** Reads the data part of a custom archive forward, from any place where a block begins. */
export interface BlockReader {
  /** Byte of the file that is read next. */
  readonly position: number;
  /** The next byte; undefined at the end of the file. */
  byte(): Promise<number | undefined>;
  /** The next integer: a byte of sign, then the magnitude. Throws PGR302 at the end of the file. */
  integer(): Promise<number>;
  /** The content of the chunks that come next; has to be read to its end before anything else is. */
  chunks(): AsyncGenerator<Buffer>;
}

export function createBlockReader(source: Bytes, integerSize: number, file: string, start = 0): BlockReader {
  const pieces = source[Symbol.asyncIterator]();
  let current: Buffer = Buffer.alloc(0);
  let at = 0;
  let base = start;

  /** Makes sure that there is a byte to read; false at the end of the file. */
  const fill = async (): Promise<boolean> => {
    while (at === current.length) {
      const next = await pieces.next();
      if (next.done === true) return false;
      base += current.length;
      current = next.value;
      at = 0;
    }
    return true;
  };
  const byte = async (): Promise<number | undefined> => ((await fill()) ? current[at++] : undefined);
  const cut = () => damagedData(file, `it is cut off at byte ${base + at}`);

  return {
    get position() {
      return base + at;
    },
    byte,
    async integer() {
      const sign = await byte();
      let value = 0;
      for (let index = 0; index < integerSize; index++) {
        const next = await byte();
        if (next === undefined) throw cut();
        value += next * 256 ** index;
      }
      return sign === 1 ? 0 - value : value;
    },
    async *chunks() {
      const parser = createChunkParser(integerSize, file);
      for (;;) {
        if (!(await fill())) throw cut();
        const content: Buffer[] = [];
        const end = parser.push(current.subarray(at), content);
        at = end === undefined ? current.length : at + end;
        const whole = joined(content);
        if (whole !== undefined) yield whole;
        if (end !== undefined) return;
      }
    },
  };
}
