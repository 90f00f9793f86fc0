const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Foreign text (names, messages of a server) made safe for one line of a log: control characters, lone surrogates and
 * invisible or direction-changing characters become visible escapes, so that a name can neither move the cursor nor
 * pretend to be another name.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, sign => named[sign] ?? escaped(sign));
}

function escaped(sign: string): string {
  const hex = (sign.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/**
 * `visible`, and unable to act as a command of a GitHub runner, which reads `::command::` after leading blanks and
 * `##[command]` anywhere in a line (runner source, ActionCommand.cs), nor of an Azure agent (`##vso[`).
 */
export function harmless(text: string): string {
  return visible(text)
    .replace(/^(\s*):(?=:)/, '$1\\u003a')
    .replace(/#(?=#\w*\[)/g, '\\u0023');
}

/** The lines of a message, each of them `harmless`. */
export function harmlessLines(message: string): readonly string[] {
  return message.split(/\r\n|\n|\r/).map(harmless);
}

/** At most `limit` characters; what is cut off shows as an ellipsis. */
export function clip(text: string, limit: number): string {
  // A character is at most two code units, so this bounds the work on a text of megabytes.
  const characters = Array.from(text.slice(0, (limit + 1) * 2));
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}

/**
 * Two values that differ, shortened around the place where they do: two function bodies of a hundred lines would
 * otherwise be cut to the same beginning.
 */
export function contrast(expected: string, actual: string, limit: number): readonly [string, string] {
  let same = 0;
  while (same < expected.length && expected[same] === actual[same]) same += 1;
  const fits = expected.length <= limit && actual.length <= limit;
  const start = fits ? 0 : Math.max(0, same - 20);
  const shorten = (text: string) => clip(start === 0 ? text : `…${text.slice(start)}`, limit);
  return [shorten(expected), shorten(actual)];
}
