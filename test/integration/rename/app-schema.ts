/** A schema `app` with everything that refers to something by name, and a schema `shared` on both sides of it. */
export function appSchema(major: number, role: string): string {
  return `
  CREATE SCHEMA shared; CREATE SCHEMA app;
  CREATE TABLE shared.country (code text PRIMARY KEY);
  INSERT INTO shared.country VALUES ('NL'), ('FR');
  CREATE TYPE app.mood AS ENUM ('happy', 'app', 'sad');
  CREATE TYPE app.pair AS (one app.mood, other app.mood);
  CREATE DOMAIN app.amount AS numeric CHECK (VALUE >= 0);
  CREATE SEQUENCE app.ticket START 100;
  CREATE TABLE app.customer (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number serial,
    ticket bigint DEFAULT nextval('app.ticket'),
    mood app.mood DEFAULT 'happy'::app.mood,
    country text REFERENCES shared.country,
    owed app.amount DEFAULT 0,
    changes integer DEFAULT 0);
  COMMENT ON TABLE app.customer IS 'what app.customer is';
  CREATE TABLE app.orders (id integer, customer integer REFERENCES app.customer, at date) PARTITION BY RANGE (at);
  CREATE TABLE app.orders_2023 PARTITION OF app.orders FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
  CREATE TABLE app.orders_2024 PARTITION OF app.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE INDEX ON app.orders (customer);
  CREATE STATISTICS app.related ON customer, at FROM app.orders_2023;
  ${functions}
  ${major >= 14 ? `CREATE FUNCTION app.unhappy() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) - app.happy() FROM app.customer app);` : ''}
  CREATE TRIGGER changed BEFORE UPDATE ON app.customer FOR EACH ROW EXECUTE FUNCTION app.changed();
  CREATE VIEW app.open_orders AS
    SELECT o.id, c.mood, app.happy() AS happy FROM app.orders o JOIN app.customer c ON c.id = o.customer;
  CREATE VIEW app.aliased AS SELECT app.id FROM app.customer app;
  CREATE MATERIALIZED VIEW app.totals AS SELECT customer, count(*) AS n FROM app.orders GROUP BY customer;
  CREATE VIEW shared.customers AS SELECT country, count(*) AS n FROM app.customer GROUP BY country;
  ALTER TABLE app.customer ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON app.customer TO ${role} USING (id IN (SELECT customer FROM app.orders)
    OR current_setting('app.tenant', true) = 'all');
  GRANT USAGE ON SCHEMA app TO ${role}; GRANT SELECT ON app.customer TO ${role}; GRANT SELECT (id) ON app.orders TO ${role};
  ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO ${role};
  CREATE PUBLICATION parts FOR TABLE app.customer, shared.country;
  ${major >= 15 ? 'CREATE PUBLICATION whole FOR TABLES IN SCHEMA app;' : ''}
  INSERT INTO app.customer (country, mood) SELECT 'NL', m FROM unnest(ARRAY['happy', 'happy', 'sad', 'app']::app.mood[]) AS m;
  INSERT INTO app.orders SELECT n, n % 4 + 1, date '2023-06-01' + n * 10 FROM generate_series(1, 50) AS n;
  REFRESH MATERIALIZED VIEW app.totals;
  CREATE FUNCTION shared.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
  CREATE EVENT TRIGGER refuse ON ddl_command_end WHEN TAG IN ('ALTER SCHEMA') EXECUTE FUNCTION shared.refuse()`;
}

