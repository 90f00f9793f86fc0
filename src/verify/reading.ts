import { RoundtripError } from '../errors.ts';

/** Something that was to be read from a database: what it is, or why it could not be read. */
export type Reading<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The same of one table or sequence, which may also not exist. */
export type RelationReading<Value> = Reading<Value> | { readonly kind: 'missing' };

/** One table or sequence by its name in the catalog, unquoted. */
export type RelationName = Readonly<Record<'schema' | 'name', string>>;

/** A key for maps; no name can hold the separator. */
export function relationKey({ schema, name }: RelationName): string {
  return `${schema}\0${name}`;
}

/** `app.orders`, as findings name it. */
export function relationLabel({ schema, name }: RelationName): string {
  return `${schema}.${name}`;
}

/** Runs one query; what the server refuses becomes a reading, a lost connection is still thrown. */
export async function attempt<Value>(read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { kind: 'unreadable', reason: reasonOf(error) };
  }
}

/** SQLSTATE of what the server answered, wherever in the chain of causes it is; undefined if the server did not answer. */
export function sqlState(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    if ('code' in current && typeof current.code === 'string' && /^[0-9A-Z]{5}$/.test(current.code))
      return current.code;
    current = current.cause;
  }
  return undefined;
}

/**
 * True when the server refused this one statement and the session lives on: not for class 08 (connection), 57P
 * (shutdown, Postgres manual, appendix A).
 */
export function isRefusal(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && !state.startsWith('08') && !state.startsWith('57P');
}

export function reasonOf(error: unknown): string {
  if (error instanceof RoundtripError) return error.problems[0].message;
  return error instanceof Error ? error.message : String(error);
}
