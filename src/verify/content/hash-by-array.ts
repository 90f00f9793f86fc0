import { asText, columnOf, type HashedColumn, textOf } from './hashed-column.ts';

/** SQL for the hash of a row as an array of integers that stand for its values: every server knows it, and any number of columns. */
export function hashByArray(columns: readonly HashedColumn[]): string {
  const hash = `pg_catalog.hash_array_extended(ARRAY[${columns.flatMap(integersOf).join(', ')}]::pg_catalog.int8[], 0)`;
  // The hash of an array is a weighted sum, as that of a record is.
  return `pg_catalog.hashtextextended(${asText(hash)}, 0)`;
}

/** hash_array_extended hashes integers itself, and a NULL as no value has it. */
function integersOf(column: HashedColumn): readonly string[] {
  const { type = '' } = column;
  const sql = columnOf(column);
  switch (type) {
    case 'int2':
    case 'int4':
    case 'oid':
      return [`${sql}::pg_catalog.int8`];
    case 'int8':
      return [sql, `${sql} >> 32`];
    case 'bool':
      return [`${sql}::pg_catalog.int4`];
    case 'uuid':
      return [`pg_catalog.uuid_hash_extended(${sql}, 0)`];
    case 'time':
      return [`pg_catalog.time_hash_extended(${sql}, 0)`, seconds(sql)];
    case 'timestamp':
      return [`pg_catalog.timestamp_hash_extended(${sql}, 0)`, seconds(sql)];
    case 'timestamptz':
      return [`pg_catalog.timestamp_hash_extended(${sql} AT TIME ZONE 'UTC', 0)`, seconds(sql)];
    default:
      // bytea and date have no function of their own for it before 18.
      return [`pg_catalog.hashtextextended(${textOf(column)}, 0)`];
  }
}

/** Exact to the microsecond for 285 years around 1970, and to less than a second for any time. */
function seconds(column: string): string {
  return `pg_catalog.hashfloat8extended(pg_catalog.date_part('epoch', ${column}), 0)`;
}
