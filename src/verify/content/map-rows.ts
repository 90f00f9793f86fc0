import type { Bytes } from '../../postgres/archive/data/bytes.ts';
import { createRowSplitter } from './row-splitter.ts';

const newline = 10;

/** The same rows of COPY text, each as `map` gives it; both with their newlines. */
export async function* mapRows(rows: Bytes, map: (row: Buffer) => Buffer): AsyncGenerator<Buffer> {
  const splitter = createRowSplitter();
  for await (const bytes of rows) {
    const whole = splitter.push(bytes);
    if (whole !== undefined) yield Buffer.concat(rowsOf(whole).map(map));
  }
  // Nothing, where COPY has written it.
  const rest = splitter.rest();
  if (rest.length > 0) yield rest;
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
