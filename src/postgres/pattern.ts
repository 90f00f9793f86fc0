/**
 * A name pattern as psql and pg_dump take it, as an SQL regular expression: `*` is any run of characters, `?` any
 * one, double quotes keep case and make signs literal, other letters are folded to lower case, and the signs of regular
 * expressions that are left keep their meaning (psql manual, "Patterns"). `schema.table` is split at dots outside of
 * quotes.
 */
export interface NamePattern {
  /** Regular expression for the schema; undefined where the pattern names none. */
  readonly schema: string | undefined;
  readonly name: string;
}

export function parsePattern(pattern: string): NamePattern {
  const parts = splitAtDots(pattern).map(toRegularExpression);
  const name = parts.at(-1) ?? toRegularExpression([]);
  return { schema: parts.length > 1 ? parts.at(-2) : undefined, name };
}

/** A pattern that cannot hold a dot of its own meaning, such as a database's name. */
export function parseSimplePattern(pattern: string): string {
  return toRegularExpression(charactersOf(pattern));
}

/** The one name that a simple pattern stands for; undefined where it may stand for several. */
export function nameInPattern(pattern: string): string | undefined {
  const characters = charactersOf(pattern);
  if (characters.some(({ text, quoted }) => !quoted && /[*?+|()[\]{}^\\]/.test(text))) return undefined;
  return characters.map(({ text, quoted }) => (quoted ? text : lowerCase(text))).join('');
}

function charactersOf(pattern: string): readonly Character[] {
  const dot: Character = { text: '.', quoted: true };
  return splitAtDots(pattern).flatMap((part, index) => (index === 0 ? part : [dot, ...part]));
}

interface Character {
  readonly text: string;
  readonly quoted: boolean;
}

function splitAtDots(pattern: string): readonly (readonly Character[])[] {
  const parts: Character[][] = [[]];
  let quoted = false;
  for (let at = 0; at < pattern.length; at++) {
    const text = pattern.charAt(at);
    if (text === '"' && quoted && pattern.charAt(at + 1) === '"') {
      parts.at(-1)?.push({ text: '"', quoted: true });
      at++;
    } else if (text === '"') quoted = !quoted;
    else if (text === '.' && !quoted) parts.push([]);
    else parts.at(-1)?.push({ text, quoted });
  }
  return parts;
}

function toRegularExpression(characters: readonly Character[]): string {
  return `^(${characters.map((one, index) => toExpression(one, characters[index + 1])).join('')})$`;
}

function toExpression({ text, quoted }: Character, next: Character | undefined): string {
  if (quoted) return /[\\^$.|?*+()[\]{}]/.test(text) ? `\\${text}` : text;
  if (text === '*') return '.*';
  if (text === '?') return '.';
  if (text === '$') return '\\$';
  // The name of an array's type rather than an empty set of characters.
  if (text === '[' && next?.text === ']') return '\\[';
  return lowerCase(text);
}

/** The tools run with LC_ALL=C, where only these letters have another case. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/, letter => letter.toLowerCase());
}
