import type { About, Diagnosis } from './model.ts';
import { sqlName } from './words.ts';

/** The function in which it happened, as SQL: a function in SQL is told by its bare name, one in PL/pgSQL as SQL has it. */
const functionOf = ({ said }: Pick<About, 'said'>): string | undefined => {
  const told = /^(?:SQL function "(.+?)"|PL\/pgSQL function ((?:"(?:[^"]|"")*"|[^\s("])+))/s.exec(said.context ?? '');
  const [, bare, plpgsql] = told ?? [];
  return bare === undefined || /^[a-z_][a-z0-9_]*$/.test(bare) ? (bare ?? plpgsql) : sqlName(bare, 'FUNCTION');
};
const drops = /^(?:DROP|ALTER [^;]*? DROP) /s;

/** What stands already in the target, or is in use there. */
export const databases: readonly Diagnosis[] = [
  {
    kind: 'database-exists',
    class: 'fixable',
    code: 'PGR214',
    server: /^database "(.+?)" already exists/s,
    message: database =>
      `database "${database}" exists already; pg_restore would go on and restore into it, beside what it holds`,
    fix: () => 'restore under another name with `as`, or say that it may be replaced: `overwrite`',
  },
  {
    kind: 'database-exists',
    class: 'fixable',
    code: 'PGR192',
    server: /^permission denied to create database/,
    message: () => 'the role may not create databases',
    fix: (_, { user }) =>
      `let it, or make an empty database for the restore:\n\`ALTER ROLE ${sqlName(user, 'ROLE')} CREATEDB;\``,
  },
  {
    kind: 'database-in-use',
    class: 'fixable',
    code: 'PGR163',
    server: /^(?:source )?database "(.+?)" is being accessed by other users/s,
    message: (database, { said }) => {
      const count = /There (?:is|are) (\d+) other/.exec(said.detail ?? '')?.[1];
      return `database "${database}" is in use${count === undefined ? '' : ` by ${count} other sessions`}`;
    },
    fix: () => 'end your own sessions there; who is connected is in `pg_stat_activity`',
  },
];

/** What functions, views and constraints of the database keep from being restored, by any tool. */
export const defects: readonly Diagnosis[] = [
  {
    kind: 'function-without-search-path',
    class: 'defect',
    code: 'PGR213',
    server:
      /^relation "([^".]+)" does not exist|^function ([^\s(.]+)\(.*\) does not exist|^type "([^".]+)" does not exist/s,
    when: said => functionOf({ said }) !== undefined,
    message: (name, about) =>
      `function ${functionOf(about)} names ${name} without its schema, and a restore has an empty search path: the rows, index or view that use it are lost`,
    fix: (_, about) =>
      `on the source, qualify the name in the function, or give it a search path:\n\`ALTER FUNCTION ${functionOf(about)} SET search_path = public;\``,
  },
  {
    kind: 'recursive-views',
    class: 'defect',
    code: 'PGR213',
    server: /^relation "(.+?)" does not exist/s,
    when: (said, { entry }) => {
      if (entry?.description !== 'VIEW' || drops.test(said.command ?? '')) return false;
      const [, name] = /^relation "(.+?)" does not exist/s.exec(said.server ?? '') ?? [];
      return name === entry.tag || name === `${entry.namespace}.${entry.tag}`;
    },
    message: view => `view "${view}" selects from itself, and so can never be made anew`,
    fix: () => 'rewrite the view on the source',
  },
  {
    kind: 'check-depends-on-rows',
    class: 'defect',
    code: 'PGR213',
    server: /^new row for relation ".+?" violates check constraint "(.+?)"/s,
    message: constraint =>
      `rows break the constraint "${constraint}", which depends on rows of other tables or on something outside`,
    fix: constraint =>
      `on the source, make it a trigger, or a constraint that a restore adds without a look at the rows:\n\`ALTER TABLE … DROP CONSTRAINT ${sqlName(constraint, 'NAME')}, ADD CONSTRAINT ${sqlName(constraint, 'NAME')} CHECK (…) NOT VALID;\``,
  },
];

/** A target that is not as empty, or not as full, as the restore needs it. */
export const targetState: readonly Diagnosis[] = [
  {
    kind: 'schema-public-exists',
    class: 'benign',
    code: 'PGR210',
    server: /^schema "(public)" already exists/,
    message: () => 'the schema public is there already, as in every database',
    fix: () => 'nothing is missing; a dump by `include: {schema: public}` makes the schema as well',
  },
  {
    kind: 'clean-on-empty',
    class: 'benign',
    code: 'PGR210',
    programs: ['pg_restore', 'psql'],
    server:
      /^(?:(?:relation|schema|function|type|table|view|sequence|index|extension|trigger|constraint|server) )(.+?) (?:of relation .+? )?does not exist/s,
    when: ({ command = '' }) => drops.test(command),
    oneCause: true,
    message: () => 'what is to be dropped is not there',
    fix: () => 'nothing is missing; `if-exists: true` of the dump keeps it from being said',
  },
  {
    kind: 'target-not-empty',
    class: 'fixable',
    code: 'PGR214',
    server:
      /^([^\n]+?) already exists|^multiple primary keys for (table ".+?") are not allowed|^duplicate key value violates (unique constraint ".+?")/s,
    oneCause: true,
    message: (_, { said }) =>
      `the target is not empty: ${(said.server ?? '').split('\n')[0]}; rows of tables without a key may be there twice`,
    fix: () =>
      'restore into a new database, which `as` can name; or let what is there be replaced: `overwrite` for the database, `clean` for the objects of the dump',
  },
  {
    kind: 'fk-violation-data-only',
    class: 'fixable',
    code: 'PGR215',
    server: /^insert or update on table ".+?" violates foreign key constraint "(.+?)"/s,
    tool: /^there are circular foreign-key constraints/,
    message: constraint =>
      constraint === ''
        ? 'tables refer to each other, so their rows alone can be loaded in no order'
        : `rows break the foreign key "${constraint}": their parents are not there (yet)`,
    fix: () =>
      'restore definitions and rows in one go, or rows alone with `disable-triggers: true` and a `verify` with `foreign-keys: true` after it',
  },
];