const functions = `
  CREATE FUNCTION app.changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      -- app.customer is what this is for
      NEW.changes := OLD.changes + (SELECT count(*) FROM app.customer WHERE id = NEW.id);
      RETURN NEW;
    END $$;
  CREATE FUNCTION app.happy(wanted app.mood DEFAULT 'happy') RETURNS bigint LANGUAGE sql STABLE AS
    'SELECT count(*) FROM app.customer c WHERE c.mood = wanted';
  CREATE FUNCTION app.next_ticket() RETURNS bigint LANGUAGE sql AS $$SELECT nextval('app.ticket')$$;
  CREATE FUNCTION app.unqualified() RETURNS bigint LANGUAGE sql SET search_path = app, pg_temp AS
    'SELECT count(*) FROM customer';
  CREATE PROCEDURE app.greet(INOUT said text) LANGUAGE plpgsql AS $$
    DECLARE one app.customer%ROWTYPE;
    BEGIN
      SET LOCAL search_path = app, public;
      SELECT * INTO one FROM customer ORDER BY id LIMIT 1;
      said := 'hello ' || one.id || ', ' || app.happy();
    END $$;
  CREATE FUNCTION app.same(one app.mood, other app.mood) RETURNS boolean LANGUAGE sql AS 'SELECT one = other';
  CREATE FUNCTION app.weigh(one app.mood) RETURNS integer LANGUAGE sql AS 'SELECT 7 WHERE one = ''app''::app.mood';
  CREATE FUNCTION app.longer(one text, other text) RETURNS text LANGUAGE sql AS
    'SELECT CASE WHEN length(other) < length(one) THEN one ELSE other END';
  CREATE OPERATOR app.=== (LEFTARG = app.mood, RIGHTARG = app.mood, FUNCTION = app.same);
  CREATE CAST (app.mood AS integer) WITH FUNCTION app.weigh(app.mood);
  CREATE AGGREGATE app.longest(text) (SFUNC = app.longer, STYPE = text);
  CREATE FUNCTION shared.customers_of_app() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM app.customer';`;

/** Questions to a copy in which \`app\` is called \`schema\`: all of them need it under its new name. */
export function questions(schema: string): readonly (readonly [question: string, answer: unknown])[] {
  return [
    [`SELECT to_regnamespace('app') IS NULL AS x`, true],
    [`SELECT ${schema}.happy()::integer AS x`, 2],
    [`SELECT ${schema}.happy('sad')::integer AS x`, 1],
    [`SELECT ${schema}.unqualified()::integer AS x`, 4],
    [`SELECT shared.customers_of_app()::integer AS x`, 4],
    [`CALL ${schema}.greet('')`, 'hello 1, 2'],
    [`SELECT ${schema}.next_ticket()::integer AS x`, 104],
    [
      `INSERT INTO ${schema}.customer (country) VALUES ('FR') RETURNING concat_ws(' ', id, number, ticket, mood) AS x`,
      '5 5 105 happy',
    ],
    [`UPDATE ${schema}.customer SET owed = 1 WHERE id = 1 RETURNING changes AS x`, 1],
    [`SELECT max(happy)::integer AS x FROM ${schema}.open_orders`, 3],
    [`SELECT count(*)::integer AS x FROM ${schema}.aliased`, 5],
    [`SELECT sum(n)::integer AS x FROM ${schema}.totals`, 50],
    [`SELECT string_agg(country || n, ' ' ORDER BY country) AS x FROM shared.customers`, 'FR1 NL4'],
    [`SELECT 'app'::${schema}.mood::integer AS x`, 7],
    [`SELECT 'sad'::${schema}.mood OPERATOR(${schema}.===) 'sad'::${schema}.mood AS x`, true],
    [`SELECT ${schema}.longest(t) AS x FROM unnest(ARRAY['a', 'abc']) AS t`, 'abc'],
    [
      `INSERT INTO ${schema}.orders VALUES (0, 1, '2024-12-01') RETURNING tableoid::regclass::text AS x`,
      `${schema}.orders_2024`,
    ],
    [
      `SELECT string_agg(format('%I.%I', schemaname, tablename), ' ' ORDER BY schemaname) AS x FROM pg_publication_tables WHERE pubname = 'parts'`,
      `${schema}.customer shared.country`,
    ],
    [`SELECT obj_description('${schema}.customer'::regclass) AS x`, 'what app.customer is'],
  ];
}

/** What can be renamed only in part: SQL that is put together, an alias of the schema's name, a name as text. */
export const dynamic = `
  CREATE SCHEMA app; CREATE TABLE app.t (id bigint DEFAULT nextval(('app.s'::text)::regclass)); CREATE SEQUENCE app.s;
  CREATE TABLE app.u (name text DEFAULT 'app.s'::text);
  INSERT INTO app.t SELECT FROM generate_series(1, 3);
  CREATE FUNCTION app.dynamic(name text) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE n bigint;
    BEGIN EXECUTE format('SELECT count(*) FROM %I.%I', 'app', name) INTO n; RETURN n; END $$;
  CREATE FUNCTION app.alias() RETURNS bigint LANGUAGE sql AS 'SELECT max(app.id) FROM app.t app';
  CREATE FUNCTION app.plain() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM app.t';`;
