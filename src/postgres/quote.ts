/** An identifier as SQL text. It is always quoted, so that keywords, capitals and foreign signs need no rule of their own. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `schema.name`, both quoted. */
export function quoteQualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/**
 * A string as SQL literal. One with a backslash becomes an escape string, which means the same whatever
 * `standard_conforming_strings` is; the space before it keeps the E from joining a word in front.
 */
export function quoteLiteral(value: string): string {
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return value.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
