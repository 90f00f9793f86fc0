import type { Bytes } from '../../postgres/archive/data/bytes.ts';

const newline = 10;

/** The same rows of COPY text, each as `map` gives it; both with their newlines. A row is held until its end has come. */
export async function* mapRows(rows: Bytes, map: (row: Buffer) => Buffer): AsyncGenerator<Buffer> {
  // Pieces of a row that is longer than the chunks it comes in.
  let held: Buffer[] = [];
  for await (const bytes of rows) {
    const end = bytes.lastIndexOf(newline) + 1;
    if (end > 0) {
      const whole = bytes.subarray(0, end);
      yield Buffer.concat(rowsOf(held.length === 0 ? whole : Buffer.concat([...held, whole])).map(map));
      held = [];
    }
    if (end < bytes.length) held.push(bytes.subarray(end));
  }
  // Nothing, where COPY has written it.
  if (held.length > 0) yield Buffer.concat(held);
}

function rowsOf(whole: Buffer): readonly Buffer[] {
  const rows: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    const end = whole.indexOf(newline, at) + 1;
    rows.push(whole.subarray(at, end));
    at = end;
  }
  return rows;
}
