const spoken =
  /\b[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([\p{L}_][\p{L}\p{N}_]*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//gsu;

/**
 * A definition as pg_dump prints it, on one line, with nothing in it but Postgres' own words: literals and bodies become
 * `''`, quoted names `""`, and comments go. What a table or function is called, or says, then never looks like syntax.
 */
export function bareSql(definition: string): string {
  return definition
    .replace(spoken, text =>
      text.startsWith('--') || text.startsWith('/*') ? ' ' : text.startsWith('"') ? '""' : "''",
    )
    .replace(/\s+/g, ' ')
    .trim();
}

/** What stands between the parenthesis at `open` and the one that closes it, and what follows that. */
export function parenthesized(sql: string, open: number): { readonly inside: string; readonly after: string } {
  let depth = 0;
  for (let at = open; at < sql.length; at++) {
    if (sql.charAt(at) === '(') depth++;
    else if (sql.charAt(at) === ')' && --depth === 0)
      return { inside: sql.slice(open + 1, at), after: sql.slice(at + 1) };
  }
  return { inside: sql.slice(open + 1), after: '' };
}
