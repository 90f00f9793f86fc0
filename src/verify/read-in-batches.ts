import { fault } from '../errors.ts';
import type { Session } from '../postgres/session.ts';
import { sqlStateOf } from '../postgres/session-errors.ts';
import { isRefusal, type RelationReading, reasonOf } from './reading.ts';

/** One query per item that gives exactly one row; the text must be able to stand as a subquery. */
export interface BatchReader<Item, Row> {
  readonly select: (item: Item) => string;
  /** Called once per item, in the order in which the answers come. */
  readonly onReading: (item: Item, reading: RelationReading<Row>) => void;
}

interface Lane {
  readonly session: Session;
  /** In a transaction (that of an imported snapshot), where a refused statement would spoil all that follow. */
  readonly guarded: boolean;
}

/**
 * Reads one row per item, the items of a batch in one statement, batches side by side over the sessions. When a batch is
 * refused its items are read one by one, so that a table which was dropped or may not be read hides no other.
 * Throws when a connection is lost.
 */
export async function readInBatches<Item, Row extends Record<string, unknown>>(
  sessions: readonly Session[],
  batches: readonly (readonly Item[])[],
  reader: BatchReader<Item, Row>,
): Promise<void> {
  if (batches.length === 0) return;
  if (sessions.length === 0) throw fault('PGR900', 'there is no session to read with', 'please report it');
  const waiting = batches.toReversed();
  const results = await Promise.allSettled(
    sessions.slice(0, batches.length).map(async session => {
      try {
        const lane = { session, guarded: await inTransaction(session) };
        for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop())
          await readBatch(lane, batch, reader);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function readBatch<Item, Row extends Record<string, unknown>>(
  lane: Lane,
  batch: readonly Item[],
  reader: BatchReader<Item, Row>,
): Promise<void> {
  const answer = await ask<Item, Row>(lane, batch, reader.select);
  if (answer.kind === 'refused' && batch.length > 1) for (const item of batch) await readBatch(lane, [item], reader);
  else for (const [index, item] of batch.entries()) reader.onReading(item, readingOf(answer, index));
}

type Answer<Row> =
  | { readonly kind: 'answered'; readonly rows: ReadonlyMap<number, Row> }
  | { readonly kind: 'refused'; readonly error: unknown };

async function ask<Item, Row extends Record<string, unknown>>(
  { session, guarded }: Lane,
  batch: readonly Item[],
  select: (item: Item) => string,
): Promise<Answer<Row>> {
  const parts = batch.map((item, index) => `SELECT ${index} AS "ordinal", "one".* FROM (${select(item)}) AS "one"`);
  if (guarded) await session.query('SAVEPOINT "before batch"');
  try {
    const rows = await session.query<Row & { readonly ordinal: number }>(parts.join('\nUNION ALL\n'));
    if (guarded) await session.query('RELEASE SAVEPOINT "before batch"');
    return { kind: 'answered', rows: new Map(rows.map(row => [row.ordinal, row])) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (guarded) await session.query('ROLLBACK TO SAVEPOINT "before batch"');
    if (guarded) await session.query('RELEASE SAVEPOINT "before batch"');
    return { kind: 'refused', error };
  }
}

function readingOf<Row>(answer: Answer<Row>, index: number): RelationReading<Row> {
  if (answer.kind === 'answered') {
    const row = answer.rows.get(index);
    return row === undefined ? { kind: 'unreadable', reason: 'the server gave no row' } : { kind: 'read', value: row };
  }
  // 42P01 undefined_table, 3F000 invalid_schema_name.
  const state = sqlStateOf(answer.error);
  if (state === '42P01' || state === '3F000') return { kind: 'missing' };
  return { kind: 'unreadable', reason: reasonOf(answer.error) };
}

/** A setting made for the transaction is gone in the next statement where there is no transaction; nothing is written. */
async function inTransaction(session: Session): Promise<boolean> {
  await session.query("SELECT pg_catalog.set_config('pg_roundtrip.in_transaction', 'yes', true)");
  const [row] = await session.query<{ readonly setting: string | null }>(
    "SELECT pg_catalog.current_setting('pg_roundtrip.in_transaction', true) AS setting",
  );
  return row?.setting === 'yes';
}
