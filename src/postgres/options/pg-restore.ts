import { connectionOptions, informationOptions, verbose } from './common.ts';
import { type Effect, free, owned, refused, type Tool } from './model.ts';

const leavesOut = (...kinds: readonly string[]): Effect => ({ kind: 'leaves-out', kinds });
const unproven = { kind: 'unproven' } as const;
const statistics = { kind: 'not-compared', what: "the planner's statistics" } as const;
const dropping = owned('overwrite');

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
    owned('section')('data-only', 'nothing', 'Restores rows and sequences, no definitions.', { letter: 'a' }),
    dropping('clean', 'nothing', 'Drops each object first.', { letter: 'c' }),
    dropping('create', 'nothing', 'Makes the database.', { letter: 'C' }),
    free('exit-on-error', 'nothing', 'Ends at the first error. Any error fails the step, with or without.', {
      letter: 'e',
    }),
    free('index', 'texts', 'Indexes to restore, and nothing else.', { letter: 'I', effect: unproven }),
    owned('jobs')('jobs', 'number', 'Tables and indexes that are restored at once.', { letter: 'j' }),
    free('use-list', 'file', 'File with the entries to restore, in their order.', { letter: 'L', effect: unproven }),
    free('schema', 'texts', 'Schemas to restore.', { letter: 'n', effect: unproven }),
    free('exclude-schema', 'texts', 'Schemas to leave out.', { letter: 'N', effect: unproven }),
    owned('owners')('no-owner', 'nothing', 'Leaves the owners behind.', { letter: 'O' }),
    free('function', 'texts', 'Functions to restore, as `name(argument types)`.', { letter: 'P', effect: unproven }),
    owned('section')('schema-only', 'nothing', 'Restores definitions, no rows.', { letter: 's' }),
    free('superuser', 'text', 'Superuser who disables triggers.', { letter: 'S' }),
    free('table', 'texts', 'Relations to restore, without what belongs to them.', { letter: 't', effect: unproven }),
    free('trigger', 'texts', 'Triggers to restore.', { letter: 'T', effect: unproven }),
    owned('privileges')('no-privileges', 'nothing', 'Leaves grants out.', { letter: 'x' }),
    free('single-transaction', 'nothing', 'Restores all or nothing, by one job.', { letter: '1' }),
    free('disable-triggers', 'nothing', 'Disables triggers while rows alone are restored.'),
    free('enable-row-security', 'nothing', 'Lets row security say which rows may come in.'),
    free('filter', 'file', 'File that says what to restore and what to leave out.', { since: 17, effect: unproven }),
    dropping('if-exists', 'nothing', 'Drops only what is there (with `clean`).'),
    free('no-comments', 'nothing', 'Leaves comments out.', { effect: leavesOut('COMMENT') }),
    owned('section')('no-data', 'nothing', 'Restores no rows.', { since: 18 }),
    free('no-data-for-failed-tables', 'nothing', 'Restores no rows of a table that could not be made.'),
    free('no-policies', 'nothing', 'Leaves policies of row security out.', {
      since: 18,
      effect: leavesOut('POLICY', 'ROW SECURITY'),
    }),
    free('no-publications', 'nothing', 'Leaves publications out.', {
      effect: leavesOut('PUBLICATION', 'PUBLICATION TABLE', 'PUBLICATION TABLES IN SCHEMA'),
    }),
    owned('section')('no-schema', 'nothing', 'Restores no definitions.', { since: 18 }),
    free('no-security-labels', 'nothing', 'Leaves security labels out.', { effect: leavesOut('SECURITY LABEL') }),
    free('no-statistics', 'nothing', "Restores no planner's statistics.", { since: 18 }),
    free('no-subscriptions', 'nothing', 'Leaves subscriptions out.', {
      effect: leavesOut('SUBSCRIPTION', 'SUBSCRIPTION TABLE'),
    }),
    free('no-table-access-method', 'nothing', "Gives tables the server's own access method.", {
      since: 15,
      effect: { kind: 'resets', property: 'accessMethod' },
    }),
    free('no-tablespaces', 'nothing', "Puts everything into the database's own tablespace.", {
      effect: { kind: 'resets', property: 'tablespace' },
    }),
    refused('it is for scripts, and a restore goes into a database')(
      'restrict-key',
      'text',
      'Key of `\\restrict` in the script.',
      { since: 13 },
    ),
    owned('section')('section', 'texts', 'Sections to restore.'),
    free('statistics', 'nothing', "Restores the planner's statistics too.", { since: 18, effect: statistics }),
    free('statistics-only', 'nothing', "Restores the planner's statistics and nothing else.", {
      since: 18,
      effect: unproven,
    }),
    free('strict-names', 'nothing', 'Fails where a name that is to be restored matches nothing.'),
    free('transaction-size', 'number', 'Objects after which each transaction ends.', { since: 17 }),
    free('use-set-session-authorization', 'nothing', 'Sets owners by SET SESSION AUTHORIZATION.'),
    owned('owners')('role', 'text', 'Role that the session takes on.'),
    ...connectionOptions,
    ...informationOptions,
  ],
};
