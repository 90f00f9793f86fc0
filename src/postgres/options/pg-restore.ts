import { connectionOptions, informationOptions, verbose } from './common.ts';
import { free, owned, refused, type Tool } from './model.ts';

const cleaning = owned('clean');
const kinds = owned('exclude.kind');
const listed = owned('use-list');
const sections = owned('section');

/** pg_restore of every major from 12 to 19. */
export const pgRestore: Tool = {
  name: 'pg_restore',
  spellings: { 'no-acl': 'no-privileges' },
  options: [
    owned('into')('dbname', 'text', 'Database to restore into.', { letter: 'd' }),
    refused('a restore goes into a database, not into a file')('file', 'text', 'File that is written instead.', {
      letter: 'f',
    }),
    refused('the archive says it itself')('format', 'text', 'Form of the archive.', { letter: 'F' }),
    refused('it prints a text and ends')('list', 'nothing', "Prints the archive's table of contents.", { letter: 'l' }),
    verbose('verbose', 'nothing', 'Tells what it does.', { letter: 'v' }),
    sections('data-only', 'nothing', 'Restores rows and sequences, no definitions.', { letter: 'a' }),
    cleaning('clean', 'nothing', 'Drops each object first.', { letter: 'c' }),
    owned('overwrite')('create', 'nothing', 'Makes the database.', { letter: 'C' }),
    free('exit-on-error', 'nothing', 'Ends at the first error. Any error fails the step, with or without.', {
      letter: 'e',
    }),
    listed('index', 'texts', 'Indexes to restore, and nothing else.', { letter: 'I' }),
    owned('jobs')('jobs', 'number', 'Tables and indexes that are restored at once.', { letter: 'j' }),
    listed('use-list', 'file', 'File with the entries to restore, in their order.', { letter: 'L' }),
    owned('include.schema')('schema', 'texts', 'Schemas to restore.', { letter: 'n' }),
    owned('exclude.schema')('exclude-schema', 'texts', 'Schemas to leave out.', { letter: 'N' }),
    owned('owners')('no-owner', 'nothing', 'Leaves the owners behind.', { letter: 'O' }),
    listed('function', 'texts', 'Functions to restore, as `name(argument types)`.', { letter: 'P' }),
    sections('schema-only', 'nothing', 'Restores definitions, no rows.', { letter: 's' }),
    free('superuser', 'text', 'Superuser who disables triggers.', { letter: 'S' }),
    owned('include.table')('table', 'texts', 'Relations to restore.', { letter: 't' }),
    listed('trigger', 'texts', 'Triggers to restore.', { letter: 'T' }),
    owned('privileges')('no-privileges', 'nothing', 'Leaves grants out.', { letter: 'x' }),
    owned('single-transaction')('single-transaction', 'nothing', 'Restores all or nothing.', { letter: '1' }),
    owned('disable-triggers')('disable-triggers', 'nothing', 'Disables triggers while rows alone are restored.'),
    free('enable-row-security', 'nothing', 'Lets row security say which rows may come in.'),
    listed('filter', 'file', 'File that says what to restore and what to leave out.', { since: 17 }),
    cleaning('if-exists', 'nothing', 'Drops only what is there (with `clean`).'),
    kinds('no-comments', 'nothing', 'Leaves comments out.'),
    sections('no-data', 'nothing', 'Restores no rows.', { since: 18 }),
    free('no-data-for-failed-tables', 'nothing', 'Restores no rows of a table that could not be made.'),
    kinds('no-policies', 'nothing', 'Leaves policies of row security out.', { since: 18 }),
    kinds('no-publications', 'nothing', 'Leaves publications out.'),
    sections('no-schema', 'nothing', 'Restores no definitions.', { since: 18 }),
    kinds('no-security-labels', 'nothing', 'Leaves security labels out.'),
    free('no-statistics', 'nothing', "Restores no planner's statistics.", { since: 18 }),
    kinds('no-subscriptions', 'nothing', 'Leaves subscriptions out.'),
    free('no-table-access-method', 'nothing', "Gives tables the server's own access method.", {
      since: 15,
      effect: { kind: 'resets-access-methods' },
    }),
    owned('tablespaces')('no-tablespaces', 'nothing', "Puts everything into the database's own tablespace."),
    refused('it is for scripts, and a restore goes into a database')(
      'restrict-key',
      'text',
      'Key of `\\restrict` in the script.',
      { since: 13 },
    ),
    sections('section', 'texts', 'Sections to restore.'),
    free('statistics', 'nothing', "Restores the planner's statistics too.", {
      since: 18,
      effect: { kind: 'not-compared', what: "the planner's statistics" },
    }),
    refused('it restores nothing that could be compared')(
      'statistics-only',
      'nothing',
      "Restores the planner's statistics and nothing else.",
      { since: 18 },
    ),
    refused('names and patterns are checked against the archive before')(
      'strict-names',
      'nothing',
      'Fails where a name that is to be restored matches nothing.',
    ),
    free('transaction-size', 'number', 'Objects after which each transaction ends.', {
      range: [1, 2_147_483_647],
      since: 17,
    }),
    free('use-set-session-authorization', 'nothing', 'Sets owners by SET SESSION AUTHORIZATION.'),
    owned('owners')('role', 'text', 'Role that the session takes on.'),
    ...connectionOptions,
    ...informationOptions,
  ],
};
