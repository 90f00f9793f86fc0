/**
 * A definition without what editors and line ends change: CRLF becomes LF, several blank lines become one, blank lines
 * at both ends go. Everything inside a line counts.
 */
export function normaliseBlankLines(definition: string): string {
  return definition
    .replaceAll('\r\n', '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
