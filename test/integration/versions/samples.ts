/** Statements that make one thing each; every sample gets a schema of its own, which is its search path. */
export interface Sample {
  readonly name: string;
  readonly sql: string;
}

const routine = "CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'";
const subscribe = (name: string, options: string) =>
  `CREATE SUBSCRIPTION ${name} CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, ${options})`;
const view = (query: string) => `CREATE VIEW v AS SELECT ${query}`;

/** What 18 can hold: each major's own, and beside it what looks alike and every major can hold. */
export const samplesOf18: readonly Sample[] = [
  // 14
  { name: 'multirange', sql: 'CREATE TABLE t (r int4multirange, "int4multirange" integer)' },
  {
    name: 'multirange in a domain and a function',
    sql: 'CREATE DOMAIN d AS nummultirange; CREATE FUNCTION f(datemultirange) RETURNS integer LANGUAGE sql AS $$SELECT 1$$',
  },
  { name: 'range type', sql: 'CREATE TYPE r AS RANGE (subtype = integer)' },
  { name: 'compression', sql: 'CREATE TABLE t (a text COMPRESSION pglz)' },
  {
    name: 'standard body',
    sql: 'CREATE FUNCTION f() RETURNS integer LANGUAGE sql RETURN 1; CREATE FUNCTION g() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT 1; END',
  },
  {
    name: 'OUT argument',
    sql: "CREATE PROCEDURE p(OUT a integer) LANGUAGE plpgsql AS 'begin a := 1; end'; CREATE FUNCTION f(OUT a integer) LANGUAGE sql AS 'SELECT 1'",
  },
  {
    name: 'statistics',
    sql: 'CREATE TABLE t (a integer, b integer); CREATE STATISTICS s (mcv) ON (a + b), a FROM t; CREATE STATISTICS plain ON a, b FROM t',
  },
  {
    name: 'substring',
    sql: view("SUBSTRING('a'::text SIMILAR 'b' ESCAPE '#') AS a, substring('a'::text from 1) AS b"),
  },
  {
    name: 'join',
    sql: 'CREATE TABLE t (a integer); CREATE TABLE u (a integer); CREATE VIEW v AS SELECT x.a FROM t JOIN u USING (a) AS x; CREATE VIEW w AS SELECT * FROM t AS x JOIN u USING (a)',
  },
  {
    name: 'group by distinct',
    sql: `CREATE TABLE t (a integer, b integer); ${view('a, b FROM t GROUP BY DISTINCT ROLLUP (a, b), ROLLUP (a)')}`,
  },
  {
    name: 'search and cycle',
    sql: 'CREATE VIEW v AS WITH RECURSIVE x (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM x) SEARCH DEPTH FIRST BY a SET o SELECT a FROM x; CREATE VIEW w AS WITH RECURSIVE x (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM x) CYCLE a SET c USING p SELECT a FROM x',
  },
  {
    name: 'brin',
    sql: 'CREATE TABLE t (a integer); CREATE INDEX bloom ON t USING brin (a int4_bloom_ops); CREATE INDEX multi ON t USING brin (a int4_minmax_multi_ops); CREATE INDEX plain ON t USING brin (a)',
  },
  {
    name: 'spgist',
    sql: 'CREATE TABLE t (a point, b integer); CREATE INDEX wide ON t USING spgist (a) INCLUDE (b); CREATE INDEX plain ON t USING spgist (a)',
  },
  { name: 'subscription', sql: subscribe('usual', 'streaming = off') },
  { name: 'subscription binary', sql: subscribe('bin', 'streaming = off, binary = true') },
  { name: 'subscription of 18', sql: subscribe('parallel', 'streaming = parallel') },
  // 15
  {
    name: 'nulls not distinct',
    sql: 'CREATE TABLE t (a integer UNIQUE NULLS NOT DISTINCT, b integer UNIQUE); CREATE UNIQUE INDEX i ON t (b) NULLS NOT DISTINCT',
  },
  {
    name: 'security_invoker',
    sql: 'CREATE VIEW v WITH (security_invoker = true) AS SELECT 1 AS a; CREATE VIEW w WITH (security_barrier = true) AS SELECT 1 AS security_invoker',
  },
  {
    name: 'publications',
    sql: 'CREATE TABLE t (a integer PRIMARY KEY, b integer); CREATE TABLE u (a integer); CREATE PUBLICATION all_of FOR TABLES IN SCHEMA %s; CREATE PUBLICATION rows_of FOR TABLE t WHERE (a > 1); CREATE PUBLICATION columns_of FOR TABLE t (a); CREATE PUBLICATION plain FOR TABLE t, u',
  },
  {
    name: 'set null',
    sql: 'CREATE TABLE u (a integer, b integer, PRIMARY KEY (a, b)); CREATE TABLE t (a integer, b integer, FOREIGN KEY (a, b) REFERENCES u ON DELETE SET NULL (b)); CREATE TABLE w (a integer, b integer, FOREIGN KEY (a, b) REFERENCES u ON DELETE SET NULL)',
  },
  {
    name: 'scales',
    sql: 'CREATE TABLE t (a numeric(3, -2)); CREATE TABLE u (a numeric(2, 5)); CREATE TABLE plain (a numeric(5, 2))',
  },
  {
    name: 'unlogged sequences',
    sql: 'CREATE UNLOGGED SEQUENCE s; CREATE UNLOGGED TABLE t (a serial); CREATE UNLOGGED TABLE logged (b integer GENERATED ALWAYS AS IDENTITY); ALTER SEQUENCE logged_b_seq SET LOGGED; CREATE UNLOGGED TABLE plain (b integer GENERATED ALWAYS AS IDENTITY)',
  },
  {
    name: 'merge',
    sql: "CREATE TABLE t (a integer); CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC MERGE INTO t USING t u ON t.a = u.a WHEN MATCHED THEN DELETE; END; CREATE FUNCTION text() RETURNS void LANGUAGE sql AS 'MERGE INTO t USING t u ON t.a = u.a WHEN MATCHED THEN DELETE'",
  },
  { name: 'subscription two_phase', sql: subscribe('two', 'streaming = off, two_phase = true') },
  { name: 'subscription disable_on_error', sql: subscribe('err', 'streaming = off, disable_on_error = true') },
  // 16
  {
    name: 'collations',
    sql: "CREATE COLLATION ruled (provider = icu, locale = 'und', rules = '&a < g'); CREATE COLLATION plain (provider = icu, locale = 'sv-SE'); CREATE COLLATION c (locale = 'C')",
  },
  {
    name: 'is json',
    sql: `${view("'1'::text IS JSON AS a")}; CREATE VIEW w AS SELECT '1'::text IS NOT JSON AS a; CREATE VIEW plain AS SELECT ' IS JSON' AS " IS JSON "`,
  },
  {
    name: 'json constructors',
    sql: `${view("JSON_OBJECT('a' : 1) AS a")}; CREATE VIEW w AS SELECT JSON_ARRAYAGG(1) AS a; CREATE VIEW plain AS SELECT json_object('{a,1}'), JSON('1')`,
  },
  {
    name: 'system_user',
    sql: `${view('SYSTEM_USER AS a')}; CREATE VIEW plain AS SELECT SESSION_USER AS "SYSTEM_USER"`,
  },
  { name: 'xmlserialize', sql: view("XMLSERIALIZE(CONTENT '<a/>'::xml AS text) AS a") },
  { name: 'subscription origin', sql: subscribe('origin', 'streaming = off, origin = none') },
  { name: 'subscription run_as_owner', sql: subscribe('owner', 'streaming = off, run_as_owner = true') },
  { name: 'subscription password_required', sql: subscribe('pass', 'streaming = off, password_required = false') },
  // 17
  {
    name: 'maintain',
    sql: 'CREATE TABLE t (a integer); GRANT MAINTAIN ON t TO sample_role; CREATE TABLE u (a integer); GRANT ALL ON u TO sample_role; CREATE TABLE w (a integer); GRANT ALL ON w TO sample_role; REVOKE TRUNCATE ON w FROM sample_role; CREATE TABLE plain (a integer); GRANT SELECT, UPDATE ON plain TO sample_role; ALTER DEFAULT PRIVILEGES IN SCHEMA %s GRANT MAINTAIN ON TABLES TO sample_role',
  },
  { name: 'builtin', sql: "CREATE COLLATION c (provider = builtin, locale = 'C.UTF-8')" },
  {
    name: 'event triggers',
    sql: "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end'; CREATE EVENT TRIGGER on_login ON login EXECUTE FUNCTION f(); ALTER EVENT TRIGGER on_login DISABLE; CREATE EVENT TRIGGER login ON table_rewrite EXECUTE FUNCTION f()",
  },
  {
    name: 'exclusion',
    sql: 'CREATE TABLE t (a integer, b int4range, EXCLUDE USING gist (a WITH =, b WITH &&)) PARTITION BY LIST (a); CREATE TABLE plain (a integer, b int4range, EXCLUDE USING gist (a WITH =, b WITH &&))',
  },
  {
    name: 'access methods',
    sql: 'CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE t (a integer) PARTITION BY LIST (a) USING pile; CREATE TABLE plain (a integer) USING pile',
  },
  {
    name: 'at local',
    sql: `${view('now() AT LOCAL AS a')}; CREATE VIEW plain AS SELECT now() AT TIME ZONE 'UTC' AS a`,
  },
  {
    name: 'json queries',
    sql: `${view("* FROM JSON_TABLE('[1]'::jsonb, '$[*]' COLUMNS (a integer PATH '$'))")}; CREATE VIEW w AS SELECT JSON_VALUE('1'::jsonb, '$') AS a; CREATE VIEW x AS SELECT JSON_EXISTS('1'::jsonb, '$') AS a; CREATE VIEW y AS SELECT JSON_SCALAR(1) AS a; CREATE VIEW z AS SELECT JSON_SERIALIZE('1'::jsonb) AS a`,
  },
  { name: 'subscription failover', sql: subscribe('fail', 'streaming = off, failover = true') },
  {
    name: 'identity of a partitioned table',
    sql: 'CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY, b integer) PARTITION BY LIST (b); CREATE TABLE one PARTITION OF t FOR VALUES IN (1)',
  },
  // 18
  {
    name: 'generated columns',
    sql: 'CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL); CREATE TABLE plain (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED, c integer GENERATED ALWAYS AS IDENTITY)',
  },
  {
    name: 'not enforced',
    sql: 'CREATE TABLE u (a integer PRIMARY KEY); CREATE TABLE t (a integer, CHECK (a > 1) NOT ENFORCED); CREATE TABLE w (a integer REFERENCES u NOT ENFORCED)',
  },
  {
    name: 'temporal',
    sql: 'CREATE TABLE u (a integer, b int4range, PRIMARY KEY (a, b WITHOUT OVERLAPS)); CREATE TABLE t (a integer, b int4range, FOREIGN KEY (a, PERIOD b) REFERENCES u (a, PERIOD b)); CREATE TABLE plain (period integer, a integer PRIMARY KEY)',
  },
  {
    name: 'not null',
    sql: 'CREATE TABLE plain (a integer CONSTRAINT named NOT NULL, b integer NOT NULL, "NOT NULL a" integer); CREATE TABLE child (c integer CONSTRAINT other NOT NULL) INHERITS (plain); CREATE TABLE alone (a integer NOT NULL NO INHERIT)',
  },
  {
    name: 'not null of a child',
    sql: 'CREATE TABLE p (a integer); CREATE TABLE t () INHERITS (p); ALTER TABLE t ADD CONSTRAINT own NOT NULL a; CREATE TABLE u () INHERITS (p); ALTER TABLE u ALTER a SET NOT NULL',
  },
  {
    name: 'not null of a partition',
    sql: 'CREATE TABLE p (a integer, b integer) PARTITION BY LIST (b); CREATE TABLE t PARTITION OF p (a CONSTRAINT foo NOT NULL) FOR VALUES IN (1)',
  },
  {
    name: 'not null not valid',
    sql: 'CREATE TABLE t (a integer); ALTER TABLE t ADD CONSTRAINT later NOT NULL a NOT VALID',
  },
  {
    name: 'comments on constraints',
    sql: `CREATE TABLE t (a integer CONSTRAINT "a b" NOT NULL, b integer CONSTRAINT positive CHECK (b > 0), c integer CONSTRAINT one UNIQUE); COMMENT ON CONSTRAINT "a b" ON t IS 'x'; COMMENT ON CONSTRAINT positive ON t IS 'x'; COMMENT ON CONSTRAINT one ON t IS 'x'; ALTER TABLE t ADD CONSTRAINT late CHECK (a > 0) NOT VALID; COMMENT ON CONSTRAINT late ON t IS 'x'`,
  },
  {
    name: 'foreign keys not valid',
    sql: 'CREATE TABLE u (a integer PRIMARY KEY); CREATE TABLE t (a integer) PARTITION BY LIST (a); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID; CREATE TABLE plain (a integer); ALTER TABLE plain ADD FOREIGN KEY (a) REFERENCES u NOT VALID',
  },
  {
    name: 'publish_generated_columns',
    sql: 'CREATE TABLE t (a integer PRIMARY KEY); CREATE PUBLICATION generated FOR TABLE t WITH (publish_generated_columns = stored)',
  },
  { name: 'large objects', sql: 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO sample_role' },
  {
    name: 'returning',
    sql: 'CREATE TABLE t (a integer); CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN ATOMIC UPDATE t SET a = 1 RETURNING old.a; END; CREATE FUNCTION g() RETURNS integer LANGUAGE sql BEGIN ATOMIC UPDATE t SET a = 1 RETURNING a; END',
  },
  { name: 'unicode', sql: "CREATE COLLATION c (provider = builtin, locale = 'PG_UNICODE_FAST')" },
  // Functions and settings.
  {
    name: 'functions',
    sql: `CREATE TABLE of18 (a uuid DEFAULT uuidv7()); CREATE VIEW of17 AS SELECT to_bin(1) AS a; CREATE VIEW of16 AS SELECT any_value(1) AS a; CREATE VIEW of15 AS SELECT regexp_count('a', 'a') AS a; CREATE VIEW of14 AS SELECT bit_count('x'::bytea) AS a; CREATE FUNCTION any_value(integer) RETURNS uuid LANGUAGE sql AS 'SELECT uuidv7()'; CREATE VIEW plain AS SELECT %s.any_value(1) AS a, gen_random_uuid() AS "any_value("`,
  },
  {
    name: 'settings',
    sql: "CREATE FUNCTION f() RETURNS integer LANGUAGE sql SET transaction_timeout = 0 AS 'SELECT 1'; CREATE FUNCTION plain() RETURNS integer LANGUAGE sql SET work_mem = '1MB' SET search_path = public SET \"my.own\" = 'x' AS 'SELECT 1'",
  },
  {
    name: 'much that every major holds',
    sql: `${routine}; CREATE TABLE t (a integer PRIMARY KEY, b text STORAGE EXTERNAL); CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION act(); ALTER TABLE t ALTER a SET STATISTICS 10; CREATE VIEW v AS SELECT EXTRACT(year FROM now()) AS a, trim(both 'x' from 'a'::text) AS b, position('a' in 'b'::text) AS c; CREATE RULE r AS ON INSERT TO t DO ALSO UPDATE t SET b = new.b; COMMENT ON TABLE t IS 'NULLS NOT DISTINCT MERGE INTO'; CREATE TYPE mood AS ENUM ('NOT ENFORCED'); CREATE DOMAIN positive AS integer CONSTRAINT above CHECK (value > 0); COMMENT ON CONSTRAINT above ON DOMAIN positive IS 'x'`,
  },
];

/** What 13 can hold and newer majors cannot, and what looks alike. */
export const samplesOf13: readonly Sample[] = [
  {
    name: 'postfix operator',
    sql: "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1'; CREATE OPERATOR !!! (LEFTARG = integer, FUNCTION = f); CREATE OPERATOR !!= (RIGHTARG = integer, FUNCTION = f)",
  },
  {
    name: 'factorial',
    sql: 'CREATE VIEW v AS SELECT 5 ! AS a; CREATE VIEW w AS SELECT !! 5 AS a; CREATE VIEW plain AS SELECT 5 <> 4 AS a, factorial(5) AS b',
  },
  {
    name: 'array functions',
    sql: "CREATE AGGREGATE gathered (anyelement) (sfunc = array_append, stype = anyarray, initcond = '{}'); CREATE AGGREGATE plain (integer) (sfunc = int4pl, stype = integer)",
  },
  {
    name: 'argument names',
    sql: `CREATE FUNCTION f("json" text) RETURNS text LANGUAGE sql AS 'SELECT $1'; CREATE FUNCTION plain(json, a jsonb) RETURNS json LANGUAGE sql AS 'SELECT $1'; CREATE TABLE t ("json" json)`,
  },
  {
    name: 'settings',
    sql: "CREATE FUNCTION f() RETURNS integer LANGUAGE sql SET operator_precedence_warning = on AS 'SELECT 1'; CREATE FUNCTION g() RETURNS integer LANGUAGE sql SET force_parallel_mode = on AS 'SELECT 1'",
  },
  { name: 'extensions', sql: 'CREATE EXTENSION adminpack SCHEMA pg_catalog' },
];
