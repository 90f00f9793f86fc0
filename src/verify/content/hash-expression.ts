import { quoteIdentifier } from '../../postgres/quote.ts';

/** A column as far as its hash depends on it. */
export interface HashedColumn {
  readonly name: string;
  /** Name of its type in pg_catalog, that of the base type for a domain; undefined for any other type, or one with a cast to text of its own. */
  readonly type: string | undefined;
}

/**
 * How a row is hashed: as an array of its values' hashes, or as a record, which takes a fifth less of the server's time
 * (measured). Hashes that were made in different ways are never compared.
 */
export type HashMethod = 'row-sum-2' | 'row-sum-3';

/** `hash_record_extended` came with 14. A record has up to 1,664 fields, and a column may give two values. */
const firstMajorOfRecords = 14;
const mostFields = 1_600;

/** The quicker way, where the server has it. */
export function chooseHashMethod(major: number, columns: readonly HashedColumn[]): HashMethod {
  const fields = columns.flatMap(valuesOf).length;
  return knowsHashMethod('row-sum-3', major) && fields > 0 && fields <= mostFields ? 'row-sum-3' : 'row-sum-2';
}

/** Whether a server of this major can hash so. */
export function knowsHashMethod(method: HashMethod, major: number): boolean {
  return method === 'row-sum-2' || major >= firstMajorOfRecords;
}

/**
 * SQL for the hash of one row, a bigint that depends on the values alone: not on OIDs (as `hash_record` does for enums),
 * nor on the physical order of columns, nor on the major from 13 to 18 (measured). Types whose own hash tells all
 * different values apart use that; all others their text, which the session's settings pin. numeric is hashed as text,
 * as its own hash sees neither trailing zeros nor the sign. The server folds 64 bits into 32 before it hashes them, so
 * that 0 and 4294967297 have one hash: what has so many is hashed in two ways that no two values share.
 */
export function rowHash(columns: readonly HashedColumn[], method: HashMethod): string {
  const values = columns.flatMap(valuesOf);
  const hash =
    method === 'row-sum-2'
      ? `pg_catalog.hash_array_extended(ARRAY[${values.map(hashOf).join(', ')}]::pg_catalog.int8[], 0)`
      : `pg_catalog.hash_record_extended(ROW(${values.map(({ sql }) => sql).join(', ')}), 0)`;
  // The hash of an array or a record is a weighted sum of its parts' hashes. Summed up over rows as it is, it would not see
  // values of one column that change places between rows; hashed once more it does.
  return `pg_catalog.hashtextextended(${hash}::pg_catalog.text COLLATE "C", 0)`;
}

/** A value and its type, whose own hash tells all different values apart. */
interface HashedValue {
  readonly sql: string;
  readonly type: string;
}

function valuesOf({ name, type }: HashedColumn): readonly HashedValue[] {
  const column = `"src".${quoteIdentifier(name)}`;
  // That of a domain is its base type.
  const own = { sql: `${column}::pg_catalog.${type}`, type: type ?? '' };
  switch (type) {
    // A cast to text may be a function of anybody's, which would run with our rights and hide what differs. This prints
    // as COPY does; a row of nulls is no NULL.
    case undefined:
      return [text(`CASE pg_catalog.num_nulls(${column}) WHEN 0 THEN pg_catalog.format('%s', ${column}) END`)];
    case 'bool':
    case 'bytea':
    case 'date':
    case 'int2':
    case 'int4':
    case 'oid':
    case 'uuid':
      return [own];
    case 'int8':
      return [own, { sql: `${column} >> 32`, type }];
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return [own, seconds(column)];
    // Its text depends on lc_monetary.
    case 'money':
      return [text(`${column}::pg_catalog.numeric`)];
    // A cast to text cuts its blanks off, which a value without a declared length keeps.
    case 'bpchar':
      return [text(`pg_catalog.textin(pg_catalog.bpcharout(${column}))`)];
    default:
      return [text(column)];
  }
}

/** Exact to the microsecond for 285 years around 1970, and to less than a second for any time. */
function seconds(column: string): HashedValue {
  return { sql: `pg_catalog.date_part('epoch', ${column})`, type: 'float8' };
}

/** With the collation of bytes: a nondeterministic one has equal hashes for texts that are equal to it alone. */
function text(value: string): HashedValue {
  return { sql: `(${value})::pg_catalog.text COLLATE "C"`, type: 'text' };
}

/** An integer that stands for the value in an array: hash_array_extended hashes integers itself, and a NULL as no value has it. */
function hashOf({ sql, type }: HashedValue): string {
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
    case 'oid':
      return `(${sql})::pg_catalog.int8`;
    case 'bool':
      return `${sql}::pg_catalog.int4`;
    case 'uuid':
      return `pg_catalog.uuid_hash_extended(${sql}, 0)`;
    case 'time':
      return `pg_catalog.time_hash_extended(${sql}, 0)`;
    case 'timestamp':
      return `pg_catalog.timestamp_hash_extended(${sql}, 0)`;
    case 'timestamptz':
      return `pg_catalog.timestamp_hash_extended(${sql} AT TIME ZONE 'UTC', 0)`;
    case 'float8':
      return `pg_catalog.hashfloat8extended(${sql}, 0)`;
    // bytea and date have no function of their own for it before 18.
    default:
      return `pg_catalog.hashtextextended((${sql})::pg_catalog.text COLLATE "C", 0)`;
  }
}
