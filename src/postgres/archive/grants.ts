import { type SqlToken, sqlTokens } from './sql-tokens.ts';

/** What a role may do with one object. PUBLIC is everybody. */
export interface Grant {
  /** Undefined for PUBLIC. */
  readonly grantee: string | undefined;
  readonly privilege: string;
  /** With grant option. */
  readonly grantable: boolean;
}

/**
 * The grants that an object has after the statements of an ACL entry: pg_dump writes what leads there from what the object
 * has by itself. `all` are the privileges that ALL stands for.
 */
export function applyGrants(before: readonly Grant[], statements: string, all: readonly string[]): readonly Grant[] {
  const grants = new Map(before.map(grant => [keyOf(grant.grantee, grant.privilege), grant]));
  for (const { verb, privileges, roles, grantable } of readStatements(statements)) {
    for (const grantee of roles) {
      for (const privilege of privileges.includes('ALL') ? all : privileges) {
        const key = keyOf(grantee, privilege);
        if (verb === 'revoke') grants.delete(key);
        else grants.set(key, { grantee, privilege, grantable: grantable || grants.get(key)?.grantable === true });
      }
    }
  }
  return [...grants.values()];
}

/** `alice=SELECT,UPDATE* PUBLIC=SELECT`, in an order of its own; a star is a grant option. */
export function showGrants(grants: readonly Grant[]): string {
  const byRole = new Map<string, string[]>();
  for (const { grantee, privilege, grantable } of grants) {
    const role = grantee === undefined ? 'PUBLIC' : grantee;
    byRole.set(role, [...(byRole.get(role) ?? []), `${privilege}${grantable ? '*' : ''}`]);
  }
  const shown = [...byRole].map(([role, privileges]) => `${role}=${[...new Set(privileges)].sort().join(',')}`);
  return shown.length === 0 ? 'none' : shown.sort().join(' ');
}

interface Statement {
  readonly verb: 'grant' | 'revoke';
  readonly privileges: readonly string[];
  readonly roles: readonly (string | undefined)[];
  readonly grantable: boolean;
}

function readStatements(sql: string): readonly Statement[] {
  const statements: SqlToken[][] = [[]];
  for (const token of sqlTokens(sql)) {
    if (token.kind === 'sign' && token.value === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.flatMap(tokens => readStatement(tokens) ?? []);
}

function readStatement(tokens: readonly SqlToken[]): Statement | undefined {
  const [first] = tokens;
  if (first?.kind !== 'word' || (first.value !== 'grant' && first.value !== 'revoke')) return undefined;
  const isWord = (token: SqlToken, value: string) => token.kind === 'word' && token.value === value;
  const on = tokens.findIndex(token => isWord(token, 'on'));
  const to = tokens.findIndex((token, index) => index > on && (isWord(token, 'to') || isWord(token, 'from')));
  if (on === -1 || to === -1) return undefined;
  const behind = tokens.slice(to + 1);
  const end = behind.findIndex(token => ['with', 'granted', 'cascade'].some(word => isWord(token, word)));
  const roles = (end === -1 ? behind : behind.slice(0, end)).filter(
    token => (token.kind === 'word' || token.kind === 'name') && !isWord(token, 'group'),
  );
  return {
    verb: first.value,
    privileges: tokens
      .slice(1, on)
      .filter(token => token.kind === 'word' && token.value !== 'privileges')
      .map(({ value }) => value.toUpperCase()),
    roles: roles.map(token => (isWord(token, 'public') ? undefined : token.value)),
    grantable: behind.some(token => isWord(token, 'option')),
  };
}

function keyOf(grantee: string | undefined, privilege: string): string {
  return JSON.stringify([grantee ?? null, privilege]);
}
