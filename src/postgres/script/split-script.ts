/** What a script of SQL is made of. All texts have one character for each byte (latin1), whatever their encoding. */
export interface ScriptPart {
  /** `command`: psql's own, which begins with a backslash. `comment`: a line of one between statements. */
  readonly kind: 'statement' | 'command' | 'comment';
  /** Without the semicolon of a statement; one that is longer than `longestStatement` is cut there. */
  readonly text: string;
}

export interface ScriptSplitter {
  write(bytes: Uint8Array): void;
  end(): void;
}

export const longestStatement = 1 << 16;

/** What decides where a token ends is never longer than the longest name, with its quotes. */
const lookahead = 130;

type Mode =
  | { readonly kind: 'code' | 'text' | 'escaped' | 'name' | 'line' | 'rows' }
  | { readonly kind: 'dollars'; readonly tag: string };

const code: Mode = { kind: 'code' };
const special = /['"$;\\]|--/g;
const dollarTag = /\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$/y;

/**
 * Parts a script that pg_dump or pg_dumpall has written, in pieces as they come and with bounded memory: quoted texts and
 * names, function bodies and the rows behind a COPY are stepped over (manual, "Lexical Structure"; psqlscan.l).
 */
export function createScriptSplitter(onPart: (part: ScriptPart) => void): ScriptSplitter {
  let text = '';
  let at = 0;
  /** Where in `text` the current part begins, and what came of it before `text`. */
  let from = 0;
  let before = '';
  let mode: Mode = code;
  let escapesInTexts = false;

  const part = (end: number): string => (before + text.slice(from, end)).slice(0, longestStatement).trim();
  const begin = (next: number): void => {
    at = next;
    from = next;
    before = '';
  };
  const finish = (kind: ScriptPart['kind'], end: number): void => {
    const found = part(end);
    if (found !== '') onPart({ kind, text: found });
    if (kind === 'statement' && /^SET standard_conforming_strings = off$/.test(found)) escapesInTexts = true;
    begin(end + 1);
    if (kind === 'statement' && /^COPY .* FROM stdin$/s.test(found)) mode = { kind: 'rows' };
  };

  /** Takes one step; false where more has to be at hand first. */
  const step = (ended: boolean): boolean => {
    if (at >= text.length) return false;
    if (mode.kind === 'code') return stepCode(ended);
    if (mode.kind === 'text') return stepTo("'", 1);
    if (mode.kind === 'name') return stepTo('"', 1);
    if (mode.kind === 'dollars') return stepTo(mode.tag, mode.tag.length);
    if (mode.kind === 'escaped') return stepEscaped();
    if (mode.kind === 'rows') return stepRows();
    const end = text.indexOf('\n', at);
    if (end === -1 && !ended) return false;
    mode = code;
    finish(text.startsWith('--', from) ? 'comment' : 'command', end === -1 ? text.length : end);
    return true;
  };

  const stepTo = (mark: string, length: number): boolean => {
    const found = text.indexOf(mark, at);
    if (found === -1) {
      at = Math.max(at, text.length - length + 1);
      return false;
    }
    at = found + length;
    mode = code;
    return true;
  };

  const stepEscaped = (): boolean => {
    const found = /[\\']/g;
    found.lastIndex = at;
    const mark = found.exec(text);
    if (mark === null) {
      at = text.length;
      return false;
    }
    if (mark[0] === '\\' && mark.index + 1 === text.length) return false;
    at = mark.index + (mark[0] === '\\' ? 2 : 1);
    // Two quotes are one quote of the text, and what follows may hold escapes as well.
    if (mark[0] === "'") {
      if (at === text.length) {
        at = mark.index;
        return false;
      }
      if (text[at] === "'") at++;
      else mode = code;
    }
    return true;
  };

  /** The rows begin behind the line of the COPY, and end with a line of `\.` alone. */
  const stepRows = (): boolean => {
    const found = text.indexOf('\n\\.\n', at);
    if (found === -1) {
      begin(Math.max(at, text.length - 3));
      return false;
    }
    mode = code;
    begin(found + 4);
    return true;
  };

  const stepCode = (ended: boolean): boolean => {
    special.lastIndex = at;
    const found = special.exec(text);
    const next = found?.index ?? text.length;
    if (!ended && next + lookahead > text.length) {
      at = Math.max(at, Math.min(next, text.length - lookahead));
      return false;
    }
    at = next;
    const sign = found?.[0];
    if (sign === ';') finish('statement', next);
    else if (sign === "'") {
      mode = {
        kind:
          escapesInTexts || /(?:^|[^\w$\x80-\xff])[eE]$/.test(text.slice(Math.max(from, next - 2), next))
            ? 'escaped'
            : 'text',
      };
      at++;
    } else if (sign === '"') {
      mode = { kind: 'name' };
      at++;
    } else if (sign === '$') stepDollar();
    else if (sign === '--' || sign === '\\') stepLine(sign);
    return sign !== undefined;
  };

  const stepDollar = (): void => {
    dollarTag.lastIndex = at;
    const tag = /[\w$\x80-\xff]/.test(text[at - 1] ?? '') ? undefined : dollarTag.exec(text)?.[0];
    if (tag !== undefined) mode = { kind: 'dollars', tag };
    at += tag?.length ?? 1;
  };

  /** A comment within a statement, or a sign that begins no command, is part of it. */
  const stepLine = (sign: string): void => {
    if (part(at) === '') {
      from = at;
      before = '';
      mode = { kind: 'line' };
    } else if (sign === '--') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else at++;
  };

  const forget = (): void => {
    // What lies behind decides whether a quote has a prefix.
    const kept = Math.max(0, Math.min(at - 2, mode.kind === 'line' ? from : at));
    if (kept > from) {
      if (before.length < longestStatement) before += text.slice(from, kept);
      from = kept;
    }
    text = text.slice(kept);
    at -= kept;
    from -= kept;
  };

  return {
    write(bytes) {
      text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      while (step(false));
      forget();
    },
    end() {
      while (step(true));
      if (mode === code) finish('statement', text.length);
    },
  };
}
