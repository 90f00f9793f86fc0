import { record } from '../schema/collections.ts';
import { optional, required } from '../schema/fields.ts';
import { object } from '../schema/object.ts';
import { text } from '../schema/scalars.ts';

/** Postgres keeps names with `pg_` for itself (manual, "CREATE SCHEMA"). */
const schemaName = text({
  type: 'name',
  expects: 'the name of a schema that does not begin with pg_',
  pattern: /^(?!pg_)(?!information_schema$)[^\p{Cc}]+$/u,
});

/** What gets another name within the databases that are restored. */
export const rename = object({
  schema: required(
    record(schemaName, {
      name: 'SCHEMA',
      keys: /^(?!pg_)(?!information_schema$)[^\p{Cc}]+$/u,
      expects: 'the name of a schema that does not begin with pg_',
    }),
    'New names of schemas, by their old ones.',
  ),
  'allow-old-names': optional(
    text({ expects: 'a reason of at least 10 characters, as text', minimumLength: 10 }),
    'Why text that may still mean a schema by its old name, such as SQL that a function puts together, may stay as it is.',
    { otherwise: '`verify` cannot prove such a copy' },
  ),
});
