import type { Change } from './changes.ts';
import { rolesOf } from './kitchen-sink.ts';
import { tablespaceOf } from './rare-kinds.ts';

const definition = (object: string, ...sql: readonly string[]): readonly Change[] =>
  sql.map(one => ({ sql: one, findings: [`changed ${object}: definition`] }));
const other = (property: string, object: string, sql: string): Change => ({
  sql,
  findings: [`changed ${object}: ${property}`],
});
const missing = (object: string, sql: string): Change => ({ sql, findings: [`missing ${object}`] });
const extra = (object: string, sql: string): Change => ({ sql, findings: [`extra ${object}`] });

/** Changes of what is seldom met. */
export function rareChanges(prefix: string): readonly Change[] {
  return [
    ...placeChanges(prefix),
    ...typeChanges(prefix),
    ...routineChanges(prefix),
    ...tableChanges(prefix),
    ...otherChanges(prefix),
    ...grantChanges(prefix),
  ];
}

function placeChanges(prefix: string): readonly Change[] {
  const space = tablespaceOf(prefix);
  return [
    other('tablespace', 'TABLE app.parts', `ALTER TABLE app.parts SET TABLESPACE ${space}`),
    other('tablespace', 'TABLE app.placed', 'ALTER TABLE app.placed SET TABLESPACE pg_default'),
    other('tablespace', 'TABLE app.readings', `ALTER TABLE app.readings SET TABLESPACE ${space}`),
    other('tablespace', 'INDEX app.goods_text', `ALTER INDEX app.goods_text SET TABLESPACE ${space}`),
    other('tablespace', 'CONSTRAINT app.goods goods_key', `ALTER INDEX app.goods_key SET TABLESPACE ${space}`),
    other('tablespace', 'MATERIALIZED VIEW app.summed', `ALTER MATERIALIZED VIEW app.summed SET TABLESPACE ${space}`),
    other('access method', 'TABLE app.parts', 'ALTER TABLE app.parts SET ACCESS METHOD piles'),
    other('access method', 'TABLE app.heaped', 'ALTER TABLE app.heaped SET ACCESS METHOD heap'),
    other(
      'access method',
      'MATERIALIZED VIEW app.summed',
      'ALTER MATERIALIZED VIEW app.summed SET ACCESS METHOD piles',
    ),
  ];
}

