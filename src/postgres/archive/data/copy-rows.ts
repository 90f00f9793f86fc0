import type { Bytes } from './bytes.ts';
import { damagedData } from './damaged.ts';

/** What follows the rows in every member of table data: pg_dump's end of COPY data and two empty lines. */
const end = Buffer.from('\\.\n\n\n');

/**
 * The rows of a member of table data, without what ends them. No row can look like the end, as COPY writes a backslash
 * as two. Throws PGR302 if the end is not there: the member was cut.
 */
export async function* copyRows(source: Bytes, file: string): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const bytes of source) {
    const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const sure = Math.max(0, all.length - end.length);
    if (sure > 0) yield all.subarray(0, sure);
    held = Buffer.from(all.subarray(sure));
  }
  if (!held.equals(end)) throw damagedData(file, 'the rows of a table do not end as pg_dump ends them');
}
