import type { Change } from './changes.ts';
import { rolesOf } from './kitchen-sink.ts';
import { newestSubscription } from './newest-kinds.ts';

const definition = (object: string, ...sql: readonly string[]): readonly Change[] =>
  sql.map(one => ({ sql: one, findings: [`changed ${object}: definition`] }));
const other = (property: string, object: string, sql: string): Change => ({
  sql,
  findings: [`changed ${object}: ${property}`],
});
const missing = (object: string, sql: string): Change => ({ sql, findings: [`missing ${object}`] });
const extra = (object: string, sql: string): Change => ({ sql, findings: [`extra ${object}`] });

/** Changes of what 16, 17 and 18 have brought. */
export function newestChanges(prefix: string): readonly Change[] {
  const [owner, reader] = rolesOf(prefix);
  return [
    ...definition(
      'TABLE app.plain',
      'ALTER TABLE app.plain RENAME CONSTRAINT b_given TO b_named',
      'ALTER TABLE app.plain ALTER CONSTRAINT b_given INHERIT',
      'ALTER TABLE app.plain ALTER thrice SET EXPRESSION AS (a * 4)',
      'ALTER TABLE app.plain ALTER b DROP NOT NULL',
    ),
    ...definition(
      'TABLE app.counted',
      'ALTER TABLE app.counted ALTER twice SET EXPRESSION AS (a * 3)',
      'ALTER TABLE app.counted DROP twice, ADD twice integer GENERATED ALWAYS AS (a * 2) STORED',
    ),
    missing('CHECK CONSTRAINT app.plain a_large', 'ALTER TABLE app.plain DROP CONSTRAINT a_large'),
    ...definition(
      'CHECK CONSTRAINT app.plain a_large',
      'ALTER TABLE app.plain DROP CONSTRAINT a_large, ADD CONSTRAINT a_large CHECK (a > 0) NOT ENFORCED',
    ),
    {
      sql: 'ALTER TABLE app.plain DROP CONSTRAINT a_large, ADD CONSTRAINT a_large CHECK (a > 0)',
      findings: ['missing CHECK CONSTRAINT app.plain a_large', 'changed TABLE app.plain: definition'],
    },
    {
      sql: 'ALTER TABLE app.plain VALIDATE CONSTRAINT c_given',
      findings: ['changed TABLE app.plain: definition', 'missing CONSTRAINT app.plain c_given'],
    },
    ...definition('COMMENT app.CONSTRAINT a_given ON plain', "COMMENT ON CONSTRAINT a_given ON app.plain IS 'two'"),
    ...definition(
      'CONSTRAINT app.rooms rooms_key',
      'ALTER TABLE app.bookings DROP CONSTRAINT of_room; ALTER TABLE app.rooms DROP CONSTRAINT rooms_key, ADD CONSTRAINT rooms_key UNIQUE (id, during WITHOUT OVERLAPS), ALTER id SET NOT NULL, ALTER during SET NOT NULL; ALTER TABLE app.bookings ADD CONSTRAINT of_room FOREIGN KEY (room, PERIOD during) REFERENCES app.rooms (id, PERIOD during)',
    ),
    missing('FK CONSTRAINT app.bookings of_room', 'ALTER TABLE app.bookings DROP CONSTRAINT of_room'),
    ...definition('FK CONSTRAINT app.bookings of_room', 'ALTER TABLE app.bookings ALTER CONSTRAINT of_room DEFERRABLE'),
    ...definition('FK CONSTRAINT app.refers to_keys', 'ALTER TABLE app.refers ALTER CONSTRAINT to_keys ENFORCED'),
    ...definition('FK CONSTRAINT app.slices slices_to', 'ALTER TABLE app.slices VALIDATE CONSTRAINT slices_to'),
    ...definition('TABLE app.slices_1', 'ALTER TABLE app.slices_1 DROP CONSTRAINT given'),
    other('access method', 'TABLE app.piled', 'ALTER TABLE app.piled SET ACCESS METHOD heap'),
    ...definition('SEQUENCE app.piled_a_seq', 'ALTER TABLE app.piled ALTER a SET INCREMENT 2'),
    ...definition('SEQUENCE app.loose_a_seq', 'ALTER SEQUENCE app.loose_a_seq SET UNLOGGED'),
    ...definition(
      'COLLATION app.built',
      "DROP COLLATION app.built; CREATE COLLATION app.built (provider = builtin, locale = 'PG_UNICODE_FAST')",
    ),
    ...definition(
      'VIEW app.queried',
      `CREATE OR REPLACE VIEW app.queried AS SELECT JSON_VALUE('{"a": 1}'::jsonb, '$.a' DEFAULT 'x' ON EMPTY) AS a, XMLSERIALIZE(CONTENT '<a/>'::xml AS text INDENT) AS b`,
      `CREATE OR REPLACE VIEW app.queried AS SELECT JSON_VALUE('{"a": 1}'::jsonb, '$.a') AS a, XMLSERIALIZE(CONTENT '<a/>'::xml AS text NO INDENT) AS b`,
    ),
    ...definition(
      'FUNCTION app.changing()',
      'CREATE OR REPLACE FUNCTION app.changing() RETURNS integer LANGUAGE sql BEGIN ATOMIC UPDATE app.plain SET c = 1 RETURNING new.c; END',
    ),
    ...definition('EVENT TRIGGER on_login', 'ALTER EVENT TRIGGER on_login ENABLE REPLICA'),
    ...definition('PUBLICATION generated', 'ALTER PUBLICATION generated SET (publish_generated_columns = none)'),
    ...definition(
      'SUBSCRIPTION sub',
      'ALTER SUBSCRIPTION sub SET (origin = none)',
      'ALTER SUBSCRIPTION sub SET (run_as_owner = true)',
      'ALTER SUBSCRIPTION sub SET (password_required = false)',
      'ALTER SUBSCRIPTION sub SET (streaming = parallel)',
      `DROP SUBSCRIPTION sub; ${newestSubscription.replace('streaming = off', 'streaming = off, failover = true')}`,
      `DROP SUBSCRIPTION sub; ${newestSubscription.replace('streaming = off', 'streaming = off, two_phase = true')}`,
    ),
    ...definition('STATISTICS app.of_plain', 'ALTER STATISTICS app.of_plain SET STATISTICS 9'),
    missing('ACL app.TABLE keys', `REVOKE MAINTAIN ON app.keys FROM ${reader}`),
    ...definition('ACL app.TABLE refers', `REVOKE MAINTAIN ON app.refers FROM ${reader}`),
    missing(
      'DEFAULT ACL DEFAULT PRIVILEGES FOR LARGE OBJECTS',
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE SELECT ON LARGE OBJECTS FROM ${reader}`,
    ),
    other('comment', 'LARGE OBJECT 6001', 'COMMENT ON LARGE OBJECT 6001 IS NULL'),
    other('owner', 'LARGE OBJECT 6001', `ALTER LARGE OBJECT 6001 OWNER TO ${reader}`),
    other('grants', 'LARGE OBJECT 6002', `REVOKE SELECT ON LARGE OBJECT 6002 FROM ${reader}`),
    extra('ACL app.FUNCTION coming()', 'REVOKE EXECUTE ON FUNCTION app.coming() FROM PUBLIC'),
  ];
}

/** Only the level `content` sees these. */
export const newestContentChanges: readonly Change[] = [
  {
    sql: "UPDATE app.rooms SET during = '[0,5)' WHERE during = '[1,5)'",
    findings: [
      'changed TABLE DATA app.rooms: rows',
      'missing ROW app.rooms (id, during) = (…, […[5])',
      'extra ROW app.rooms (id, during) = (…, […[5])',
    ],
  },
  {
    sql: 'UPDATE app.plain SET b = 0 WHERE a = 3',
    findings: [
      'changed TABLE DATA app.plain: rows',
      'missing ROW app.plain without a key: (…, …, …)',
      'extra ROW app.plain without a key: (…, …, …)',
    ],
  },
  { sql: "SELECT lo_put(6001, 0, 'F')", findings: ['changed LARGE OBJECT 6001: content'] },
];
