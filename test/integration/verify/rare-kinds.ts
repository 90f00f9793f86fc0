import { rolesOf } from './kitchen-sink.ts';

/** Belongs to the server, so its name begins with `prefix` too. */
export const tablespaceOf = (prefix: string): string => `${prefix}_space`;

/** What is seldom met, and yet in dumps. Made by a superuser in a database that has the other kinds. */
export function rareKinds(prefix: string): string {
  const [owner, reader] = rolesOf(prefix);
  return `
SET search_path = app;
CREATE TYPE num;
CREATE FUNCTION num_in(cstring) RETURNS num LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION num_out(num) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE num (INPUT = num_in, OUTPUT = num_out, LIKE = text, CATEGORY = 'S', DELIMITER = ';', STORAGE = main);
CREATE OPERATOR ~~~ (FUNCTION = same, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(app.~~~), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE TRANSFORM FOR date LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
CREATE FUNCTION pl_call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION pl_check(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE pl HANDLER pl_call VALIDATOR pl_check;
CREATE DOMAIN small AS integer CONSTRAINT least CHECK (VALUE > -5);
ALTER DOMAIN small ADD CONSTRAINT most CHECK (VALUE < 100) NOT VALID;
CREATE CAST (address AS bigint) WITH INOUT AS ASSIGNMENT;
CREATE OPERATOR CLASS by_text FOR TYPE text USING hash AS OPERATOR 1 =, FUNCTION 1 hashtext(text);
CREATE FUNCTION added(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT a + b; END;
CREATE FUNCTION helped(integer) RETURNS SETOF integer LANGUAGE sql SUPPORT generate_series_int4_support SET search_path = app SET work_mem = '2MB' AS 'SELECT $1';
CREATE PROCEDURE work(INOUT n integer) LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE AGGREGATE mean(float8) (SFUNC = float8_accum, STYPE = float8[], FINALFUNC = float8_avg, COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}', PARALLEL = SAFE);

CREATE ACCESS METHOD piles TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE placed (id integer, v text, CONSTRAINT placed_id UNIQUE (id) INCLUDE (v) DEFERRABLE) TABLESPACE ${tablespaceOf(prefix)};
CREATE INDEX placed_v ON placed (v COLLATE "C" text_pattern_ops) TABLESPACE ${tablespaceOf(prefix)};
CREATE TABLE heaped (id integer NOT NULL, n integer DEFAULT 1) USING piles;
CREATE UNIQUE INDEX heaped_id ON heaped (id);
ALTER TABLE heaped REPLICA IDENTITY USING INDEX heaped_id;
CREATE RULE quiet AS ON INSERT TO heaped DO ALSO NOTIFY quiet;
CREATE TABLE two_parents (own integer) INHERITS (parent, heaped);
CREATE TABLE pointing (id integer CONSTRAINT pointing_to REFERENCES heaped (id), v text, w text);
CREATE TRIGGER each AFTER INSERT ON readings FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER plainly BEFORE UPDATE ON pointing FOR EACH ROW EXECUTE FUNCTION note('a', 'b');
CREATE POLICY all_of_them ON heaped FOR DELETE TO ${reader} USING (true);
CREATE TABLE hashed (id integer) PARTITION BY HASH (id);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE SCHEMA lending;
GRANT USAGE ON SCHEMA lending TO ${reader};
CREATE TABLE lending.lent (id integer);
GRANT SELECT ON lending.lent TO ${reader} WITH GRANT OPTION;
SET ROLE ${reader};
GRANT SELECT ON lending.lent TO PUBLIC;
RESET ROLE;
CREATE MATERIALIZED VIEW listed_once AS SELECT id, code FROM goods;
CREATE STATISTICS kinds_of (ndistinct) ON v, w FROM pointing;
CREATE EVENT TRIGGER tagged ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION start();
CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert');
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA app WITH (publish = 'insert');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'someone');
CREATE FOREIGN TABLE remote_part (at int, v int CONSTRAINT positive CHECK (v > 0)) SERVER far;
ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
COMMENT ON INDEX placed_v IS 'one';
COMMENT ON TRIGGER each ON readings IS 'one';
COMMENT ON TYPE address IS 'one';
COMMENT ON COLUMN address.zip IS 'one';
RESET search_path;
`;
}
