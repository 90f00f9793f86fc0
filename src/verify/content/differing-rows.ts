import type { Bytes } from '../../postgres/archive/data/bytes.ts';
import { readable } from './fields.ts';
import { createMultiset, type Multiset, rowHash } from './multiset.ts';
import { eachRow, type Row } from './rows.ts';

/** Which rows of a table differ. */
export interface DifferingRows {
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
  /** False when there were too many to look at all of them: then the numbers are the least that there are. */
  readonly complete: boolean;
  /** The first ones, by the order of their keys' hashes. */
  readonly examples: readonly DifferingRow[];
}

export interface DifferingRow {
  readonly kind: 'missing' | 'extra' | 'changed';
  /** Values of the key's columns, or of the whole row where the table has no key; undefined is NULL. */
  readonly key: readonly (string | undefined)[];
  /** Positions of the columns that differ, of a changed row. */
  readonly columns: readonly number[];
}

const buckets = 1024;
/** Rows that are held at most: with their hashes about a kilobyte each. */
const mostRows = 20_000;
const mostExamples = 10;

/**
 * Finds the rows in which two streams differ, reading both twice more: once to find the buckets of keys that differ,
 * once for the rows in these. `open` gives both streams anew; `key` are the positions of the key's columns, empty
 * where there is no key.
 */
export async function findDifferingRows(
  open: () => { readonly expected: Bytes; readonly actual: Bytes },
  key: readonly number[],
): Promise<DifferingRows> {
  const first = open();
  const [left, right] = await Promise.all([sumBuckets(first.expected, key), sumBuckets(first.actual, key)]);
  const { chosen, complete } = chooseBuckets(left, right);
  const second = open();
  const [expected, actual] = await Promise.all([
    collect(second.expected, key, chosen),
    collect(second.actual, key, chosen),
  ]);
  return classify(expected, actual, complete);
}

function chooseBuckets(left: readonly Multiset[], right: readonly Multiset[]) {
  const chosen = new Set<number>();
  let rows = 0;
  let complete = true;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [one, other] = [left[bucket], right[bucket]];
    if (one === undefined || other === undefined) continue;
    if (one.rows === other.rows && one.digest() === other.digest()) continue;
    if (chosen.size > 0 && rows + one.rows + other.rows > mostRows) complete = false;
    else {
      chosen.add(bucket);
      rows += one.rows + other.rows;
    }
  }
  return { chosen, complete };
}

interface HeldRow {
  readonly key: readonly (string | undefined)[];
  readonly hash: string;
  readonly fields: readonly string[];
}

type Rows = ReadonlyMap<string, readonly HeldRow[]>;

function classify(expected: Rows, actual: Rows, complete: boolean): DifferingRows {
  const counts = { missing: 0, extra: 0, changed: 0 };
  const examples: DifferingRow[] = [];
  const note = (kind: DifferingRow['kind'], row: HeldRow, columns: readonly number[] = []): void => {
    counts[kind]++;
    if (examples.length < mostExamples) examples.push({ kind, key: row.key, columns });
  };
  for (const id of new Set([...expected.keys(), ...actual.keys()])) {
    const { lacking, surplus } = unpaired(expected.get(id) ?? [], actual.get(id) ?? []);
    // One of each under the same key is one row that was changed.
    const pairs = Math.min(lacking.length, surplus.length);
    for (const [index, row] of lacking.entries()) {
      const other = index < pairs ? surplus[index] : undefined;
      if (other === undefined) note('missing', row);
      else note('changed', row, differingColumns(row, other));
    }
    for (const row of surplus.slice(pairs)) note('extra', row);
  }
  return { ...counts, complete, examples };
}

/** Rows of either side that have no equal on the other; two equal rows need two equals. */
function unpaired(expected: readonly HeldRow[], actual: readonly HeldRow[]) {
  const surplus = [...actual];
  const lacking = expected.filter(row => {
    const equal = surplus.findIndex(other => other.hash === row.hash);
    if (equal !== -1) surplus.splice(equal, 1);
    return equal === -1;
  });
  return { lacking, surplus };
}

function differingColumns(one: HeldRow, other: HeldRow): readonly number[] {
  return one.fields.flatMap((field, index) => (field === other.fields[index] ? [] : [index]));
}

async function sumBuckets(source: Bytes, key: readonly number[]): Promise<readonly Multiset[]> {
  const sums = Array.from({ length: buckets }, createMultiset);
  await eachRow(source, key, row => {
    const hash = row.hash();
    sums[bucketOf(key.length === 0 ? hash : keyHash(row, key))]?.addHash(hash);
  });
  return sums;
}

async function collect(source: Bytes, key: readonly number[], chosen: ReadonlySet<number>): Promise<Rows> {
  const rows = new Map<string, HeldRow[]>();
  let held = 0;
  await eachRow(source, key, row => {
    const hash = keyHash(row, key);
    // The other side's number of rows is bounded by the first pass; a source that grows meanwhile must not fill memory.
    if (!chosen.has(bucketOf(hash)) || held > 4 * mostRows) return;
    held++;
    const id = hash.toString('latin1');
    const same = rows.get(id) ?? [];
    rows.set(id, [...same, hold(row, key)]);
  });
  return rows;
}

function hold(row: Row, key: readonly number[]): HeldRow {
  const fields = row.fields();
  const shown = key.length === 0 ? fields : key.flatMap(index => fields[index] ?? []);
  return {
    key: shown.slice(0, 32).map(({ start }) => readable(start.subarray(0, 200))),
    hash: row.hash().toString('latin1'),
    fields: fields.map(field => field.hash().toString('latin1', 0, 8)),
  };
}

function keyHash(row: Row, key: readonly number[]): Buffer {
  if (key.length === 0) return row.hash();
  const fields = row.fields();
  return rowHash(Buffer.concat(key.flatMap(index => [fields[index]?.start ?? Buffer.alloc(0), Buffer.from('\t')])));
}

function bucketOf(hash: Buffer): number {
  return hash.readUInt16LE() % buckets;
}
