import { expect, it } from 'vitest';
import { rolesNeeded } from '../../../../src/postgres/archive/roles.ts';
import { entryOf } from './entries.ts';

it.each<[string, string, readonly string[]]>([
  ['ACL', 'GRANT SELECT ON TABLE app.item TO reader;\n', ['reader']],
  ['ACL', 'GRANT SELECT ON TABLE app.item TO PUBLIC;\n', []],
  ['ACL', 'GRANT ALL ON SCHEMA app TO "Weird ""role"" TO x" WITH GRANT OPTION;\n', ['Weird "role" TO x']],
  [
    'ACL',
    'REVOKE ALL ON TABLE app.item FROM keeper;\nGRANT SELECT ON TABLE app.item TO reader;\n',
    ['keeper', 'reader'],
  ],
  ['ACL', 'GRANT SELECT(id),UPDATE(id) ON TABLE app.item TO clerk;\n', ['clerk']],
  ['ACL', 'GRANT ALL ON FUNCTION app.f("to" integer, text) TO caller;\n', ['caller']],
  ['ACL', 'GRANT SELECT ON TABLE app."TO nobody" TO reader;\n', ['reader']],
  ['ACL', 'GRANT SELECT ON TABLE app.role TO reader;\n', ['reader']],
  ['ACL', 'GRANT SELECT ON TABLE app.item TO GROUP crew;\n', ['crew']],
  ['ACL', 'GRANT SELECT ON TABLE app.item TO a, "B", c;\n', ['B', 'a', 'c']],
  [
    'ACL',
    'SET SESSION AUTHORIZATION boss;\nGRANT SELECT ON TABLE app.item TO reader;\nRESET SESSION AUTHORIZATION;\n',
    ['boss', 'reader'],
  ],
  [
    'DEFAULT ACL',
    'ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA app REVOKE ALL ON TABLES FROM old;\n' +
      'ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA app GRANT SELECT ON TABLES TO reader;\n',
    ['maker', 'old', 'reader'],
  ],
  [
    'POLICY',
    "CREATE POLICY mine ON app.item FOR SELECT TO clerk, größe USING ((x = ' TO evil'::text));\n",
    ['clerk', 'größe'],
  ],
  ['POLICY', `CREATE POLICY "p TO q" ON app.item USING ((a = E'\\\\') AND ("to" = b));\n`, []],
  ['USER MAPPING', 'CREATE USER MAPPING FOR "Remote" SERVER far OPTIONS (\n    password \'FOR x\'\n);\n', ['Remote']],
  ['USER MAPPING', 'CREATE USER MAPPING FOR public SERVER far;\n', []],
  [
    'DATABASE PROPERTIES',
    "ALTER DATABASE shop SET \"TimeZone\" TO 'UTC';\nALTER ROLE clerk IN DATABASE shop SET work_mem TO '1MB';\n",
    ['clerk'],
  ],
  ['TABLE', 'CREATE TABLE x (); -- GRANT SELECT TO nobody', []],
  ['constructor', 'TO nobody', []],
  ['ACL', 'GRANT SELECT ON TABLE app.item TO "unfinished', ['unfinished']],
  ['ACL', 'GRANT SELECT ON TABLE app.item TO', []],
])('%s: %s', (description, definition, roles) => {
  expect(rolesNeeded([entryOf({ description, definition })])).toEqual(roles);
});

it('gives owners and grantees once each, sorted', () => {
  const grant = entryOf({ description: 'ACL', owner: 'b', definition: 'GRANT SELECT ON TABLE app.item TO a;' });
  expect(rolesNeeded([entryOf({ owner: 'b' }), grant, entryOf({ owner: '' }), entryOf({ owner: 'c' })])).toEqual([
    'a',
    'b',
    'c',
  ]);
});
