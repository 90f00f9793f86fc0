import { rolesOf } from './kitchen-sink.ts';

/** One change of a copy, and the findings that must tell it: all of them, and nothing else. */
export interface Change {
  readonly sql: string;
  /** `missing …`, `extra …`, or `changed OBJECT: PROPERTY`. */
  readonly findings: readonly string[];
  /** Set where it would stand in the way of others, or they in its way: it gets a copy of its own. */
  readonly apart?: boolean;
}

/** Changes of definitions, owners, grants and states. `copy` is the quoted name of the changed database. */
export function objectChanges(prefix: string, copy: string): readonly Change[] {
  const [, reader] = rolesOf(prefix);
  const foreignKey = 'orders_user_id_fkey';
  return [
    change('DROP INDEX app.users_created', 'missing INDEX app.users_created'),
    change(
      'DROP INDEX app.users_created; CREATE INDEX users_created ON app.users (created)',
      'changed INDEX app.users_created: definition',
    ),
    change(
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.users_created'::regclass",
      'missing INDEX app.users_created',
      'changed INDEX app.users_created: valid',
    ),
    change('ALTER TABLE app.orders DROP CONSTRAINT orders_pkey', 'missing CONSTRAINT app.orders orders_pkey'),
    change(`ALTER TABLE app.orders DROP CONSTRAINT ${foreignKey}`, `missing FK CONSTRAINT app.orders ${foreignKey}`),
    change(
      `ALTER TABLE app.orders DROP CONSTRAINT ${foreignKey}, ADD CONSTRAINT ${foreignKey} FOREIGN KEY (user_id) REFERENCES app.users`,
      `changed FK CONSTRAINT app.orders ${foreignKey}: definition`,
    ),
    change('ALTER TABLE app.users DROP CONSTRAINT name_short', 'changed TABLE app.users: definition'),
    change(
      'UPDATE app.orders SET amount = 6 WHERE amount < 6; ALTER TABLE app.orders VALIDATE CONSTRAINT amt_pos',
      'changed TABLE app.orders: definition',
      'missing CHECK CONSTRAINT app.orders amt_pos',
    ),
    change('ALTER TABLE app.users ALTER name DROP NOT NULL', 'changed TABLE app.users: definition'),
    change("ALTER TABLE app.users ALTER name SET DEFAULT 'x'", 'changed TABLE app.users: definition'),
    change('ALTER TABLE app.orders ALTER note TYPE varchar(60)', 'changed TABLE app.orders: definition'),
    change('ALTER TABLE app.users DROP mood', 'changed TABLE app.users: definition'),
    change('ALTER TABLE app.users ADD extra text', 'changed TABLE app.users: definition'),
    change('CREATE TABLE public.extra ()', 'extra TABLE public.extra'),
    change('ALTER TABLE app.cache SET LOGGED', 'changed TABLE app.cache: definition'),
    change(
      'ALTER TABLE app.events DETACH PARTITION app.events_2024',
      'missing TABLE ATTACH app.events_2024',
      'missing INDEX ATTACH app.events_2024_at_idx',
    ),
    change(
      'CREATE OR REPLACE VIEW app.v AS SELECT id, name FROM app.users WHERE id > 4',
      'changed VIEW app.v: definition',
    ),
    change(
      "CREATE OR REPLACE FUNCTION app.f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 2'",
      'changed FUNCTION app.f(integer): definition',
    ),
    change('DROP FUNCTION app.f(integer)', 'missing FUNCTION app.f(integer)'),
    change('DROP PROCEDURE app.p()', 'missing PROCEDURE app.p()'),
    change('DROP TRIGGER t1 ON app.orders', 'missing TRIGGER app.orders t1'),
    change('ALTER TABLE app.orders ENABLE TRIGGER t2', 'changed TRIGGER app.orders t2: definition'),
    change('DROP RULE r1 ON app.v', 'missing RULE app.v r1'),
    change('ALTER TABLE app.users DISABLE ROW LEVEL SECURITY', 'missing ROW SECURITY app.users'),
    change('DROP POLICY pol ON app.users', 'missing POLICY app.users pol'),
    change('ALTER POLICY pol ON app.users USING (id > 11)', 'changed POLICY app.users pol: definition'),
    change(`ALTER TABLE app.child OWNER TO ${reader}`, 'changed TABLE app.child: owner'),
    change(`REVOKE SELECT ON app.users FROM ${reader}`, 'missing ACL app.TABLE users'),
    change(`REVOKE UPDATE (name) ON app.users FROM ${reader}`, 'missing ACL app.COLUMN users.name'),
    change("COMMENT ON COLUMN app.users.email IS 'other'", 'changed COMMENT app.COLUMN users.email: definition'),
    change("ALTER TYPE app.mood ADD VALUE 'furious'", 'changed TYPE app.mood: definition'),
    change('ALTER DOMAIN app.posint DROP CONSTRAINT positive', 'changed DOMAIN app.posint: definition'),
    {
      ...change('DROP EXTENSION pg_trgm', 'missing EXTENSION pg_trgm', 'missing COMMENT EXTENSION pg_trgm'),
      apart: true,
    },
    change(
      "DROP EXTENSION hstore; CREATE EXTENSION hstore WITH SCHEMA app VERSION '1.7'",
      'changed EXTENSION hstore: version',
    ),
    change('ALTER SEQUENCE app.counter INCREMENT BY 6', 'changed SEQUENCE app.counter: definition'),
    change('REFRESH MATERIALIZED VIEW app.filled WITH NO DATA', 'changed MATERIALIZED VIEW app.filled: populated'),
    change('REFRESH MATERIALIZED VIEW app.hollow', 'changed MATERIALIZED VIEW app.hollow: populated'),
    change('ALTER PUBLICATION pub DROP TABLE app.orders', 'missing PUBLICATION TABLE app.pub orders'),
    change('ALTER EVENT TRIGGER et ENABLE', 'changed EVENT TRIGGER et: definition'),
    change('DROP STATISTICS app.st', 'missing STATISTICS app.st'),
    change('ALTER TABLE app.users ALTER email SET STORAGE EXTENDED', 'changed TABLE app.users: definition'),
    change('ALTER TABLE app.users RESET (fillfactor)', 'changed TABLE app.users: definition'),
    change('ALTER TABLE app.users ALTER name SET STATISTICS -1', 'changed TABLE app.users: definition'),
    change('ALTER TABLE app.orders REPLICA IDENTITY DEFAULT', 'changed TABLE app.orders: definition'),
    change('ALTER TABLE app.orders SET WITHOUT CLUSTER', 'changed CONSTRAINT app.orders orders_pkey: definition'),
    change('DROP SERVER srv CASCADE', 'missing SERVER srv', `missing USER MAPPING USER MAPPING ${reader} SERVER srv`),
    change(
      `ALTER USER MAPPING FOR ${reader} SERVER srv OPTIONS (SET password 'battery staple')`,
      `changed USER MAPPING USER MAPPING ${reader} SERVER srv: definition`,
    ),
    change(`DROP USER MAPPING FOR ${reader} SERVER srv`, `missing USER MAPPING USER MAPPING ${reader} SERVER srv`),
    change(
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${rolesOf(prefix)[0]} IN SCHEMA app REVOKE SELECT ON TABLES FROM ${reader}`,
      'missing DEFAULT ACL app.DEFAULT PRIVILEGES FOR TABLES',
    ),
    change('DROP AGGREGATE app.mysum(integer)', 'missing AGGREGATE app.mysum(integer)'),
    change('DROP OPERATOR app.=== (integer, integer)', 'missing OPERATOR app.==='),
    change('DROP CAST (app.pair AS text)', 'missing CAST CAST (app.pair AS text)'),
    change('DROP COLLATION app.de', 'missing COLLATION app.de'),
    change(
      'ALTER TABLE app.users DROP doubled; ALTER TABLE app.users ADD doubled integer GENERATED ALWAYS AS (age * 3) STORED',
      'changed TABLE app.users: definition',
    ),
    change('DROP SCHEMA "Weird Schema"', 'missing SCHEMA Weird Schema'),
    change(`ALTER DATABASE ${copy} RESET work_mem`, 'changed DATABASE PROPERTIES app: definition'),
    change(
      `ALTER DATABASE ${copy} RESET ALL; ALTER DATABASE ${copy} CONNECTION LIMIT -1`,
      'missing DATABASE PROPERTIES app',
    ),
    change(`ALTER DATABASE ${copy} SET work_mem = '9MB'`, 'changed DATABASE PROPERTIES app: definition'),
  ];
}

/** Changes that only the level `counts` sees. */
export const countChanges: readonly Change[] = [
  change("SELECT setval('app.counter', 9223372036854775797, true)", 'changed app.counter: last_value'),
  change("SELECT setval('app.counter', 9223372036854775802, false)", 'changed app.counter: is_called'),
  change(
    'ALTER TABLE app.users ALTER id RESTART',
    'changed app.users_id_seq: last_value',
    'changed app.users_id_seq: is_called',
  ),
  change('ALTER SEQUENCE app.orders_id_seq RESTART WITH 5000', 'changed app.orders_id_seq: is_called'),
  change('DELETE FROM app.orders WHERE id = 77', 'changed app.orders: rows'),
  change('DELETE FROM app.events WHERE id = 300', 'changed app.events_rest: rows'),
  change('INSERT INTO app.child VALUES (9)', 'changed app.child: rows'),
  change('TRUNCATE app.cache', 'changed app.cache: rows'),
  change(`DELETE FROM app."hostile ""name"" ; -- %s" WHERE "a\\b" = 1`, 'changed app.hostile "name" ; -- %s: rows'),
  change('SELECT lo_unlink(5002)', 'changed large objects: count'),
  change('SELECT lo_create(70007)', 'changed large objects: count'),
];

/** Changes that both levels see, each in its own way. */
export const bothChanges: readonly Change[] = [
  change(
    'DROP TABLE app.cache',
    'missing TABLE app.cache',
    'missing CONSTRAINT app.cache cache_pkey',
    'missing app.cache',
  ),
  change('DROP SEQUENCE app.counter', 'missing SEQUENCE app.counter', 'missing app.counter'),
];

/** No logical difference. */
export const harmlessChanges: readonly string[] = [
  'ALTER TABLE app.users ADD gap integer; ALTER TABLE app.users DROP gap',
  'UPDATE app.orders SET note = note WHERE id BETWEEN 10 AND 50',
  'VACUUM FULL app.orders',
  'REINDEX TABLE app.users',
];

function change(sql: string, ...findings: readonly string[]): Change {
  return { sql, findings };
}
