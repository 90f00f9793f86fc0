import { type Parsed, unusable } from './assignment.ts';

/** A stretch of the URL, still escaped, and where it begins, counted from 1. */
export interface UrlPiece {
  readonly text: string;
  readonly position: number;
}

export interface UrlPieces {
  readonly user: UrlPiece | undefined;
  readonly password: UrlPiece | undefined;
  readonly hosts: UrlPiece;
  readonly database: UrlPiece | undefined;
  readonly query: readonly UrlPiece[];
}

export type SplitUrl =
  | { readonly kind: 'pieces'; readonly pieces: UrlPieces }
  | { readonly kind: 'malformed'; readonly message: string; readonly remedy: string };

const ours = /^postgres(?:ql)?:\/\//;

/** Spellings of other tools, which libpq takes for the name of a database on the local socket. Safe to repeat, as they are ours. */
const knownSchemes = [
  /^(jdbc:[a-z]{1,20}):/,
  /^(postgres(?:ql)?\+[a-z0-9]{1,20}):\/\//,
  /^(mysql|mariadb|mongodb|redis|http|https|sqlite):\/\//,
];

/** The problem with a text that does not begin like a Postgres URL; undefined if it does. */
export function refusedScheme(text: string): Parsed | undefined {
  if (ours.test(text)) return undefined;
  const known = knownSchemes.map(pattern => pattern.exec(text)?.[1]).find(name => name !== undefined);
  const message =
    known === undefined
      ? 'the connection URL does not begin with postgresql://'
      : `the connection URL has the scheme "${known}"`;
  return unusable(
    'PGR103',
    message,
    'begin it with postgresql://; a declared file takes the form host=… dbname=… as conninfo',
  );
}

/**
 * Cuts a URL at its signs. libpq looks for `@` first and for `/`, `?`, `:` later, so a password with one of them
 * unescaped moves the rest of it into the host, port or database: every such reading is refused here.
 */
export function splitUrl(text: string): SplitUrl {
  const blank = /[\s\p{Cc}]/u.exec(text);
  if (blank !== null) {
    return malformed(
      `character ${blank.index + 1} of the connection URL is white space or a control character`,
      'write a space as %20; if the URL comes from a secret, look for a line break at its end',
    );
  }
  const start = text.indexOf('//') + 2;
  const end = start + lengthBefore(/[/?]/, text.slice(start));
  const firstAt = text.indexOf('@', start);
  const lastAt = text.lastIndexOf('@');
  if (lastAt >= end) {
    const remedy =
      'percent-encode the password and the user name: "@" is %40, "/" is %2F, "?" is %3F, ":" is %3A, "%" is %25';
    return malformed(`character ${lastAt + 1} of the connection URL is an "@" behind the host`, remedy);
  }
  if (firstAt !== lastAt) {
    return malformed(
      `character ${firstAt + 1} of the connection URL is an "@" that is not the last one`,
      'percent-encode the password: "@" is %40',
    );
  }
  const pathEnd = end + lengthBefore(/\?/, text.slice(end));
  const path = text.slice(end, pathEnd);
  const slash = path.indexOf('/', 1);
  if (slash >= 0) {
    return malformed(
      `character ${end + slash + 1} of the connection URL is a second "/"`,
      'write a "/" in a name or password as %2F',
    );
  }
  return {
    kind: 'pieces',
    pieces: {
      ...splitCredentials(text, start, firstAt),
      hosts: piece(text, firstAt < 0 ? start : firstAt + 1, end),
      database: path.length > 1 ? piece(text, end + 1, pathEnd) : undefined,
      query: splitQuery(text, pathEnd + 1),
    },
  };
}

function splitCredentials(text: string, start: number, at: number): Pick<UrlPieces, 'user' | 'password'> {
  if (at < 0) return { user: undefined, password: undefined };
  const colon = text.slice(start, at).indexOf(':');
  if (colon < 0) return { user: piece(text, start, at), password: undefined };
  return { user: piece(text, start, start + colon), password: piece(text, start + colon + 1, at) };
}

function splitQuery(text: string, start: number): readonly UrlPiece[] {
  const pieces: UrlPiece[] = [];
  let from = start;
  for (const part of text.slice(start).split('&')) {
    if (part !== '') pieces.push({ text: part, position: from + 1 });
    from += part.length + 1;
  }
  return pieces;
}

function piece(text: string, from: number, to: number): UrlPiece {
  return { text: text.slice(from, to), position: from + 1 };
}

function lengthBefore(sign: RegExp, text: string): number {
  const index = text.search(sign);
  return index < 0 ? text.length : index;
}

function malformed(message: string, remedy: string): SplitUrl {
  return { kind: 'malformed', message, remedy };
}
