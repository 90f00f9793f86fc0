import { defaulted, optional } from '../schema/fields.ts';
import { either } from '../schema/scalar.ts';
import { boolean, choice } from '../schema/scalars.ts';
import { name } from './names.ts';

/** The keys of `restore` about each database as a whole, and about what is done when everything is in it. */
export const databaseFields = {
  settings: defaulted(
    choice(['keep', 'skip']),
    'keep',
    'Whether the databases get the settings (`ALTER DATABASE … SET`, `ALTER ROLE … IN DATABASE … SET`), connection limit, owner, comment and grants of the source. What differs is told in any case.',
    { postgres: 'pg_restore --create' },
  ),
  locale: optional(
    name,
    'Locale of the databases that it makes, of the C library, where the target lacks that of the source.',
    { postgres: 'CREATE DATABASE LC_COLLATE, LC_CTYPE', otherwise: 'that of the source' },
  ),
  refresh: defaulted(
    boolean(),
    false,
    'Whether materialized views that the dump leaves empty are filled, each after those that it reads.',
    { postgres: 'REFRESH MATERIALIZED VIEW' },
  ),
  analyze: defaulted(
    either(boolean(), choice(['stages', 'vacuum'])),
    true,
    'Whether statistics are gathered afterwards, in as many sessions as there are jobs. `stages` does it three times, coarsely first, for a database that is used soon; `vacuum` vacuums as well.',
    { postgres: 'ANALYZE' },
  ),
} as const;
