import { quoteIdentifier } from '../../postgres/quote.ts';

/** A column as far as its hash depends on it. */
export interface HashedColumn {
  readonly name: string;
  /** Name of its type in pg_catalog, that of the base type for a domain; undefined for any other type, or one with a cast to text of its own. */
  readonly type: string | undefined;
}

export function columnOf({ name }: HashedColumn): string {
  return `"src".${quoteIdentifier(name)}`;
}

/** With the collation of bytes: a nondeterministic one has equal hashes for texts that are equal to it alone. */
export function asText(value: string): string {
  return `(${value})::pg_catalog.text COLLATE "C"`;
}

/** The text of a value whose own hash does not tell all different values apart. */
export function textOf(column: HashedColumn): string {
  const sql = columnOf(column);
  switch (column.type) {
    // A cast to text may be a function of anybody's, which would run with our rights and hide what differs. This prints
    // as COPY does; a row of nulls is no NULL.
    case undefined:
      return asText(`CASE pg_catalog.num_nulls(${sql}) WHEN 0 THEN pg_catalog.format('%s', ${sql}) END`);
    // Its text depends on lc_monetary.
    case 'money':
      return asText(`${sql}::pg_catalog.numeric`);
    // A cast to text cuts its blanks off, which a value without a declared length keeps.
    case 'bpchar':
      return asText(`pg_catalog.textin(pg_catalog.bpcharout(${sql}))`);
    default:
      return asText(sql);
  }
}
