import { type SqlToken, sqlTokens } from '../postgres/archive/sql-tokens.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { renameInSql } from './rename-in-sql.ts';
import type { SchemaRename } from './schema-rename.ts';

/** The definition of a function or procedure, as the server and pg_dump print it, in its parts. */
export interface FunctionText {
  /** `sql`, `plpgsql`, … */
  readonly language: string;
  /** Up to the body. */
  readonly head: string;
  /** The literal that holds the body; undefined for a body in the SQL standard's form, which the catalog holds by OID. */
  readonly body: SqlToken | undefined;
  /** Behind the body. */
  readonly tail: string;
}

export function readFunction(definition: string): FunctionText {
  const tokens = [...sqlTokens(definition)];
  const at = tokens.findLastIndex(({ kind }, index) => kind === 'text' && isWord(tokens[index - 1], 'as'));
  const body = tokens[at];
  const language = tokens[tokens.findIndex(token => isWord(token, 'language')) + 1]?.value ?? '';
  return {
    language,
    head: definition.slice(0, body?.start ?? definition.length),
    body,
    tail: body === undefined ? '' : definition.slice(body.end),
  };
}

/** True for the languages whose bodies are read here. */
export function isReadable(language: string): boolean {
  return language === 'sql' || language === 'plpgsql';
}

/**
 * The definition with other names of schemas: in its head, with the settings that it has of its own, and in a body in SQL
 * or PL/pgSQL where it is certain that a schema is meant.
 */
export function renameInFunction(definition: string, renames: readonly SchemaRename[]): string {
  const { head, body, tail, language } = readFunction(definition);
  if (body === undefined) return renameInSql(definition, renames, 'query');
  const newHead = renameInSql(head, renames, 'names');
  if (!isReadable(language)) return newHead + definition.slice(body.start);
  const renamed = renameInSql(body.value, certain(head, renames), 'query');
  return newHead + spelled(definition.slice(body.start, body.end), body.value, renamed) + tail;
}

/** Within a function that has such a name, or a parameter of such a name, it may stand for these as well. */
export function certain(head: string, renames: readonly SchemaRename[]): readonly SchemaRename[] {
  const tokens = [...sqlTokens(head)];
  const other = new Set(
    tokens
      .filter(({ kind }, index) => (kind === 'word' || kind === 'name') && !isSign(tokens[index + 1], '.'))
      .map(({ value }) => value),
  );
  return renames.filter(({ from }) => !other.has(from));
}

/** In the quotes that it had, unless they would end it early. */
function spelled(written: string, body: string, renamed: string): string {
  if (renamed === body) return written;
  if (/^e'/i.test(written)) return `E'${renamed}'`;
  const tag = /^\$[^$]*\$/.exec(written)?.[0];
  return tag === undefined || renamed.includes(tag) ? quoteLiteral(renamed) : `${tag}${renamed}${tag}`;
}

function isWord(token: SqlToken | undefined, value: string): boolean {
  return token?.kind === 'word' && token.value === value;
}

function isSign(token: SqlToken | undefined, value: string): boolean {
  return token?.kind === 'sign' && token.value === value;
}
