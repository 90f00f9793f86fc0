import type { Secret } from '../../secret.ts';
import { type Assignment, type Parsed, unusable } from './assignment.ts';

/**
 * Reads libpq's key/value form (manual, "Keyword/Value Connection Strings"): blanks around `=` are allowed, a value
 * with blanks stands in single quotes, and a backslash takes the next sign as it is, inside and outside of quotes.
 * As in a URL, messages name positions only: behind an unquoted blank may stand the rest of a password.
 */
export function parseConninfo(conninfo: Secret): Parsed {
  const text = conninfo.reveal();
  if (text.trim() === '') {
    return unusable(
      'PGR110',
      'the connection string is empty',
      'set the variable or secret that it comes from; secrets are not available to workflows of forks',
    );
  }
  if (/^\s*postgres(?:ql)?:\/\//.test(text))
    return unusable('PGR101', 'the connection string is a URL', 'give it as url instead of conninfo');

  const assignments: Assignment[] = [];
  let index = skipBlanks(text, 0);
  while (index < text.length) {
    const start = index;
    while (index < text.length && !/[=\s]/.test(text.charAt(index))) index += 1;
    const keyword = text.slice(start, index);
    index = skipBlanks(text, index);
    if (text.charAt(index) !== '=' || keyword === '') {
      return unusable(
        'PGR101',
        `the connection string has no "name=" at character ${start + 1}`,
        "put values with blanks into single quotes (password='…'), and write ' and \\ in them as \\' and \\\\",
      );
    }
    const value = readValue(text, skipBlanks(text, index + 1));
    if (value === undefined) {
      return unusable(
        'PGR101',
        `the value that begins behind character ${index + 1} of the connection string has no closing quote`,
        "close it with ', and write a ' inside of it as \\'",
      );
    }
    assignments.push({
      keyword,
      value: value.text,
      origin: `at character ${start + 1} of the connection string`,
      showKeyword: false,
    });
    index = skipBlanks(text, value.end);
  }
  return { assignments, problems: [] };
}

function readValue(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  const quoted = text.charAt(start) === "'";
  let value = '';
  for (let index = quoted ? start + 1 : start; index < text.length; index += 1) {
    const sign = text.charAt(index);
    if (quoted && sign === "'") return { text: value, end: index + 1 };
    if (!quoted && /\s/.test(sign)) return { text: value, end: index };
    if (sign === '\\') index += 1;
    value += sign === '\\' ? text.charAt(index) : sign;
  }
  return quoted ? undefined : { text: value, end: text.length };
}

function skipBlanks(text: string, from: number): number {
  let index = from;
  while (index < text.length && /\s/.test(text.charAt(index))) index += 1;
  return index;
}