function typeChanges(prefix: string): readonly Change[] {
  const [, reader] = rolesOf(prefix);
  return [
    ...definition(
      'TYPE app.span',
      'DROP TYPE app.span; CREATE TYPE app.span AS RANGE (subtype = float8, subtype_diff = float8mi, multirange_type_name = app.spans)',
      'DROP TYPE app.span; CREATE TYPE app.span AS RANGE (subtype = float8)',
    ),
    ...definition('TYPE app.num', 'ALTER TYPE app.num SET (STORAGE = extended)'),
    ...definition(
      'TYPE app.mood',
      "ALTER TYPE app.mood RENAME VALUE 'sad' TO 'glum'",
      "ALTER TYPE app.mood ADD VALUE 'so so' BEFORE 'ok'",
    ),
    ...definition('TYPE app.pair', 'ALTER TYPE app.pair RENAME ATTRIBUTE b TO c'),
    other('owner', 'TYPE app.mood', `ALTER TYPE app.mood OWNER TO ${reader}`),
    {
      sql: 'ALTER DOMAIN app.small VALIDATE CONSTRAINT most',
      findings: ['missing CHECK CONSTRAINT app.small most', 'changed DOMAIN app.small: definition'],
    },
    ...definition(
      'DOMAIN app.small',
      'ALTER DOMAIN app.small RENAME CONSTRAINT least TO at_least',
      'ALTER DOMAIN app.small DROP CONSTRAINT least; ALTER DOMAIN app.small ADD CONSTRAINT least CHECK (VALUE > -6)',
    ),
    ...definition(
      'DOMAIN app.email',
      `DROP DOMAIN app.email; CREATE DOMAIN app.email AS text COLLATE "POSIX" DEFAULT 'none' NOT NULL CHECK (VALUE <> '')`,
    ),
    other('owner', 'DOMAIN app.posint', `ALTER DOMAIN app.posint OWNER TO ${reader}`),
    ...definition(
      'OPERATOR app.~~~',
      'ALTER OPERATOR app.~~~ (integer, integer) SET (RESTRICT = neqsel)',
      'ALTER OPERATOR app.~~~ (integer, integer) SET (JOIN = NONE)',
    ),
    other('owner', 'OPERATOR app.===', `ALTER OPERATOR app.=== (text, text) OWNER TO ${reader}`),
    ...definition(
      'OPERATOR FAMILY app.numbers',
      'ALTER OPERATOR FAMILY app.numbers USING btree ADD OPERATOR 1 < (int4, int8), FUNCTION 1 btint48cmp(int4, int8)',
    ),
    other('owner', 'OPERATOR FAMILY app.numbers', `ALTER OPERATOR FAMILY app.numbers USING btree OWNER TO ${reader}`),
    ...definition(
      'OPERATOR FAMILY app.by_text',
      'DROP OPERATOR FAMILY app.by_text USING hash; CREATE OPERATOR CLASS app.by_text FOR TYPE text USING hash AS OPERATOR 1 =, FUNCTION 1 hashtext(text), FUNCTION 2 hashtextextended(text, int8)',
    ),
    ...definition(
      'CAST CAST (app.pair AS text)',
      'DROP CAST (app.pair AS text); CREATE CAST (app.pair AS text) WITH FUNCTION app.pair_text(app.pair) AS ASSIGNMENT',
    ),
    ...definition(
      'CAST CAST (app.address AS bigint)',
      'DROP CAST (app.address AS bigint); CREATE CAST (app.address AS bigint) WITH INOUT',
    ),
    { ...missing('TRANSFORM TRANSFORM FOR date LANGUAGE sql', 'DROP TRANSFORM FOR date LANGUAGE sql'), apart: true },
    ...definition(
      'TRANSFORM TRANSFORM FOR date LANGUAGE sql',
      'CREATE OR REPLACE TRANSFORM FOR date LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION date_recv(internal))',
    ),
    {
      sql: 'DROP COLLATION app.de; CREATE COLLATION app.de FROM "POSIX"',
      findings: ['changed COLLATION app.de: definition', 'changed COLLATION app.de: owner'],
    },
    other('owner', 'COLLATION app.de', `ALTER COLLATION app.de OWNER TO ${reader}`),
    ...definition(
      'CONVERSION app.latin',
      "DROP CONVERSION app.latin; CREATE DEFAULT CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    ),
    ...definition(
      'TEXT SEARCH CONFIGURATION app.plain',
      'ALTER TEXT SEARCH CONFIGURATION app.plain ALTER MAPPING FOR asciiword WITH simple',
      'ALTER TEXT SEARCH CONFIGURATION app.plain ALTER MAPPING FOR asciiword WITH app.short, simple',
    ),
    other(
      'owner',
      'TEXT SEARCH CONFIGURATION app.plain',
      `ALTER TEXT SEARCH CONFIGURATION app.plain OWNER TO ${reader}`,
    ),
    ...definition(
      'TEXT SEARCH PARSER app.words',
      'DROP TEXT SEARCH PARSER app.words; CREATE TEXT SEARCH PARSER app.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline)',
    ),
    ...definition(
      'TEXT SEARCH TEMPLATE app.bare',
      'DROP TEXT SEARCH TEMPLATE app.bare; CREATE TEXT SEARCH TEMPLATE app.bare (LEXIZE = dsimple_lexize)',
    ),
  ];
}

function routineChanges(prefix: string): readonly Change[] {
  const [, reader] = rolesOf(prefix);
  return [
    ...definition(
      'FUNCTION app.helped(integer)',
      'ALTER FUNCTION app.helped(integer) SUPPORT generate_series_int8_support',
      'ALTER FUNCTION app.helped(integer) RESET search_path',
      'ALTER FUNCTION app.helped(integer) PARALLEL RESTRICTED',
      'ALTER FUNCTION app.helped(integer) DEPENDS ON EXTENSION hstore',
    ),
    ...definition(
      'FUNCTION app.added(integer, integer)',
      'CREATE OR REPLACE FUNCTION app.added(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT a - b; END',
      "CREATE OR REPLACE FUNCTION app.added(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + b'",
      'DROP FUNCTION app.added; CREATE FUNCTION app.added(a integer, c integer) RETURNS integer LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT a + c; END',
    ),
    ...definition(
      'FUNCTION app.two()',
      "CREATE OR REPLACE FUNCTION app.two(OUT a int, OUT b text) LANGUAGE sql TRANSFORM FOR TYPE date AS $$ SELECT 1, 'x' $$",
      "CREATE OR REPLACE FUNCTION app.two(OUT a int, OUT b text) LANGUAGE sql AS $$ SELECT 1,  'x' $$",
    ),
    ...definition(
      'PROCEDURE app.work(integer)',
      'ALTER PROCEDURE app.work SECURITY DEFINER',
      "CREATE OR REPLACE PROCEDURE app.work(INOUT n integer) LANGUAGE pl AS 'BEGIN NULL; END'",
    ),
    ...definition(
      'AGGREGATE app.mean(double precision)',
      "CREATE OR REPLACE AGGREGATE app.mean(float8) (SFUNC = float8_accum, STYPE = float8[], FINALFUNC = float8_avg, INITCOND = '{0,0,0}', PARALLEL = SAFE)",
      "CREATE OR REPLACE AGGREGATE app.mean(float8) (SFUNC = float8_accum, STYPE = float8[], FINALFUNC = float8_avg, COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}')",
      "CREATE OR REPLACE AGGREGATE app.mean(float8) (SFUNC = float8_accum, STYPE = float8[], FINALFUNC = float8_avg, FINALFUNC_MODIFY = READ_WRITE, COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}', PARALLEL = SAFE)",
      "CREATE OR REPLACE AGGREGATE app.mean(float8) (SFUNC = float8_accum, STYPE = float8[], SSPACE = 100, FINALFUNC = float8_avg, COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}', PARALLEL = SAFE)",
    ),
    other('owner', 'AGGREGATE app.mean(double precision)', `ALTER AGGREGATE app.mean(float8) OWNER TO ${reader}`),
    { ...missing('PROCEDURAL LANGUAGE pl', 'DROP LANGUAGE pl'), apart: true },
    ...definition(
      'PROCEDURAL LANGUAGE pl',
      'CREATE OR REPLACE LANGUAGE pl HANDLER app.pl_call VALIDATOR app.pl_check',
      'CREATE OR REPLACE TRUSTED LANGUAGE pl HANDLER app.pl_call',
    ),
  ];
}

function tableChanges(prefix: string): readonly Change[] {
  const [owner, reader] = rolesOf(prefix);
  return [
    {
      sql: 'ALTER SEQUENCE app.orders_id_seq OWNED BY NONE',
      findings: [
        'missing SEQUENCE OWNED BY app.orders_id_seq',
        'missing DEFAULT app.orders id',
        'changed TABLE app.orders: definition',
      ],
    },
    missing('DEFAULT app.orders id', 'ALTER TABLE app.orders ALTER id DROP DEFAULT'),
    ...definition(
      'SEQUENCE app.ticket',
      'ALTER SEQUENCE app.ticket MINVALUE -6',
      'ALTER SEQUENCE app.ticket SET UNLOGGED',
    ),
    other('owner', 'SEQUENCE app.ticket', `ALTER SEQUENCE app.ticket OWNER TO ${reader}`),
    ...definition(
      'TABLE ATTACH app.events_2024',
      "ALTER TABLE app.events DETACH PARTITION app.events_2024; ALTER TABLE app.events ATTACH PARTITION app.events_2024 FOR VALUES FROM ('2023-12-01+00') TO ('2025-01-01+00')",
    ),
    {
      sql: 'ALTER TABLE app.hashed DETACH PARTITION app.hashed_1; ALTER TABLE app.hashed ATTACH PARTITION app.hashed_1 FOR VALUES WITH (MODULUS 4, REMAINDER 1)',
      findings: ['changed TABLE ATTACH app.hashed_1: definition'],
    },
    ...definition(
      'TABLE app.two_parents',
      'ALTER TABLE app.two_parents NO INHERIT app.parent; ALTER TABLE app.two_parents INHERIT app.parent',
    ),
    ...definition('DEFAULT app.two_parents n', 'ALTER TABLE app.two_parents ALTER n SET DEFAULT 2'),
    ...definition('INDEX app.heaped_id', 'ALTER TABLE app.heaped REPLICA IDENTITY DEFAULT'),
    {
      sql: 'ALTER TABLE app.heaped REPLICA IDENTITY NOTHING',
      findings: ['changed INDEX app.heaped_id: definition', 'changed TABLE app.heaped: definition'],
    },
    ...definition(
      'INDEX app.goods_once',
      'ALTER TABLE app.goods CLUSTER ON goods_once',
      'ALTER INDEX app.goods_once SET (deduplicate_items = off)',
    ),
    ...definition('INDEX app.goods_text', 'ALTER INDEX app.goods_text SET (fastupdate = off)'),
    ...definition('INDEX app.goods_part', 'ALTER INDEX app.goods_part ALTER COLUMN 2 SET STATISTICS 77'),
    ...definition(
      'INDEX app.placed_v',
      `DROP INDEX app.placed_v; CREATE INDEX placed_v ON app.placed (v text_pattern_ops) TABLESPACE ${tablespaceOf(prefix)}; COMMENT ON INDEX app.placed_v IS 'one'`,
      `DROP INDEX app.placed_v; CREATE INDEX placed_v ON app.placed (v COLLATE "C") TABLESPACE ${tablespaceOf(prefix)}; COMMENT ON INDEX app.placed_v IS 'one'`,
      `DROP INDEX app.placed_v; CREATE INDEX placed_v ON app.placed USING hash (v COLLATE "C" text_pattern_ops) TABLESPACE ${tablespaceOf(prefix)}; COMMENT ON INDEX app.placed_v IS 'one'`,
    ),
    ...definition(
      'CONSTRAINT app.placed placed_id',
      `ALTER TABLE app.placed DROP CONSTRAINT placed_id, ADD CONSTRAINT placed_id UNIQUE (id) INCLUDE (v) USING INDEX TABLESPACE pg_default`,
      `ALTER TABLE app.placed DROP CONSTRAINT placed_id, ADD CONSTRAINT placed_id UNIQUE (id) USING INDEX TABLESPACE pg_default DEFERRABLE`,
      `ALTER TABLE app.placed DROP CONSTRAINT placed_id, ADD CONSTRAINT placed_id UNIQUE NULLS NOT DISTINCT (id) INCLUDE (v) USING INDEX TABLESPACE pg_default DEFERRABLE`,
      `ALTER TABLE app.placed DROP CONSTRAINT placed_id, ADD CONSTRAINT placed_id UNIQUE (id) INCLUDE (v) USING INDEX TABLESPACE pg_default DEFERRABLE INITIALLY DEFERRED`,
    ),
    ...definition(
      'CONSTRAINT app.goods goods_apart',
      "ALTER TABLE app.goods DROP CONSTRAINT goods_apart, ADD CONSTRAINT goods_apart EXCLUDE USING gist (during WITH &&) WHERE (price > 0); COMMENT ON CONSTRAINT goods_apart ON app.goods IS 'apart'",
      "ALTER TABLE app.goods DROP CONSTRAINT goods_apart, ADD CONSTRAINT goods_apart EXCLUDE USING gist (during WITH &&) WHERE (price > 1) DEFERRABLE INITIALLY DEFERRED; COMMENT ON CONSTRAINT goods_apart ON app.goods IS 'apart'",
    ),
    ...definition(
      'FK CONSTRAINT app.pointing pointing_to',
      'ALTER TABLE app.pointing DROP CONSTRAINT pointing_to, ADD CONSTRAINT pointing_to FOREIGN KEY (id) REFERENCES app.heaped (id) ON DELETE SET NULL (id)',
      'ALTER TABLE app.pointing ALTER CONSTRAINT pointing_to DEFERRABLE INITIALLY DEFERRED',
    ),
    other('triggers', 'FK CONSTRAINT app.pointing pointing_to', 'ALTER TABLE app.heaped DISABLE TRIGGER ALL'),
    {
      sql: 'ALTER TABLE app.placed DISABLE TRIGGER ALL',
      findings: ['changed CONSTRAINT app.placed placed_id: triggers'],
    },
    ...definition(
      'RULE app.heaped quiet',
      'ALTER TABLE app.heaped DISABLE RULE quiet',
      'ALTER TABLE app.heaped ENABLE ALWAYS RULE quiet',
      'CREATE OR REPLACE RULE quiet AS ON INSERT TO app.heaped DO ALSO NOTIFY loud',
    ),
    ...definition(
      'POLICY app.heaped all_of_them',
      `DROP POLICY all_of_them ON app.heaped; CREATE POLICY all_of_them ON app.heaped AS RESTRICTIVE FOR DELETE TO ${reader} USING (true)`,
      `DROP POLICY all_of_them ON app.heaped; CREATE POLICY all_of_them ON app.heaped FOR SELECT TO ${reader} USING (true)`,
      'ALTER POLICY all_of_them ON app.heaped TO PUBLIC',
    ),
    ...definition(
      'TRIGGER app.pointing plainly',
      'ALTER TABLE app.pointing ENABLE ALWAYS TRIGGER plainly',
      'ALTER TABLE app.pointing ENABLE REPLICA TRIGGER plainly',
      "CREATE OR REPLACE TRIGGER plainly BEFORE UPDATE ON app.pointing FOR EACH ROW EXECUTE FUNCTION app.note('a', 'c')",
      "CREATE OR REPLACE TRIGGER plainly BEFORE UPDATE OF v ON app.pointing FOR EACH ROW EXECUTE FUNCTION app.note('a', 'b')",
      "CREATE OR REPLACE TRIGGER plainly AFTER UPDATE ON app.pointing FOR EACH ROW EXECUTE FUNCTION app.note('a', 'b')",
    ),
    ...definition(
      'TRIGGER app.parts whole',
      'ALTER TABLE app.parts ENABLE TRIGGER whole',
      'DROP TRIGGER whole ON app.parts; CREATE TRIGGER whole AFTER DELETE ON app.parts REFERENCING OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION app.note(); ALTER TABLE app.parts ENABLE ALWAYS TRIGGER whole',
    ),
    extra('TRIGGER app.readings_a each', 'ALTER TABLE app.readings_a DISABLE TRIGGER each'),
    ...definition(
      'TABLE app.pointing',
      'ALTER TABLE app.pointing ALTER v SET STORAGE MAIN',
      'ALTER TABLE app.pointing ALTER v TYPE text COLLATE "C"',
      'ALTER TABLE app.pointing ALTER v SET (n_distinct_inherited = 5)',
      'ALTER TABLE app.pointing SET (parallel_workers = 2)',
      'ALTER TABLE app.pointing SET UNLOGGED',
    ),
    ...definition(
      'SEQUENCE app.users_id_seq',
      'ALTER TABLE app.users ALTER id SET CACHE 5',
      'ALTER TABLE app.users ALTER id SET CYCLE',
      'ALTER TABLE app.users ALTER id SET MAXVALUE 10000',
    ),
    ...definition('VIEW app.listed', 'ALTER VIEW app.listed RENAME COLUMN code TO letters'),
    ...definition(
      'MATERIALIZED VIEW app.listed_once',
      'ALTER MATERIALIZED VIEW app.listed_once ALTER code SET STATISTICS 7',
      'DROP MATERIALIZED VIEW app.listed_once; CREATE MATERIALIZED VIEW app.listed_once AS SELECT id, code FROM app.goods WHERE id > 0',
    ),
    other('owner', 'MATERIALIZED VIEW app.listed_once', `ALTER MATERIALIZED VIEW app.listed_once OWNER TO ${owner}`),
    ...definition(
      'STATISTICS app.kinds_of',
      'DROP STATISTICS app.kinds_of; CREATE STATISTICS app.kinds_of (dependencies) ON v, w FROM app.pointing',
      'DROP STATISTICS app.kinds_of; CREATE STATISTICS app.kinds_of (ndistinct) ON v, id FROM app.pointing',
    ),
    other('owner', 'STATISTICS app.kinds_of', `ALTER STATISTICS app.kinds_of OWNER TO ${owner}`),
  ];
}

function otherChanges(prefix: string): readonly Change[] {
  const [, reader] = rolesOf(prefix);
  return [
    ...definition(
      'EVENT TRIGGER tagged',
      'ALTER EVENT TRIGGER tagged ENABLE ALWAYS',
      "DROP EVENT TRIGGER tagged; CREATE EVENT TRIGGER tagged ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION app.start()",
      "DROP EVENT TRIGGER tagged; CREATE EVENT TRIGGER tagged ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION app.start()",
    ),
    ...definition(
      'PUBLICATION everything',
      "DROP PUBLICATION everything; CREATE PUBLICATION everything WITH (publish = 'insert')",
    ),
    missing('PUBLICATION TABLES IN SCHEMA app.of_schema app', 'ALTER PUBLICATION of_schema DROP TABLES IN SCHEMA app'),
    extra('PUBLICATION TABLE app.pub parts', 'ALTER PUBLICATION pub ADD TABLE app.parts'),
    other(
      'owner',
      'PUBLICATION pub',
      `ALTER ROLE ${reader} SUPERUSER; ALTER PUBLICATION pub OWNER TO ${reader}; ALTER ROLE ${reader} NOSUPERUSER`,
    ),
    ...definition(
      'SUBSCRIPTION sub',
      "ALTER SUBSCRIPTION sub CONNECTION 'host=elsewhere.invalid'",
      'ALTER SUBSCRIPTION sub SET (streaming = true)',
      "ALTER SUBSCRIPTION sub SET (slot_name = 'other')",
      "ALTER SUBSCRIPTION sub SET (synchronous_commit = 'on')",
      'ALTER SUBSCRIPTION sub SET (disable_on_error = true)',
      'ALTER SUBSCRIPTION sub SET PUBLICATION q WITH (refresh = false)',
    ),
    ...definition(
      'FOREIGN DATA WRAPPER distant',
      "ALTER FOREIGN DATA WRAPPER distant OPTIONS (ADD more 'x')",
      'ALTER FOREIGN DATA WRAPPER distant VALIDATOR postgresql_fdw_validator',
    ),
    ...definition('SERVER srv', "ALTER SERVER srv OPTIONS (SET host 'nowhere')"),
    ...definition('SERVER far', "ALTER SERVER far OPTIONS (ADD port '1')"),
    other(
      'owner',
      'SERVER far',
      `GRANT USAGE ON FOREIGN DATA WRAPPER distant TO ${reader}; ALTER SERVER far OWNER TO ${reader}; REVOKE USAGE ON FOREIGN DATA WRAPPER distant FROM ${reader}`,
    ),
    missing('USER MAPPING USER MAPPING public SERVER far', 'DROP USER MAPPING FOR PUBLIC SERVER far'),
    ...definition(
      'FOREIGN TABLE app.remote',
      'ALTER FOREIGN TABLE app.remote ALTER id DROP NOT NULL',
      "ALTER FOREIGN TABLE app.remote ALTER v SET DEFAULT 'x'",
    ),
    ...definition(
      'FOREIGN TABLE app.remote_part',
      'ALTER FOREIGN TABLE app.remote_part DROP CONSTRAINT positive',
      'DROP FOREIGN TABLE app.remote_part; CREATE FOREIGN TABLE app.remote_part (at int, v int CONSTRAINT positive CHECK (v > 0)) SERVER srv',
    ),
    ...definition('EXTENSION pg_trgm', 'ALTER EXTENSION pg_trgm SET SCHEMA public'),
    { ...extra('FUNCTION app.show_limit()', 'ALTER EXTENSION pg_trgm DROP FUNCTION app.show_limit()'), apart: true },
    missing('FUNCTION app.touch()', 'ALTER EXTENSION hstore ADD FUNCTION app.touch()'),
    ...definition('COMMENT app.INDEX placed_v', "COMMENT ON INDEX app.placed_v IS 'two'"),
    ...definition('COMMENT app.TRIGGER each ON readings', "COMMENT ON TRIGGER each ON app.readings IS 'two'"),
    ...definition('COMMENT app.TYPE address', "COMMENT ON TYPE app.address IS 'two'"),
    missing('COMMENT app.COLUMN address.zip', 'COMMENT ON COLUMN app.address.zip IS NULL'),
    ...definition(
      'COMMENT app.CONSTRAINT goods_apart ON goods',
      "COMMENT ON CONSTRAINT goods_apart ON app.goods IS 'two'",
    ),
    extra('COMMENT SUBSCRIPTION sub', "COMMENT ON SUBSCRIPTION sub IS 'two'"),
    other('comment', 'LARGE OBJECT 5001', "COMMENT ON LARGE OBJECT 5001 IS 'other'"),
    other('owner', 'LARGE OBJECT 5002', `ALTER LARGE OBJECT 5002 OWNER TO ${reader}`),
    other('grants', 'LARGE OBJECT 5001', `REVOKE SELECT ON LARGE OBJECT 5001 FROM ${reader}`),
    other('grants', 'LARGE OBJECT 5002', `GRANT UPDATE ON LARGE OBJECT 5002 TO ${reader} WITH GRANT OPTION`),
  ];
}

function grantChanges(prefix: string): readonly Change[] {
  const [owner, reader] = rolesOf(prefix);
  return [
    ...definition(
      'ACL lending.TABLE lent',
      `REVOKE GRANT OPTION FOR SELECT ON lending.lent FROM ${reader} CASCADE`,
      `SET ROLE ${reader}; REVOKE SELECT ON lending.lent FROM PUBLIC; RESET ROLE; GRANT SELECT ON lending.lent TO PUBLIC`,
      `GRANT TRUNCATE ON lending.lent TO ${reader}`,
    ),
    extra('ACL app.TABLE parent', `REVOKE DELETE ON app.parent FROM ${owner}`),
    ...definition('ACL app.COLUMN users.name', `GRANT REFERENCES (name) ON app.users TO ${reader}`),
    extra('ACL app.COLUMN users.email', `GRANT SELECT (email) ON app.users TO ${reader}`),
    extra('ACL app.TABLE listed', `GRANT SELECT ON app.listed TO ${reader}`),
    extra('ACL app.TYPE posint', 'REVOKE USAGE ON DOMAIN app.posint FROM PUBLIC'),
    extra('ACL LANGUAGE pl', 'REVOKE USAGE ON LANGUAGE pl FROM PUBLIC'),
    extra('ACL FOREIGN DATA WRAPPER distant', `GRANT USAGE ON FOREIGN DATA WRAPPER distant TO ${reader}`),
    extra('ACL app.PROCEDURE p()', 'REVOKE EXECUTE ON PROCEDURE app.p() FROM PUBLIC'),
    extra('ACL app.FUNCTION mysum(integer)', 'REVOKE EXECUTE ON FUNCTION app.mysum(integer) FROM PUBLIC'),
    extra(
      'ACL pg_catalog.FUNCTION pg_sleep(double precision)',
      'REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC',
    ),
    extra(
      'ACL app.FUNCTION similarity(text, text)',
      'REVOKE EXECUTE ON FUNCTION app.similarity(text, text) FROM PUBLIC',
    ),
    extra('ACL pg_catalog.TABLE pg_authid', `GRANT SELECT ON pg_catalog.pg_authid TO ${reader}`),
    extra('DEFAULT ACL DEFAULT PRIVILEGES FOR TABLES', `ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${reader}`),
    extra(
      'DEFAULT ACL app.DEFAULT PRIVILEGES FOR SEQUENCES',
      `ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SEQUENCES TO ${reader}`,
    ),
    missing(
      'DEFAULT ACL DEFAULT PRIVILEGES FOR FUNCTIONS',
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT EXECUTE ON FUNCTIONS TO PUBLIC`,
    ),
    ...definition(
      'DEFAULT ACL app.DEFAULT PRIVILEGES FOR TABLES',
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA app GRANT SELECT ON TABLES TO ${reader} WITH GRANT OPTION`,
    ),
  ];
}
