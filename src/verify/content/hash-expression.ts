import { quoteIdentifier } from '../../postgres/quote.ts';

/** A column as far as its hash depends on it. */
export interface HashedColumn {
  readonly name: string;
  /** Name of its type in pg_catalog, that of the base type for a domain; undefined for any other type, or one with a cast to text of its own. */
  readonly type: string | undefined;
}

/** Says which hash a number is, so that one made otherwise is never compared with it. */
export const hashMethod = 'row-sum-2';

/**
 * SQL for the hash of one row, a bigint that depends on the values alone: not on OIDs (as `hash_record` does for enums),
 * nor on the physical order of columns, nor on the major from 12 to 18 (measured). Types whose own hash tells all
 * different values apart use that; all others their text, which the session's settings pin. numeric is hashed as text,
 * as its own hash does not see trailing zeros. The server folds 64 bits into 32 before it hashes them, so that 0 and
 * 4294967297 have one hash: what has so many is hashed in two ways that no two values share.
 */
export function rowHash(columns: readonly HashedColumn[]): string {
  const values = columns.flatMap(columnHashes).join(', ');
  // The hash of an array is a weighted sum of its elements' hashes. Summed up over rows as it is, it would not see values of
  // one column that change places between rows; hashed once more it does.
  return `pg_catalog.hashtextextended(pg_catalog.hash_array_extended(ARRAY[${values}]::pg_catalog.int8[], 0)::pg_catalog.text COLLATE "C", 0)`;
}

function columnHashes({ name, type }: HashedColumn): readonly string[] {
  const column = `"src".${quoteIdentifier(name)}`;
  switch (type) {
    // A cast to text may be a function of anybody's, which would run with our rights and hide what differs. This prints
    // as COPY does; a row of nulls is no NULL.
    case undefined:
      return [textHash(`CASE pg_catalog.num_nulls(${column}) WHEN 0 THEN pg_catalog.format('%s', ${column}) END`)];
    // hash_array_extended hashes these itself, and a NULL as no value has it.
    case 'int2':
    case 'int4':
    case 'oid':
      return [`${column}::pg_catalog.int8`];
    case 'int8':
      return [column, `${column} >> 32`];
    case 'bool':
      return [`${column}::pg_catalog.int4`];
    case 'uuid':
      return [`pg_catalog.uuid_hash_extended(${column}, 0)`];
    case 'time':
      return [`pg_catalog.time_hash_extended(${column}, 0)`, secondsHash(column)];
    case 'timestamp':
      return [`pg_catalog.timestamp_hash_extended(${column}, 0)`, secondsHash(column)];
    case 'timestamptz':
      return [`pg_catalog.timestamp_hash_extended(${column} AT TIME ZONE 'UTC', 0)`, secondsHash(column)];
    // Its text depends on lc_monetary.
    case 'money':
      return [textHash(`${column}::pg_catalog.numeric`)];
    // A cast to text cuts its blanks off, which a value without a declared length keeps.
    case 'bpchar':
      return [textHash(`pg_catalog.textin(pg_catalog.bpcharout(${column}))`)];
    default:
      return [textHash(column)];
  }
}

/** Exact to the microsecond for 285 years around 1970, and to less than a second for any time. */
function secondsHash(column: string): string {
  return `pg_catalog.hashfloat8extended(pg_catalog.date_part('epoch', ${column}), 0)`;
}

/** With the collation of bytes: a nondeterministic one has equal hashes for texts that are equal to it alone. */
function textHash(value: string): string {
  return `pg_catalog.hashtextextended((${value})::pg_catalog.text COLLATE "C", 0)`;
}
