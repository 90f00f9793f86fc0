import type { Problem } from '../../errors.ts';
import { type Assignment, problem } from './assignment.ts';
import { findKeyword, unknownKeywordRemedy, type Values } from './keywords.ts';

/** What is wrong with one parameter on its own. A value is never shown: the wrong one may be a piece of a password. */
export function valueProblems(assignment: Assignment): readonly Problem[] {
  const { keyword, value, origin, showKeyword } = assignment;
  const known = findKeyword(keyword);
  if (known === undefined) {
    const name = showKeyword ? `the parameter "${printable(keyword)}" (${origin})` : `the parameter ${origin}`;
    return [problem('PGR104', `${name} is unknown to libpq`, unknownKeywordRemedy(keyword))];
  }
  const control = controlCharacter(keyword, value);
  if (control !== undefined) return [control];
  switch (known.role) {
    case 'unsupported':
      return [problem('PGR104', `the parameter ${keyword} (${origin}) is not supported`, known.remedy)];
    case 'location':
      return [];
    case 'setting':
    case 'tool':
      return unknownValue(keyword, value, origin, known.values);
  }
}

/** NUL ends a text for C programs, a line break ends a line of a password or service file, and libpq trims the latter. */
function controlCharacter(keyword: string, value: string): Problem | undefined {
  if (keyword === 'sslpassword' && /\s$/.test(value)) {
    return problem(
      'PGR109',
      'sslpassword ends with white space',
      'no service file can hold it: remove it from the end',
    );
  }
  if (!/[\0\r\n]/.test(value)) return undefined;
  if (keyword === 'password' || keyword === 'sslpassword') {
    return problem(
      'PGR109',
      `${keyword} contains a line break or a NUL character`,
      'no password file can hold it: choose another, or look for a line break at the end of the secret',
    );
  }
  const name = keyword === 'dbname' ? 'the database name' : keyword === 'user' ? 'the user name' : keyword;
  return problem(
    'PGR108',
    `${name} contains a line break or a NUL character`,
    'remove it; it often comes with a variable that was read from a file',
  );
}

function unknownValue(keyword: string, value: string, origin: string, values: Values): readonly Problem[] {
  switch (values.kind) {
    case 'any':
      return [];
    case 'one of':
      if (values.allowed.includes(value)) return [];
      return [
        problem(
          'PGR111',
          `${keyword} (${origin}) has a value that is not supported`,
          `use one of ${values.allowed.join(', ')}`,
        ),
      ];
    case 'whole number':
      if (/^\d{1,9}$/.test(value) && Number(value) >= values.least) return [];
      return [
        problem(
          'PGR111',
          `${keyword} (${origin}) is not a number that fits`,
          `use a whole number from ${values.least} on`,
        ),
      ];
  }
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?').slice(0, 60);
}
