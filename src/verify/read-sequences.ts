import { quoteQualified } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { chunk } from './count-rows.ts';
import { readInBatches } from './read-in-batches.ts';
import { type RelationName, type RelationReading, relationKey } from './reading.ts';

export type SequencePosition = {
  /** A 64-bit number as text. */
  readonly lastValue: string;
  readonly isCalled: boolean;
};

export interface ReadSequence extends RelationName {
  readonly position: RelationReading<SequencePosition>;
}

const sequencesPerStatement = 100;

/**
 * Positions of all sequences, those of serial and identity columns included. They are read from the sequences themselves:
 * the view pg_sequences has no last value until the first nextval, and so hides a `setval(…, false)`.
 */
export async function readSequences(session: Session): Promise<readonly ReadSequence[]> {
  const sequences = await session.query<RelationName>(`
    SELECT n.nspname::pg_catalog.text AS "schema", c.relname::pg_catalog.text AS "name"
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1, 2`);
  const positions = new Map<string, RelationReading<SequencePosition>>();
  await readInBatches<RelationName, SequencePosition>([session], chunk(sequences, sequencesPerStatement), {
    select: ({ schema, name }) =>
      `SELECT last_value::pg_catalog.text AS "lastValue", is_called AS "isCalled" FROM ${quoteQualified(schema, name)}`,
    onReading: (sequence, reading) => positions.set(relationKey(sequence), reading),
  });
  return sequences.map(({ schema, name }) => ({
    schema,
    name,
    position: positions.get(relationKey({ schema, name })) ?? { kind: 'missing' },
  }));
}
