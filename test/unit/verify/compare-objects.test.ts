import { describe, expect, it } from 'vitest';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { compareObjects } from '../../../src/verify/compare-objects.ts';
import type { CompareOptions } from '../../../src/verify/compared-entries.ts';
import type { Finding } from '../../../src/verify/finding.ts';
import { entry, everything, users, usersIndex } from './toc-fixtures.ts';

interface Case {
  readonly name: string;
  readonly source: readonly TocEntry[];
  readonly target: readonly TocEntry[];
  readonly options?: Partial<CompareOptions>;
  readonly findings: readonly Finding[];
  readonly compared?: number;
}

const operator = (argument: string) =>
  entry('OPERATOR', '===', `CREATE OPERATOR app.=== (\n    FUNCTION = app.same,\n    LEFTARG = ${argument}\n);\n`);
const defaults = (role: string, privilege: string) =>
  entry(
    'DEFAULT ACL',
    'DEFAULT PRIVILEGES FOR TABLES',
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${role} IN SCHEMA app GRANT ${privilege} ON TABLES  TO reader;\n`,
    { owner: role, section: 'post-data' },
  );
const grant = entry('ACL', 'TABLE users', 'GRANT SELECT ON TABLE app.users TO reader;\n');
const extension = entry('EXTENSION', 'hstore', 'CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA app;\n', {
  owner: '',
  namespace: undefined,
});
const extensionComment = entry('COMMENT', 'EXTENSION hstore', "COMMENT ON EXTENSION hstore IS 'pairs';\n", {
  owner: '',
  namespace: undefined,
});
const publicSchema = entry('SCHEMA', 'public', '-- *not* creating schema, since initdb creates it\n\n\n', {
  owner: 'alice',
  namespace: undefined,
});
const ownedBy = (object: TocEntry, owner: string): TocEntry => ({ ...object, owner });
const changed = (object: string, property: string, expected: string, actual: string): Finding => ({
  kind: 'changed',
  object,
  property,
  expected,
  actual,
});

const cases: readonly Case[] = [
  { name: 'equal entries', source: [users, usersIndex], target: [usersIndex, users], findings: [], compared: 2 },
  {
    name: 'a missing and an extra object',
    source: [users, usersIndex],
    target: [users, entry('VIEW', 'v', 'CREATE VIEW app.v AS\n SELECT 1;\n')],
    findings: [
      { kind: 'missing', object: 'INDEX app.users_name' },
      { kind: 'extra', object: 'VIEW app.v' },
    ],
    compared: 2,
  },
  {
    name: 'an object without schema',
    source: [entry('SERVER', 'srv', 'CREATE SERVER srv;\n', { namespace: undefined })],
    target: [],
    findings: [{ kind: 'missing', object: 'SERVER srv' }],
  },
  {
    name: 'the same name in another schema',
    source: [users],
    target: [{ ...users, namespace: 'other' }],
    findings: [
      { kind: 'missing', object: 'TABLE app.users' },
      { kind: 'extra', object: 'TABLE other.users' },
    ],
  },
  {
    name: 'a changed definition, by its line',
    source: [users],
    target: [{ ...users, definition: 'CREATE TABLE app.users (\n    id integer,\n    name text\n);\n' }],
    findings: [changed('TABLE app.users', 'definition', 'id integer NOT NULL,', 'id integer,')],
  },
  {
    name: 'tablespace, access method and owner',
    source: [users],
    target: [{ ...users, tablespace: 'fast', accessMethod: 'columnar', owner: 'bob' }],
    findings: [
      changed('TABLE app.users', 'owner', 'alice', 'bob'),
      changed('TABLE app.users', 'tablespace', '', 'fast'),
      changed('TABLE app.users', 'access method', 'heap', 'columnar'),
    ],
  },
  {
    name: 'an owner that parts of a table repeat is told once',
    source: [users, usersIndex, grant],
    target: [ownedBy(users, 'bob'), ownedBy(usersIndex, 'bob'), ownedBy(grant, 'bob')],
    findings: [changed('TABLE app.users', 'owner', 'alice', 'bob')],
  },
  {
    name: 'line ends and runs of blank lines',
    source: [entry('FUNCTION', 'f()', 'CREATE FUNCTION\n\n\n\nbody\n')],
    target: [entry('FUNCTION', 'f()', '\r\nCREATE FUNCTION\r\n\r\nbody')],
    findings: [],
  },
  {
    name: 'white space within a line',
    source: [entry('FUNCTION', 'f()', "SELECT 'a  b'")],
    target: [entry('FUNCTION', 'f()', "SELECT 'a b'")],
    findings: [changed('FUNCTION app.f()', 'definition', "SELECT 'a  b'", "SELECT 'a b'")],
  },
  {
    name: 'a blank line that was not there',
    source: [entry('FUNCTION', 'f()', 'one\ntwo')],
    target: [entry('FUNCTION', 'f()', 'one\n\ntwo')],
    findings: [changed('FUNCTION app.f()', 'definition', '', '(blank line)')],
  },
  {
    name: 'operators of one tag in another order',
    source: [operator('integer'), operator('text')],
    target: [operator('text'), operator('integer')],
    findings: [],
  },
  {
    name: 'one of two operators of one tag missing',
    source: [operator('integer'), operator('text')],
    target: [operator('text')],
    findings: [{ kind: 'missing', object: 'OPERATOR app.===' }],
  },
  {
    name: 'an operator too many under a known tag',
    source: [operator('text')],
    target: [operator('text'), operator('text')],
    findings: [{ kind: 'extra', object: 'OPERATOR app.===' }],
  },
  {
    name: 'one of two operators of one tag changed',
    source: [operator('integer'), operator('text')],
    target: [operator('text'), operator('bigint')],
    findings: [changed('OPERATOR app.===', 'definition', 'LEFTARG = integer', 'LEFTARG = bigint')],
  },
  {
    name: 'default privileges of two roles share a tag and are told apart by role',
    source: [defaults('alice', 'SELECT'), defaults('bob', 'SELECT')],
    target: [defaults('bob', 'INSERT'), defaults('alice', 'SELECT')],
    findings: [
      changed(
        'DEFAULT ACL app.DEFAULT PRIVILEGES FOR TABLES',
        'definition',
        'ALTER DEFAULT PRIVILEGES FOR ROLE bob IN SCHEMA app GRANT SELECT ON TABLES TO reader;',
        'ALTER DEFAULT PRIVILEGES FOR ROLE bob IN SCHEMA app GRANT INSERT ON TABLES TO reader;',
      ),
    ],
  },
  {
    name: 'a role that owns everything',
    options: { owners: { role: 'carol' } },
    source: [users, usersIndex, extension, defaults('alice', 'SELECT')],
    target: [ownedBy(users, 'carol'), ownedBy(usersIndex, 'carol'), extension, defaults('alice', 'SELECT')],
    findings: [],
  },
  {
    name: 'an object that did not get the role as owner',
    options: { owners: { role: 'carol' } },
    source: [users],
    target: [users],
    findings: [changed('TABLE app.users', 'owner', 'carol', 'alice')],
  },
  {
    name: 'the owner of schema public, with owners',
    source: [publicSchema],
    target: [],
    findings: [{ kind: 'missing', object: 'SCHEMA public' }],
  },
  {
    name: 'the owner of schema public, without owners',
    options: { owners: { role: 'carol' } },
    source: [publicSchema],
    target: [],
    findings: [],
    compared: 0,
  },
  {
    name: 'a schema of our own, without owners',
    options: { owners: { role: 'carol' } },
    source: [entry('SCHEMA', 'app', 'CREATE SCHEMA app;\n', { namespace: undefined })],
    target: [],
    findings: [{ kind: 'missing', object: 'SCHEMA app' }],
  },
  {
    name: 'grants',
    source: [users, grant],
    target: [users],
    findings: [{ kind: 'missing', object: 'ACL app.TABLE users' }],
  },
  {
    name: 'grants that were not restored',
    options: { privileges: 'skip' },
    source: [users, grant, defaults('alice', 'SELECT')],
    target: [users],
    findings: [],
    compared: 1,
  },
  {
    name: 'the comment that an extension brings along',
    source: [extension],
    target: [extension, extensionComment],
    findings: [],
  },
  {
    name: 'the comment of an extension that the archive has',
    source: [extension, extensionComment],
    target: [extension, { ...extensionComment, definition: "COMMENT ON EXTENSION hstore IS 'old';\n" }],
    findings: [
      changed(
        'COMMENT EXTENSION hstore',
        'definition',
        "COMMENT ON EXTENSION hstore IS 'pairs';",
        "COMMENT ON EXTENSION hstore IS 'old';",
      ),
    ],
  },
  {
    name: 'an extra comment of anything else',
    source: [users],
    target: [users, entry('COMMENT', 'TABLE users', "COMMENT ON TABLE app.users IS 'new';\n")],
    findings: [{ kind: 'extra', object: 'COMMENT app.TABLE users' }],
  },
  {
    name: 'data, positions, settings and large objects are no objects',
    source: [
      entry('ENCODING', 'ENCODING', "SET client_encoding = 'UTF8';\n"),
      entry('TABLE DATA', 'users', '', { section: 'data' }),
      entry('SEQUENCE SET', 'users_id_seq', "SELECT pg_catalog.setval('app.users_id_seq', 3, true);\n"),
      entry('BLOB', '5001', "SELECT pg_catalog.lo_create('5001');\n"),
      entry('COMMENT', 'LARGE OBJECT 5001', "COMMENT ON LARGE OBJECT 5001 IS 'x';\n", { namespace: undefined }),
      entry('ACL', 'LARGE OBJECT 5001', 'GRANT SELECT ON LARGE OBJECT 5001 TO reader;\n', { namespace: undefined }),
      entry('SECURITY LABEL', 'LARGE OBJECT 5001', 'SECURITY LABEL', { namespace: undefined }),
      entry('ACL', 'LARGE OBJECTS 1..9', 'GRANT SELECT ON LARGE OBJECT 1 TO reader;\n', { namespace: undefined }),
    ],
    target: [],
    findings: [],
    compared: 0,
  },
  {
    name: 'a section that was not restored',
    options: { sections: ['pre-data', 'data'] },
    source: [
      users,
      grant,
      usersIndex,
      entry('COMMENT', 'INDEX users_name', "COMMENT ON INDEX app.users_name IS 'x';\n"),
    ],
    target: [users, grant],
    findings: [],
    compared: 2,
  },
  {
    name: 'a comment follows its object into its section',
    source: [users, usersIndex, entry('COMMENT', 'INDEX users_name', "COMMENT ON INDEX app.users_name IS 'x';\n")],
    options: { sections: ['post-data'] },
    target: [usersIndex],
    findings: [{ kind: 'missing', object: 'COMMENT app.INDEX users_name' }],
    compared: 2,
  },
  {
    name: 'the password of a user mapping is not shown',
    source: [
      entry(
        'USER MAPPING',
        'USER MAPPING u SERVER s',
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (\n    password 'a'\n);",
      ),
    ],
    target: [
      entry(
        'USER MAPPING',
        'USER MAPPING u SERVER s',
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (\n    password 'b'\n);",
      ),
    ],
    findings: [
      changed('USER MAPPING app.USER MAPPING u SERVER s', 'definition', 'a hidden value', 'another hidden value'),
    ],
  },
  {
    name: 'a subscription shows what differs beside its conninfo',
    source: [entry('SUBSCRIPTION', 's', "CREATE SUBSCRIPTION s CONNECTION 'password=''x''' PUBLICATION a")],
    target: [entry('SUBSCRIPTION', 's', "CREATE SUBSCRIPTION s CONNECTION 'password=''x''' PUBLICATION b")],
    findings: [
      changed(
        'SUBSCRIPTION app.s',
        'definition',
        "CREATE SUBSCRIPTION s CONNECTION '***' PUBLICATION a",
        "CREATE SUBSCRIPTION s CONNECTION '***' PUBLICATION b",
      ),
    ],
  },
];

describe('compareObjects', () => {
  it.each(cases)('$name', ({ source, target, options, findings, compared }) => {
    const comparison = compareObjects(source, target, { ...everything, ...options });
    expect(comparison.findings).toEqual(findings);
    expect(comparison.compared).toBe(compared ?? source.length);
  });

  it('names what differs in blank lines only', () => {
    const source = [users, entry('FUNCTION', 'f()', 'one\n\n\ntwo')];
    const target = [users, entry('FUNCTION', 'f()', 'one\n\ntwo')];
    expect(compareObjects(source, target, everything).blankLinesOnly).toEqual(['FUNCTION app.f()']);
  });

  it('offers changed definitions, and nothing else, to a scratch database', () => {
    const view = entry('VIEW', 'v', 'SELECT users.id');
    const comparison = compareObjects(
      [users, usersIndex, view],
      [
        { ...users, owner: 'bob' },
        { ...view, definition: 'SELECT id' },
      ],
      everything,
    );
    expect(comparison.findings).toHaveLength(3);
    expect(comparison.changed.map(({ finding }) => finding)).toEqual([
      changed('VIEW app.v', 'definition', 'SELECT users.id', 'SELECT id'),
    ]);
  });

  it('compares as many entries under one key as under many', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => operator(`type_${index}`));
    const comparison = compareObjects(many, many.toReversed().slice(1), everything);
    expect(comparison.findings).toEqual([{ kind: 'missing', object: 'OPERATOR app.===' }]);
  });
});
