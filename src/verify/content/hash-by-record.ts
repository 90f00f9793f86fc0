import { columnOf, type HashedColumn, textOf } from './hashed-column.ts';

/**
 * SQL for the hash of a row as a record of values whose own hashes tell all different ones apart. Of 890,000 rows with ten
 * columns it took 0.8 of the time that it takes with numbers and times as texts, and 0.7 to 0.8 of that by an array (measured).
 */
export function hashByRecord(columns: readonly HashedColumn[]): string {
  const hash = `pg_catalog.hash_record_extended(ROW(${columns.flatMap(fieldsOf).join(', ')}), 0)`;
  // The hash of a record is a weighted sum of its fields' hashes. Summed up over rows as it is, it would not see values of one
  // column that change places between rows. As a seed, all of its 64 bits are mixed once more.
  return `pg_catalog.hashint4extended(0, ${hash})`;
}

/** Fields of the record that stand for a column. */
export function fieldsOf(column: HashedColumn): readonly string[] {
  const { type = '' } = column;
  const sql = columnOf(column);
  switch (type) {
    case 'bool':
    case 'bytea':
    case 'date':
    case 'int2':
    case 'int4':
    case 'oid':
    case 'uuid':
      // That of a domain is its base type.
      return [`${sql}::pg_catalog.${type}`];
    // The server folds 64 bits into 32 before it hashes them, so that 0 and 4294967297 have one hash.
    case 'int8':
      return [`${sql}::pg_catalog.int8`, `${sql} >> 32`];
    // Their own hashes fold 64 bits, see no trailing zeros and no sign, or take a month for 30 days. In binary they are bytes
    // that are the same for the same value alone, and cost less than a text. The binary form of others depends on OIDs,
    // on the encoding or on how a NaN came about.
    case 'interval':
    case 'numeric':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return [`pg_catalog.${type}_send(${sql})`];
    default:
      return [textOf(column)];
  }
}
