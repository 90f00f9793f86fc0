import { expect, test } from 'vitest';
import { openSession } from '../../../src/postgres/session.ts';
import { needsOf, readNeeds } from '../../../src/preflight/target-needs.ts';
import { makeWorkspace } from '../../support/round-trip.ts';
import { freshDatabase, queryOn, serverMajors, sharedServer } from '../../support/servers.ts';

const names =
  'owner grantee grantor column policy default large function schema type setting mapping extension member temporary event database server'
    .split(' ')
    .map(name => `needs_${name}`);

/** Each role in one place where a database can name it. */
const mentions = `
  CREATE TABLE t (x int, y int); ALTER TABLE t OWNER TO needs_owner; GRANT SELECT ON t TO needs_grantee;
  GRANT UPDATE ON t TO needs_grantor WITH GRANT OPTION; GRANT SELECT (x) ON t TO needs_column;
  CREATE POLICY p ON t TO needs_policy USING (true);
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO needs_default;
  SELECT lo_create(7001); ALTER LARGE OBJECT 7001 OWNER TO needs_large;
  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'; ALTER FUNCTION f() OWNER TO needs_function;
  CREATE SCHEMA s AUTHORIZATION needs_schema; CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood OWNER TO needs_type;
  CREATE EXTENSION hstore; GRANT EXECUTE ON FUNCTION hstore(text, text) TO needs_extension;
  CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; ALTER SERVER far OWNER TO needs_server;
  CREATE USER MAPPING FOR needs_mapping SERVER far;
  CREATE TEMPORARY TABLE mine (x int); GRANT SELECT ON mine TO needs_temporary`;

test.each([serverMajors.find(major => major >= 13) ?? 13, serverMajors.at(-1) ?? 15])(
  'of a database of %d, its roles and extensions are those that the archive names',
  async major => {
    const server = await sharedServer(major);
    const drop = names.map(name => `DROP ROLE IF EXISTS ${name}`).join('; ');
    await queryOn(server, 'postgres', `${drop}; ${names.map(name => `CREATE ROLE ${name}`).join('; ')}`);
    try {
      await using database = await freshDatabase(server, { sql: mentions });
      await queryOn(
        server,
        'postgres',
        `GRANT CONNECT ON DATABASE ${database.name} TO needs_database; ALTER ROLE needs_setting IN DATABASE ${database.name} SET work_mem = '8MB'`,
      );
      await using workspace = await makeWorkspace();
      const { exitCode } = await workspace.run({
        connections: { source: database.url },
        steps: [{ dump: { from: 'source', to: 'set' } }],
      });
      expect(exitCode).toBe(0);
      const [dumped] = (await workspace.manifest('set')).databases;
      if (dumped === undefined) throw new Error('nothing was dumped');
      await using session = await openSession(database.parameters, { applicationName: 'preflight test' });
      const found = await readNeeds(session);
      const expected = needsOf(dumped);
      expect(found.extensions).toEqual(expected.extensions);
      expect(found.roles.toSorted()).toEqual(expected.roles.toSorted());
    } finally {
      await queryOn(server, 'postgres', drop);
    }
  },
);
