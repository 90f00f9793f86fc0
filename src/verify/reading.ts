import { type ErrorCode, RoundtripError } from '../errors.ts';

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

/** What a server or a client tool says no to, while everything else goes on working. */
const refusals: ReadonlySet<ErrorCode> = new Set(['PGR202', 'PGR205', 'PGR206', 'PGR210']);

/** Reads something. What is refused becomes part of the answer; a lost connection or a cancelled run is still thrown. */
export async function attempt<Value>(read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    if (!(error instanceof RoundtripError && refusals.has(error.code))) throw error;
    return { kind: 'unreadable', reason: reasonOf(error) };
  }
}

/** True when the server refused this one statement and the session lives on. */
export function isRefusal(error: unknown): boolean {
  return error instanceof RoundtripError && (error.code === 'PGR205' || error.code === 'PGR206');
}

export function reasonOf(error: unknown): string {
  if (error instanceof RoundtripError) return error.problems[0].message;
  return error instanceof Error ? error.message : String(error);
}
