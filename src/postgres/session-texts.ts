import type Client from 'pg/lib/client.js';

/** What one statement gave. */
export interface TextResult {
  readonly columns: readonly string[];
  /** Each value as the server prints it; null for SQL's NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface TextOptions {
  /** The server refuses more than one statement: they then go through the extended protocol. */
  readonly single?: boolean;
}

const asText = { getTypeParser: () => (value: string) => value };

/** Runs statements that somebody else has written, without turning any value into one of JavaScript's. */
export async function readTexts(client: Client, sql: string, { single = false }: TextOptions): Promise<TextResult[]> {
  const query = { text: sql, rowMode: 'array' as const, types: asText, ...(single ? { queryMode: 'extended' } : {}) };
  const results: unknown = await client.query(query as { text: string });
  return [results].flat().map(toTextResult);
}

/** The driver's types know neither several results nor texts alone. */
function toTextResult(result: unknown): TextResult {
  const { rows, fields } = result as { rows: (string | null)[][]; fields: { name: string }[] };
  return { columns: fields.map(({ name }) => name), rows };
}
