import { sections } from '../../postgres/dumped-sections.ts';
import { list } from '../schema/collections.ts';
import { defaulted, optional } from '../schema/fields.ts';
import { boolean, choice, integer } from '../schema/scalars.ts';

const flag = (name: string, help: string) => defaulted(boolean(), false, help, { postgres: `pg_dump --${name}` });

/** Keys of `dump` that are options of pg_dump by the same name. */
export const dumpOptionFields = {
  'schema-only': flag('schema-only', 'Dumps definitions, no rows.'),
  'data-only': flag('data-only', 'Dumps rows, positions of sequences and large objects, no definitions.'),
  section: optional(list(choice(sections)), 'Which sections are dumped.', {
    postgres: 'pg_dump --section',
    otherwise: 'all three',
  }),
  'large-objects': optional(boolean(), 'Whether large objects are dumped.', {
    postgres: 'pg_dump --large-objects, --no-large-objects',
    otherwise: '`true`, unless `include` chooses a part of the database',
  }),
  'no-owner': flag('no-owner', 'Leaves the owners out of a plain dump; for others, write `owners` at the restore.'),
  'no-privileges': flag('no-privileges', 'Leaves grants out.'),
  inserts: flag('inserts', 'Writes rows as INSERT statements: slow to restore, but for other databases too.'),
  'column-inserts': flag('column-inserts', 'The same, with the names of the columns.'),
  'rows-per-insert': optional(integer(1, 1_000_000), 'The same, with so many rows in each statement.', {
    postgres: 'pg_dump --rows-per-insert',
    otherwise: 'COPY, or one row where INSERT is asked for',
  }),
  'disable-triggers': flag('disable-triggers', 'Has a plain dump of rows alone disable triggers while it is restored.'),
  'serializable-deferrable': flag(
    'serializable-deferrable',
    'Waits for a moment in which no serializable transaction under way can make the snapshot look inconsistent.',
  ),
  create: flag('create', 'Has a plain dump make its database and connect to it, under its own name.'),
  clean: flag('clean', 'Has a plain dump drop each object before it makes it.'),
  'if-exists': flag('if-exists', 'Has `clean` drop only what is there.'),
} as const;
