import type { TocEntry } from '../postgres/archive/model.ts';
import { type SqlToken, sqlTokens } from '../postgres/archive/sql-tokens.ts';
import type { CompareOptions } from './compared-entries.ts';

/**
 * Grants of objects that belong to another role in the copy, as the restore left their owners behind. What is revoked from
 * the former owner it does not have there by itself, and what is granted to the new owner it has already: neither shows.
 */
export function withGrantsOfOwner(entries: readonly TocEntry[], owners: CompareOptions['owners']): readonly TocEntry[] {
  if (owners === 'keep') return entries;
  return entries.flatMap(entry => {
    const { owner, definition = '' } = entry;
    if (!changesOwner(entry) || owner === owners.role) return [entry];
    const statements = statementsOf(definition);
    const shown = statements.filter(
      ({ verb, role }) => !(verb === 'revoke' && role === owner) && !(verb === 'grant' && role === owners.role),
    );
    if (shown.length === statements.length) return [entry];
    return shown.length === 0 ? [] : [{ ...entry, definition: shown.map(({ text }) => text).join('') }];
  });
}

/** A column has no grants by itself; a database and the schema that initdb made keep their owners. */
function changesOwner({ description, tag }: TocEntry): boolean {
  return description === 'ACL' && !/^(?:COLUMN|DATABASE) /.test(tag) && !/^SCHEMA "?public"?$/.test(tag);
}

interface Statement {
  readonly text: string;
  readonly verb: string | undefined;
  /** Pg_dump writes one for each role. Undefined for PUBLIC. */
  readonly role: string | undefined;
}

function statementsOf(definition: string): readonly Statement[] {
  const statements: Statement[] = [];
  let tokens: SqlToken[] = [];
  let start = 0;
  for (const token of sqlTokens(definition)) {
    tokens.push(token);
    if (token.kind !== 'sign' || token.value !== ';') continue;
    const end = /^\n*/.exec(definition.slice(token.end))?.[0].length ?? 0;
    statements.push({ text: definition.slice(start, token.end + end), verb: tokens[0]?.value, role: roleOf(tokens) });
    start = token.end + end;
    tokens = [];
  }
  return start < definition.length
    ? [...statements, { text: definition.slice(start), verb: undefined, role: undefined }]
    : statements;
}

function roleOf(tokens: readonly SqlToken[]): string | undefined {
  const at = tokens.findLastIndex(({ kind, value }) => kind === 'word' && (value === 'to' || value === 'from'));
  const role = tokens[at + 1];
  return role?.kind === 'word' && role.value === 'public' ? undefined : role?.value;
}
