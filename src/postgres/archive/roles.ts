import type { TocEntry } from './model.ts';
import { type SqlToken, sqlTokens } from './sql-tokens.ts';

/** The words behind which a statement of each kind of entry names roles. pg_dump quotes them where they are names. */
const introductions: ReadonlyMap<string, readonly string[]> = new Map([
  ['ACL', ['to', 'from', 'session authorization', 'granted by']],
  ['DEFAULT ACL', ['for role', 'to', 'from']],
  ['POLICY', ['to']],
  ['USER MAPPING', ['mapping for']],
  ['DATABASE PROPERTIES', ['alter role']],
]);

/**
 * Every role that must exist for the entries to be restored in full: owners, grantees and grantors, the roles of default
 * privileges, policies, user mappings and of settings per database; sorted, without PUBLIC.
 */
export function rolesNeeded(entries: readonly TocEntry[]): readonly string[] {
  const roles = new Set<string>();
  for (const entry of entries) {
    if (entry.owner !== undefined) roles.add(entry.owner);
    for (const role of rolesNamed(entry)) roles.add(role);
  }
  // No role can have the name "public"; pg_dump writes the PUBLIC of a user mapping like one.
  return [...roles].filter(role => role !== '' && role !== 'public').sort();
}

function* rolesNamed({ description, definition }: TocEntry): Generator<string, void> {
  const phrases = introductions.get(description);
  if (phrases === undefined || definition === undefined) return;
  let expected: 'phrase' | 'role' | 'comma' = 'phrase';
  let words: readonly string[] = [];
  for (const token of outerTokens(definition)) {
    const isWord = token.kind === 'word';
    // Old releases write GROUP before the name of a group.
    if (expected === 'role' && isWord && token.value === 'group') continue;
    if (expected === 'role' && (isWord || token.kind === 'name')) {
      yield token.value;
      [expected, words] = ['comma', []];
    } else if (expected === 'comma' && token.kind === 'sign' && token.value === ',') {
      expected = 'role';
    } else {
      words = isWord ? [...words.slice(-1), token.value] : [];
      const isPhrase = phrases.includes(words.join(' ')) || phrases.includes(words.at(-1) ?? '');
      expected = isPhrase ? 'role' : 'phrase';
    }
  }
}

/** What is in parentheses (columns, arguments, conditions) names no role, and may look as if it did. */
function* outerTokens(sql: string): Generator<SqlToken, void> {
  let depth = 0;
  for (const token of sqlTokens(sql)) {
    if (token.kind === 'sign' && token.value === ')') depth--;
    else if (token.kind === 'sign' && token.value === '(') depth++;
    else if (depth === 0) yield token;
  }
}
