import type { Bytes } from './bytes.ts';
import { damagedData } from './damaged.ts';

/** What follows the rows in every member of table data: pg_dump's end of COPY data and two empty lines. */
const end = Buffer.from('\\.\n\n\n');

/**
 * The rows of a member of table data, without what ends them. No row can look like the end, as COPY writes a backslash
 * as two. Throws PGR302 if the end is not there: the member was cut.
 */
export async function* copyRows(source: Bytes, file: string): AsyncGenerator<Buffer> {
  // A piece is passed on, uncopied, as soon as the next one is long enough to hold all of the end.
  let held: Buffer = Buffer.alloc(0);
  for await (const bytes of source) {
    if (bytes.length < end.length) {
      held = Buffer.concat([held, bytes]);
      continue;
    }
    if (held.length > 0) yield held;
    held = bytes;
  }
  const rows = held.length - end.length;
  if (rows < 0 || !held.subarray(rows).equals(end))
    throw damagedData(file, 'the rows of a table do not end as pg_dump ends them');
  if (rows > 0) yield held.subarray(0, rows);
}
