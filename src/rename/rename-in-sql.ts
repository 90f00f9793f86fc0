import { type SqlToken, sqlTokens } from '../postgres/archive/sql-tokens.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { SchemaRename } from './schema-rename.ts';

/**
 * `names`: what stands before a dot is the name of a schema, as in definitions. `query`: it can be an alias, a variable
 * or a function's name as well, so where a name occurs in such a way too, nothing that could be either is touched.
 */
export type SqlKind = 'names' | 'query';

/**
 * Replaces the names of schemas in SQL or PL/pgSQL, wherever it is certain that a schema is meant: before a dot, behind
 * SCHEMA, in a search_path, and in literals that are read as a name (`'app.counter'::regclass`, `nextval('app.counter')`).
 * Comments and all other literals stay as they are.
 */
export function renameInSql(sql: string, renames: readonly SchemaRename[], kind: SqlKind): string {
  if (!renames.some(({ from }) => mayMention(sql, from))) return sql;
  const byName = new Map(renames.map(rename => [rename.from, rename]));
  const tokens = [...sqlTokens(sql)];
  const unsure = kind === 'query' ? namesOfOtherThings(tokens, byName) : new Set<string>();
  const parts: string[] = [];
  let done = 0;
  for (const [index, token] of tokens.entries()) {
    const replaced = replacement(tokens, index, byName, unsure);
    if (replaced === undefined) continue;
    parts.push(sql.slice(done, token.start), replaced);
    done = token.end;
  }
  return parts.join('') + sql.slice(done);

  function replacement(
    all: readonly SqlToken[],
    index: number,
    names: ReadonlyMap<string, SchemaRename>,
    doubtful: ReadonlySet<string>,
  ): string | undefined {
    const token = all[index];
    if (token === undefined) return undefined;
    if (token.kind === 'text') {
      const rename = names.get(token.value);
      if (rename !== undefined && isInSearchPath(all, index)) return quoteLiteral(rename.to);
      if (!isReadAsName(all, index)) return undefined;
      const renamed = renameInSql(token.value, renames, 'names');
      return renamed === token.value ? undefined : quoteLiteral(renamed);
    }
    const rename = isName(token) ? names.get(token.value) : undefined;
    if (rename === undefined) return undefined;
    const qualifies = isQualifier(all, index) && !doubtful.has(token.value);
    return qualifies || isBehindSchema(all, index) || isInSearchPath(all, index) ? rename.spelled : undefined;
  }
}

/** Most texts say nothing of a schema, and need not be split. Other signs than these may be written in several ways. */
function mayMention(sql: string, name: string): boolean {
  return !/^[\w ]+$/.test(name) || sql.toLowerCase().includes(name.toLowerCase());
}

/** True for a name before a dot that begins there, and is no custom setting (`SET app.tenant = …`). */
export function isQualifier(tokens: readonly SqlToken[], index: number): boolean {
  const before = tokens[index - 1];
  if (isSign(before, '.') || !isSign(tokens[index + 1], '.')) return false;
  return !(before?.kind === 'word' && ['set', 'local', 'session', 'reset', 'show'].includes(before.value));
}

/** Names that do not, or not only, qualify what follows. */
function namesOfOtherThings(
  tokens: readonly SqlToken[],
  names: ReadonlyMap<string, SchemaRename>,
): ReadonlySet<string> {
  const others = tokens.filter((token, index) => {
    if (!isName(token) || !names.has(token.value) || isBehindSchema(tokens, index) || isInSearchPath(tokens, index))
      return false;
    return isSign(tokens[index - 1], '.') || !isSign(tokens[index + 1], '.');
  });
  return new Set(others.map(token => token.value));
}

function isName(token: SqlToken): boolean {
  return token.kind === 'word' || token.kind === 'name';
}

function isSign(token: SqlToken | undefined, value: string): boolean {
  return token?.kind === 'sign' && token.value === value;
}

function isWord(token: SqlToken | undefined, ...values: readonly string[]): boolean {
  return token?.kind === 'word' && values.includes(token.value);
}

/** `SCHEMA a`, `SCHEMA IF EXISTS a`, and the further names of `IN SCHEMA a, b`. */
function isBehindSchema(tokens: readonly SqlToken[], index: number): boolean {
  let at = index - 1;
  while (isSign(tokens[at], ',') && at > 0) at -= 2;
  while (isWord(tokens[at], 'if', 'not', 'exists')) at--;
  return isWord(tokens[at], 'schema');
}

/** `search_path TO a, 'b'` or `= …`, up to what ends the list. */
function isInSearchPath(tokens: readonly SqlToken[], index: number): boolean {
  let at = index - 1;
  while (isSign(tokens[at], ',') && at > 0) at -= 2;
  const assigns = isWord(tokens[at], 'to') || isSign(tokens[at], '=') || isSign(tokens[at], ':=');
  const setting = tokens[at - 1];
  return assigns && (setting?.kind === 'word' || setting?.kind === 'name') && setting.value === 'search_path';
}

/** Functions whose first argument is the name of an object, read when they are called. */
const takeNames = [
  'nextval',
  'currval',
  'setval',
  'pg_get_serial_sequence',
  'to_regclass',
  'to_regtype',
  'to_regproc',
  'to_regprocedure',
];

/** `'…'::regclass`, `('…'::text)::regclass` as old dumps have it, `regclass '…'`, `nextval('…')`. */
function isReadAsName(tokens: readonly SqlToken[], index: number): boolean {
  const [before, next] = [tokens[index - 1], tokens[index + 1]];
  if (isSign(next, '::') && isCatalogType(tokens, index + 2)) return true;
  const asText = isSign(next, '::') && isWord(tokens[index + 2], 'text') && isSign(tokens[index + 3], ')');
  if (asText && isSign(tokens[index + 4], '::') && isCatalogType(tokens, index + 5)) return true;
  if (before?.kind === 'word' && catalogType.test(before.value)) return true;
  return isSign(before, '(') && isWord(tokens[index - 2], ...takeNames);
}

const catalogType = /^reg(?:class|type|proc|procedure|oper|operator|config|dictionary|collation)$/;

function isCatalogType(tokens: readonly SqlToken[], index: number): boolean {
  const at = isWord(tokens[index], 'pg_catalog') && isSign(tokens[index + 1], '.') ? index + 2 : index;
  const token = tokens[at];
  return token?.kind === 'word' && catalogType.test(token.value);
}
