import type { ErrorCode } from '../../errors.ts';
import type { Piece } from './tree.ts';

/** The environment as a plain object; what is undefined is not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Replaced {
  readonly pieces: readonly Piece[];
  readonly faults: readonly VariableFault[];
}

export interface VariableFault {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy: string;
}

const form = /\$\$\{|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?<operator>:-|:\?)(?<argument>[^}]*))?\}|\$\{/g;

/**
 * Replaces `${NAME}`, `${NAME:-default}` and `${NAME:?message}` in one pass; `$${` stands for a literal `${`.
 * What a variable holds is never looked at again, so it can neither name another variable nor become structure.
 * As in a shell, `:-` and `:?` take an empty variable for an unset one.
 */
export function replaceVariables(text: string, environment: Environment): Replaced {
  const pieces: Piece[] = [];
  const faults: VariableFault[] = [];
  let position = 0;
  const literal = (value: string) => {
    if (value !== '') pieces.push({ text: value, foreign: false });
  };
  for (const match of text.matchAll(form)) {
    literal(text.slice(position, match.index));
    position = match.index + match[0].length;
    const { name, operator, argument = '' } = match.groups ?? {};
    if (match[0] === '$${') literal('${');
    else if (name === undefined || argument.includes('${')) faults.push(malformed(text.slice(match.index)));
    else {
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      if (value !== undefined && (value !== '' || operator === undefined)) {
        pieces.push({ text: value, foreign: true });
      } else if (operator === ':-') literal(argument);
      else faults.push(unset(name, argument, value === ''));
    }
  }
  literal(text.slice(position));
  return { pieces: pieces.length === 0 ? [{ text: '', foreign: false }] : pieces, faults };
}

function unset(name: string, message: string, empty: boolean): VariableFault {
  const state = empty ? 'empty' : 'not set';
  const what = `the variable ${name} is ${state}${message === '' ? '' : `: ${message}`}`;
  const fork = 'in a workflow started from a fork, secrets are absent';
  return { code: 'PGR124', what, remedy: `set ${name}, or write \${${name}:-default}; ${fork}` };
}

function malformed(rest: string): VariableFault {
  const what = 'a variable is written in a form that is not known';
  if (rest.startsWith('${{')) {
    const remedy = 'a workflow expression is replaced in workflow files only: pass it by `env:` and write ${NAME} here';
    return { code: 'PGR123', what: 'a workflow expression ${{ … }} stands in the declared file', remedy };
  }
  return {
    code: 'PGR123',
    what,
    remedy: 'write ${NAME}, ${NAME:-default} or ${NAME:?message}, or $${ for a literal ${',
  };
}
