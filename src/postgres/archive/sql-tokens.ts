/**
 * `word`: a keyword or plain name, in lower case; `name`: a quoted name without its quotes; `text`: a string literal
 * without its quotes, escapes left as they are written.
 */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  readonly value: string;
  /** Where it stands in the SQL, quotes and prefix included: from `start` up to, but not including, `end`. */
  readonly start: number;
  readonly end: number;
}

const spaces = /\s+/y;
const lineComment = /--[^\n]*/y;
const word = /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy;
/** Two dots in a row are the range of a loop in PL/pgSQL. */
const number = /\d+(?:\.(?!\.)\d*)?(?:e[+-]?\d+)?/iy;
/** `e'…'` takes escapes; the prefix of `U&'…'` and `U&"…"` belongs to the token, that of others does not matter. */
const prefixed = /(?:e(?=')|u&(?=['"]))/iy;
const dollarQuote = /\$(?:[\p{L}_][\p{L}\p{M}\p{N}_]*)?\$/uy;
const sign = /::|\.\.|:=|\$\d+|./suy;

/** Splits SQL, or a body in PL/pgSQL, as the server does (manual, "Lexical Structure"). Blanks and comments are left out. */
export function* sqlTokens(sql: string): Generator<SqlToken, void> {
  for (let start = 0; start < sql.length; ) {
    const skipped = matchAt(spaces, sql, start) ?? matchAt(lineComment, sql, start);
    if (skipped !== undefined) start += skipped.length;
    else if (sql.startsWith('/*', start)) start = endOfComment(sql, start);
    else {
      const token = tokenAt(sql, start);
      yield token;
      start = token.end;
    }
  }
}

function tokenAt(sql: string, start: number): SqlToken {
  const prefix = matchAt(prefixed, sql, start) ?? '';
  const open = start + prefix.length;
  const quote = sql.charAt(open);
  if (quote === '"' || quote === "'") {
    const close = closingQuote(sql, open, quote, prefix.toLowerCase() === 'e');
    const inside = sql.slice(open + 1, close);
    const value = prefix.toLowerCase() === 'e' ? inside : inside.replaceAll(quote + quote, quote);
    return { kind: quote === '"' ? 'name' : 'text', value, start, end: Math.min(close + 1, sql.length) };
  }
  const tag = matchAt(dollarQuote, sql, start);
  if (tag !== undefined) {
    const found = sql.indexOf(tag, start + tag.length);
    const close = found === -1 ? sql.length : found;
    const end = Math.min(close + tag.length, sql.length);
    return { kind: 'text', value: sql.slice(start + tag.length, close), start, end };
  }
  const plain = matchAt(word, sql, start);
  // Only ASCII letters: what else the server folds depends on the encoding of the database.
  if (plain !== undefined) return plainToken('word', plain, lowerCase(plain), start);
  const digits = matchAt(number, sql, start);
  if (digits !== undefined) return plainToken('number', digits, digits, start);
  const other = matchAt(sign, sql, start) ?? sql.charAt(start);
  return plainToken('sign', other, other, start);
}

function plainToken(kind: SqlToken['kind'], text: string, value: string, start: number): SqlToken {
  return { kind, value, start, end: start + text.length };
}

function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Comments nest. One that does not end takes the rest. */
function endOfComment(sql: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}

/** Index of the quote that ends what begins at `open`; the end of the text if there is none. */
function closingQuote(sql: string, open: number, quote: string, escapes: boolean): number {
  for (let at = open + 1; at < sql.length; at++) {
    const found = sql.charAt(at);
    if (escapes && found === '\\') at++;
    else if (found === quote) {
      if (sql.charAt(at + 1) !== quote) return at;
      at++;
    }
  }
  return sql.length;
}
