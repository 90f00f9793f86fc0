import type { Secret } from '../../secret.ts';
import { type Assignment, type Parsed, problem, unusable } from './assignment.ts';
import { percentDecode } from './percent.ts';
import { parseUrlHosts } from './url-hosts.ts';
import { refusedScheme, splitUrl, type UrlPiece } from './url-pieces.ts';

/**
 * Reads a connection URL as libpq does (manual, "Connection URIs"), but refuses what libpq would quietly take for
 * something else. A message names positions, counted from 1, and never a piece of the URL: whatever stands there may
 * belong to a password that was not escaped.
 */
export function parseUrl(url: Secret): Parsed {
  const text = url.reveal();
  if (text === '') return emptyUrl;
  const scheme = refusedScheme(text);
  if (scheme !== undefined) return scheme;
  const split = splitUrl(text);
  if (split.kind === 'malformed') return unusable('PGR101', split.message, split.remedy);

  const { pieces } = split;
  const hosts = parseUrlHosts(pieces.hosts);
  const read = [
    hosts,
    ...(pieces.user === undefined ? [] : [decoded('user', pieces.user)]),
    ...(pieces.password === undefined ? [] : [passwordOf(pieces.password)]),
    ...(pieces.database === undefined ? [] : [decoded('dbname', pieces.database)]),
    ...pieces.query.map(queryParameter),
  ];
  return {
    assignments: read.flatMap(part => part.assignments),
    problems: read.flatMap(part => part.problems),
  };
}

const emptyUrl = unusable(
  'PGR110',
  'the connection URL is empty',
  'set the variable or secret that it comes from; secrets are not available to workflows of forks',
);

function passwordOf(piece: UrlPiece): Parsed {
  if (piece.text !== '') return decoded('password', piece);
  return unusable(
    'PGR110',
    'the connection URL has a ":" for a password and an empty password after it',
    'set the secret that the password comes from, or leave the ":" out; secrets are not available to workflows of forks',
  );
}

function queryParameter(piece: UrlPiece): Parsed {
  const equals = piece.text.indexOf('=');
  const second = piece.text.indexOf('=', equals + 1);
  if (equals < 0) {
    return unusable(
      'PGR101',
      `the parameter at character ${piece.position} of the connection URL has no value`,
      'write it as name=value',
    );
  }
  if (second >= 0) {
    const position = piece.position + second;
    return unusable(
      'PGR101',
      `character ${position} of the connection URL is a second "=" in one parameter`,
      'write it as %3D',
    );
  }
  const name = percentDecode(piece.text.slice(0, equals));
  const value: UrlPiece = { text: piece.text.slice(equals + 1), position: piece.position + equals + 1 };
  if (name.kind === 'bad escape') return badEscape(piece.position + name.index);
  if (name.text !== 'ssl') return decoded(name.text, value);
  // JDBC's spelling; libpq knows this one value of it.
  if (value.text === 'true') return decoded('sslmode', { ...value, text: 'require' });
  return unusable(
    'PGR111',
    'the parameter "ssl" of a connection URL can only be "true"',
    'use sslmode instead, for example sslmode=disable',
  );
}

function decoded(keyword: string, piece: UrlPiece): Parsed {
  const value = percentDecode(piece.text);
  if (value.kind === 'bad escape') return badEscape(piece.position + value.index);
  const origin = `at character ${piece.position} of the connection URL`;
  const assignment: Assignment = { keyword, value: value.text, origin, showKeyword: false };
  return { assignments: [assignment], problems: [] };
}

function badEscape(position: number): Parsed {
  const message = `the connection URL has an invalid percent escape at character ${position}`;
  return { assignments: [], problems: [problem('PGR102', message, 'write a "%" that stands for itself as %25')] };
}
