import type { Bytes } from '../../postgres/archive/data/bytes.ts';

/** So many rows, that are wanted or not. */
export interface RowStretch {
  readonly rows: number;
  readonly compared: boolean;
}

const newline = 10;

/** The rows of the stretches that are compared, and all that follow the last stretch: these are too many. */
export async function* chosenRows(source: Bytes, stretches: readonly RowStretch[]): AsyncGenerator<Buffer> {
  const waiting = [...stretches];
  let stretch = waiting.shift();
  let left = stretch?.rows ?? Number.POSITIVE_INFINITY;
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; ) {
      while (left === 0 && stretch !== undefined) {
        stretch = waiting.shift();
        left = stretch?.rows ?? Number.POSITIVE_INFINITY;
      }
      let end = at;
      while (left > 0) {
        const next = bytes.indexOf(newline, end) + 1;
        if (next === 0) {
          end = bytes.length;
          break;
        }
        end = next;
        left--;
      }
      if (stretch?.compared !== false) yield bytes.subarray(at, end);
      at = end;
    }
  }
}
