/** `word`: a keyword or plain name, in lower case; `name`: a quoted name without its quotes; `text`: a string literal. */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'text' | 'sign';
  readonly value: string;
}

/** Splits SQL as pg_dump prints it: it writes no comments and no dollar quotes in the statements that this is for. */
export function* sqlTokens(sql: string): Generator<SqlToken, void> {
  const word = /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy;
  for (let at = 0; at < sql.length; ) {
    const sign = sql.charAt(at);
    word.lastIndex = at;
    const plain = word.exec(sql)?.[0];
    const next = at + (plain?.length ?? 1);
    if (sign === '"' || sign === "'") {
      const end = closingQuote(sql, at, sign, false);
      const value = sql.slice(at + 1, end).replaceAll(sign + sign, sign);
      yield { kind: sign === '"' ? 'name' : 'text', value };
      at = end + 1;
    } else if (plain?.toLowerCase() === 'e' && sql.charAt(next) === "'") {
      const end = closingQuote(sql, next, "'", true);
      yield { kind: 'text', value: sql.slice(next + 1, end) };
      at = end + 1;
    } else {
      if (plain !== undefined) yield { kind: 'word', value: plain.toLowerCase() };
      else if (sign.trim() !== '') yield { kind: 'sign', value: sign };
      at = next;
    }
  }
}

/** Index of the quote that ends what begins at `open`; the end of the text if there is none. */
function closingQuote(sql: string, open: number, quote: string, escapes: boolean): number {
  for (let at = open + 1; at < sql.length; at++) {
    const sign = sql.charAt(at);
    if (escapes && sign === '\\') at++;
    else if (sign === quote) {
      if (sql.charAt(at + 1) !== quote) return at;
      at++;
    }
  }
  return sql.length;
}
