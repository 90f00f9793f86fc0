import type { About, Diagnosis } from './model.ts';
import { sqlName } from './words.ts';

const reading = ['pg_dump', 'pg_dumpall'] as const;
const writing = ['pg_restore', 'psql'] as const;
const role = ({ user }: About) => sqlName(user, 'ROLE');

/** Of a table that a policy guards, whoever notices first: pg_dump, or the counting beside it. */
export const hiddenRows = {
  code: 'PGR191',
  message: (table: string) => `row-level security hides rows of "${table}" from this role: a dump would lack them`,
  remedy: 'dump as the owner of the table or as a role with BYPASSRLS',
} as const;

/** What the role may not do that dumps or restores. */
export const privileges: readonly Diagnosis[] = [
  {
    kind: 'role-missing',
    class: 'fixable',
    code: 'PGR164',
    programs: writing,
    server: /^role "(.+?)" does not exist/s,
    when: ({ tool }) => !tool.startsWith('connection to '),
    message: name => `role "${name}" does not exist on the target`,
    fix: name =>
      `the globals were not restored: add \`globals: true\` to the dump, or \`owners: ROLE\` and \`privileges: skip\` to the restore; or make the role:\n\`CREATE ROLE ${sqlName(name, 'ROLE')} NOLOGIN;\``,
  },
  {
    kind: 'not-member-of-role',
    class: 'fixable',
    code: 'PGR192',
    server: /^must be member of role "(.+?)"|^must be able to SET ROLE "(.+?)"/s,
    message: name => `the role that restores may not give anything to role "${name}"`,
    fix: (name, about) =>
      `give everything to one role: \`owners: ROLE\` and \`privileges: skip\`; or, unless "${name}" is a superuser, let the role (in 16 and newer \`WITH SET TRUE\`):\n\`GRANT ${sqlName(name, 'OWNER')} TO ${role(about)};\``,
  },
  {
    kind: 'schema-denied',
    class: 'fixable',
    code: 'PGR190',
    programs: reading,
    server: /^permission denied for schema (.+)/s,
    message: schema => `the role may not read schema ${schema}`,
    fix: (schema, about) =>
      `let it, in 14 and newer with \`GRANT pg_read_all_data TO ${role(about)};\`, else with USAGE and SELECT; or leave it out by \`exclude: {schema: ${schema}}\``,
  },
  {
    kind: 'schema-denied',
    class: 'fixable',
    code: 'PGR192',
    programs: writing,
    server: /^permission denied for schema (.+)/s,
    message: schema => `the role may not write to ${schema}, a schema of somebody else`,
    fix: (schema, about) =>
      `restore as the owner of the database, or let the role:\n\`GRANT USAGE, CREATE ON SCHEMA ${sqlName(schema, 'SCHEMA')} TO ${role(about)};\``,
  },
  {
    kind: 'pg_authid-denied',
    class: 'fixable',
    code: 'PGR190',
    server: /^permission denied for (?:table|relation) pg_authid/,
    message: () => 'the role may not read the passwords of roles, which only a superuser may',
    fix: () => 'remove `role-passwords`: everything else of the globals needs no superuser',
  },
  {
    kind: 'object-denied',
    class: 'fixable',
    code: 'PGR190',
    programs: reading,
    server: /^permission denied for (large object \d+)/,
    message: object => `the role may not read ${object}`,
    fix: (object, about) =>
      `pg_read_all_data does not cover large objects: dump as their owner, or leave them out with \`large-objects: false\`, or let the role:\n\`GRANT SELECT ON ${object.toUpperCase()} TO ${role(about)};\``,
  },
  {
    kind: 'object-denied',
    class: 'fixable',
    code: 'PGR190',
    programs: reading,
    server: /^permission denied for (?:table|sequence|view|materialized view|foreign table) (.+)/s,
    message: object => `the role may not read ${object}`,
    fix: (_, about) =>
      `let it, in 14 and newer with \`GRANT pg_read_all_data TO ${role(about)};\`, else with SELECT on each table and sequence; or leave the object out by \`exclude: {table: PATTERN}\``,
  },
  {
    kind: 'object-denied',
    class: 'fixable',
    code: 'PGR192',
    programs: writing,
    server:
      /^permission denied for (?:table|sequence|view|materialized view|foreign table|large object|database|function|type|language|foreign-data wrapper|foreign server) (.+)|^must be owner of (?!extension )(?:\w+ )?(.+)/s,
    message: object => `the role may not change ${object}, or use it`,
    fix: () => 'restore as the owner of the database or as a superuser',
  },
  {
    kind: 'row-security',
    class: 'fixable',
    code: hiddenRows.code,
    server: /^query would be affected by row-level security policy for table "(.*?)"/s,
    message: hiddenRows.message,
    fix: (_, about) => `${hiddenRows.remedy}:\n\`ALTER ROLE ${role(about)} BYPASSRLS;\``,
  },
];

/** What only a superuser may make; extensions and databases stand before it. */
export const superuserOnly: readonly Diagnosis[] = [
  {
    kind: 'superuser-only-object',
    class: 'fixable',
    code: 'PGR192',
    server:
      /^permission denied to (?:create|change owner of) ((?:event trigger|foreign-data wrapper|subscription|publication|tablespace)(?: ".*?")?)|^(?:permission denied: )"(.+?)" is a system trigger|^permission denied to (set parameter ".+?"|change default privileges)|^must be superuser to (.+)/s,
    message: what => `only a superuser may do what the dump needs: ${what}`,
    fix: () =>
      'restore as a superuser, or leave that out: `exclude: {kind: [event-triggers, subscriptions, publications]}` at the restore; rows alone can be loaded in one go with their tables instead of with `disable-triggers`',
  },
];
