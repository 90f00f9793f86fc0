import type { TocEntry } from '../postgres/archive/model.ts';
import { type SqlToken, sqlTokens } from '../postgres/archive/sql-tokens.ts';
import { isReadable, readFunction } from './function-text.ts';
import { isQualifier } from './rename-in-sql.ts';
import type { SchemaRename } from './schema-rename.ts';

/** Kinds whose literals are prose, data or positions. */
const prose: ReadonlySet<string> = new Set(['COMMENT', 'SECURITY LABEL', 'TABLE DATA', 'TABLE ATTACH', 'SEQUENCE SET']);

/**
 * The objects of the copy whose text may still mean a schema by its old name, as `FUNCTION app_copy.report()`: what the
 * server does not hold by OID and what cannot be told from any other text. That is SQL that is put together when it runs,
 * bodies in languages that are not read here, names that might as well be an alias, and literals such as
 * `'app.counter'::text` in a default. A person has to look at these.
 */
export function findOldNames(entries: readonly TocEntry[], renames: readonly SchemaRename[]): readonly string[] {
  return entries
    .filter(entry => !prose.has(entry.description) && renames.some(({ from }) => mayName(entry, from)))
    .map(({ description, namespace = '', tag }) => `${description} ${namespace === '' ? '' : `${namespace}.`}${tag}`);
}

function mayName({ description, definition = '' }: TocEntry, from: string): boolean {
  if (description !== 'FUNCTION' && description !== 'PROCEDURE') return hasLiteral(definition, asQualifier(from));
  const { language, head, body } = readFunction(definition);
  if (hasLiteral(head, asQualifier(from))) return true;
  if (body === undefined || language === 'c' || language === 'internal') return false;
  if (isReadable(language)) return qualifies(body.value, from) || hasLiteral(body.value, asWord(from));
  return asWord(from).test(body.value);
}

function qualifies(sql: string, from: string): boolean {
  const tokens = [...sqlTokens(sql)];
  return tokens.some(
    ({ kind, value }, index) => (kind === 'word' || kind === 'name') && value === from && isQualifier(tokens, index),
  );
}

function hasLiteral(sql: string, pattern: RegExp): boolean {
  const tokens = [...sqlTokens(sql)];
  return tokens.some(
    ({ kind, value }, index) =>
      kind === 'text' && !isNameOfSetting(tokens, index) && !isOfOtherType(tokens, index) && pattern.test(value),
  );
}

/** `current_setting('app.tenant')`: a setting of one's own, which is in no schema. */
function isNameOfSetting(tokens: readonly SqlToken[], index: number): boolean {
  const call = tokens[index - 2];
  const reads = call?.kind === 'word' && ['current_setting', 'set_config'].includes(call.value);
  return reads && tokens[index - 1]?.value === '(';
}

/** `'app'::app.mood`: a value of a type whose values are no names. */
function isOfOtherType(tokens: readonly SqlToken[], index: number): boolean {
  const type = tokens[index + 2];
  const hasType = tokens[index + 1]?.value === '::' && (type?.kind === 'word' || type?.kind === 'name');
  return hasType && !/^(?:text|name|varchar|character|pg_catalog|reg.*)$/.test(type.value);
}

/** As a word by itself. */
function asWord(name: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(name)}(?![\\p{L}\\p{N}_$])`, 'u');
}

/** Before a dot and a name, which may be in quotes or a placeholder. */
function asQualifier(name: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_$.])${escaped(name)}"?\\s*\\.\\s*["%\\p{L}_]`, 'u');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, sign => `\\${sign}`);
}
