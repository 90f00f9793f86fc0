import { rolesOf } from './kitchen-sink.ts';

/** Belongs to the cluster as well, so a template does not bring it along. */
export const newestSubscription =
  "CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere.invalid' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false, streaming = off)";

/** What 16, 17 and 18 have brought, made by a superuser in an empty database. */
export function newestKinds(prefix: string): string {
  const [owner, reader] = rolesOf(prefix);
  return `
CREATE ROLE ${owner};
CREATE ROLE ${reader};
CREATE SCHEMA app;
CREATE EXTENSION btree_gist WITH SCHEMA app;
SET search_path = app, public;
CREATE TABLE plain (
  a integer CONSTRAINT a_given NOT NULL,
  b integer CONSTRAINT b_given NOT NULL NO INHERIT,
  c integer,
  thrice integer GENERATED ALWAYS AS (a * 3) STORED,
  CONSTRAINT a_large CHECK (a > 1) NOT ENFORCED
);
ALTER TABLE plain ADD CONSTRAINT c_given NOT NULL c NOT VALID;
COMMENT ON CONSTRAINT a_given ON plain IS 'one';
CREATE TABLE counted (a integer, twice integer GENERATED ALWAYS AS (a * 2) VIRTUAL);
INSERT INTO plain (a, b, c) SELECT n, n, n FROM generate_series(1, 20) n;
CREATE TABLE rooms (id integer, during int4range, CONSTRAINT rooms_key PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE bookings (
  room integer, during int4range, spare integer,
  CONSTRAINT of_room FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during)
);
INSERT INTO rooms VALUES (1, '[1,5)'), (1, '[5,9)');
INSERT INTO bookings VALUES (1, '[2,7)', 1);
CREATE TABLE keys (id integer CONSTRAINT keys_key PRIMARY KEY);
CREATE TABLE refers (id integer CONSTRAINT to_keys REFERENCES keys NOT ENFORCED);
CREATE TABLE slices (id integer, at integer) PARTITION BY LIST (at);
CREATE TABLE slices_1 PARTITION OF slices (id CONSTRAINT given NOT NULL) FOR VALUES IN (1);
ALTER TABLE slices ADD CONSTRAINT slices_to FOREIGN KEY (id) REFERENCES keys NOT VALID;
CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE piled (a integer GENERATED ALWAYS AS IDENTITY, b integer) PARTITION BY LIST (b) USING pile;
CREATE TABLE piled_1 PARTITION OF piled FOR VALUES IN (1);
CREATE UNLOGGED TABLE loose (a integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE loose_a_seq SET LOGGED;
CREATE COLLATION built (provider = builtin, locale = 'C.UTF-8');
CREATE VIEW queried AS SELECT JSON_VALUE('{"a": 1}'::jsonb, '$.a') AS a, XMLSERIALIZE(CONTENT '<a/>'::xml AS text INDENT) AS b;
CREATE FUNCTION changing() RETURNS integer LANGUAGE sql BEGIN ATOMIC UPDATE plain SET c = 1 RETURNING old.c; END;
CREATE FUNCTION coming() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER on_login ON login EXECUTE FUNCTION coming();
ALTER EVENT TRIGGER on_login DISABLE;
CREATE PUBLICATION generated FOR TABLE keys WITH (publish_generated_columns = stored);
CREATE STATISTICS of_plain ON a, b FROM plain;
GRANT MAINTAIN ON keys TO ${reader};
GRANT ALL ON refers TO ${reader};
ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT SELECT ON LARGE OBJECTS TO ${reader};
SELECT lo_from_bytea(6001, 'first'), lo_from_bytea(6002, 'second');
COMMENT ON LARGE OBJECT 6001 IS 'one';
GRANT SELECT ON LARGE OBJECT 6002 TO ${reader};
RESET search_path;
`;
}
