/**
 * A database with one object of nearly every kind that pg_dump 15 knows, so that each change of the list in `changes.ts`
 * has something to change. Roles belong to the whole server, so their names begin with `prefix`.
 */
export function kitchenSink(prefix: string): string {
  const [owner, reader] = rolesOf(prefix);
  return `
CREATE ROLE ${owner};
CREATE ROLE ${reader};
CREATE SCHEMA app AUTHORIZATION ${owner};
CREATE SCHEMA "Weird Schema";
CREATE EXTENSION pg_trgm WITH SCHEMA app;
CREATE EXTENSION hstore WITH SCHEMA app;
CREATE FUNCTION app.start() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
SET ROLE ${owner};

CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE app.pair AS (a integer, b text);
CREATE DOMAIN app.posint AS integer CONSTRAINT positive CHECK (VALUE > 0);
CREATE COLLATION app.de FROM "C";
CREATE SEQUENCE app.counter INCREMENT BY 5;
SELECT setval('app.counter', 9223372036854775802, true);

CREATE FUNCTION app.f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION app.pair_text(app.pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).b';
CREATE FUNCTION app.same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION app.same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE PROCEDURE app.p() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE app.mysum(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE OPERATOR app.=== (FUNCTION = app.same, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR app.=== (FUNCTION = app.same, LEFTARG = text, RIGHTARG = text);

CREATE TABLE app.users (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL DEFAULT 'nobody',
  email text,
  mood app.mood DEFAULT 'ok',
  age app.posint,
  doubled integer GENERATED ALWAYS AS (age * 2) STORED,
  created timestamptz NOT NULL DEFAULT '2024-01-01 10:00:00+00',
  CONSTRAINT name_short CHECK (length(name) < 200)
) WITH (fillfactor = 70);
ALTER TABLE app.users ALTER COLUMN email SET STORAGE EXTERNAL;
ALTER TABLE app.users ALTER COLUMN name SET STATISTICS 500;
CREATE INDEX users_created ON app.users (created DESC);
CREATE STATISTICS app.st ON name, email FROM app.users;
COMMENT ON COLUMN app.users.email IS 'where to write to';
GRANT SELECT ON app.users TO ${reader};
GRANT UPDATE (name) ON app.users TO ${reader};
ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY pol ON app.users FOR SELECT TO ${reader} USING (id > 10);
INSERT INTO app.users (name, email, age) SELECT 'user ' || n, CASE WHEN n % 3 > 0 THEN 'u' || n END, n FROM generate_series(1, 500) n;

CREATE TABLE app.orders (
  id serial PRIMARY KEY,
  user_id integer REFERENCES app.users ON DELETE CASCADE,
  note text,
  amount integer
);
INSERT INTO app.orders (user_id, note, amount) SELECT n % 500 + 1, 'order ' || n, n FROM generate_series(1, 5000) n;
ALTER TABLE app.orders ADD CONSTRAINT amt_pos CHECK (amount > 5) NOT VALID;
ALTER TABLE app.orders CLUSTER ON orders_pkey;
ALTER TABLE app.orders REPLICA IDENTITY FULL;
CREATE TRIGGER t1 BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER t2 BEFORE UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.orders DISABLE TRIGGER t2;

CREATE UNLOGGED TABLE app.cache (key text PRIMARY KEY, value bytea);
INSERT INTO app.cache SELECT n::text, '\\x00ff' FROM generate_series(1, 50) n;
CREATE TABLE app."hostile ""name"" ; -- %s" ("a\\b" integer);
INSERT INTO app."hostile ""name"" ; -- %s" VALUES (1), (2);

CREATE TABLE app.events (id integer, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE app.events_2024 PARTITION OF app.events FOR VALUES FROM ('2024-01-01+00') TO ('2025-01-01+00');
CREATE TABLE app.events_rest PARTITION OF app.events DEFAULT;
CREATE INDEX events_at ON app.events (at);
INSERT INTO app.events SELECT n, '2024-06-01 12:00+00'::timestamptz + n * interval '1 day' FROM generate_series(1, 400) n;
CREATE TABLE app.parent (id integer);
CREATE TABLE app.child (extra text) INHERITS (app.parent);
INSERT INTO app.parent VALUES (1);
INSERT INTO app.child VALUES (2, 'x'), (3, 'y');

CREATE VIEW app.v AS SELECT id, name FROM app.users WHERE id > 3;
CREATE RULE r1 AS ON UPDATE TO app.v DO INSTEAD NOTHING;
CREATE MATERIALIZED VIEW app.filled AS SELECT user_id, count(*) AS orders FROM app.orders GROUP BY user_id;
CREATE MATERIALIZED VIEW app.hollow AS SELECT 1 AS one WITH NO DATA;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO ${reader};
SELECT lo_from_bytea(5001, 'first'), lo_from_bytea(5002, 'second');
COMMENT ON LARGE OBJECT 5001 IS 'the first';
GRANT SELECT ON LARGE OBJECT 5001 TO ${reader};
RESET ROLE;

CREATE CAST (app.pair AS text) WITH FUNCTION app.pair_text(app.pair);
CREATE EVENT TRIGGER et ON ddl_command_start EXECUTE FUNCTION app.start();
ALTER EVENT TRIGGER et DISABLE;
CREATE PUBLICATION pub FOR TABLE app.users, app.orders;
CREATE FOREIGN DATA WRAPPER wrapper;
CREATE SERVER srv FOREIGN DATA WRAPPER wrapper OPTIONS (host 'elsewhere');
CREATE USER MAPPING FOR ${reader} SERVER srv OPTIONS (password 'correct horse');
`;
}

/** The owner of nearly everything, and the one who may read. */
export function rolesOf(prefix: string): readonly [owner: string, reader: string] {
  return [`${prefix}_owner`, `${prefix}_reader`];
}
