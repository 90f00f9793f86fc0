/**
 * Kinds whose definitions may hold credentials: those of another server, and settings of an application
 * (`ALTER DATABASE … SET "app.jwt_secret"`).
 */
const mayHoldSecrets: ReadonlySet<string> = new Set([
  'DATABASE PROPERTIES',
  'FOREIGN DATA WRAPPER',
  'FOREIGN TABLE',
  'SERVER',
  'SUBSCRIPTION',
  'USER MAPPING',
]);

/** A definition as it may be shown: literals hidden in those kinds that carry credentials as literals. */
export function showable(description: string, definition: string): string {
  if (!mayHoldSecrets.has(description)) return definition;
  return definition.replace(/E'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|"(?:[^"]|"")*"/gs, token =>
    token.startsWith('"') ? token : "'***'",
  );
}
