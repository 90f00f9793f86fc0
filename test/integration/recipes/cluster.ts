import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { dropDatabase, programsOf, queryOn, urlOf, withClient } from '../../support/servers.ts';

/** The page says so: its commands are those of a client of this major. */
export const shownMajor = 18;
const olderMajor = 15;

/** Every sign that may be awkward in a password. */
export const password = `p:a\\s@s%w/#?'"é!()* x`;

/** The servers that the page talks about, with everything in them that its recipes name. */
export interface Cluster extends AsyncDisposable {
  readonly production: ThrowawayServer;
  readonly scratch: ThrowawayServer;
  readonly older: ThrowawayServer;
  readonly servers: readonly ThrowawayServer[];
}

export async function startCluster(): Promise<Cluster> {
  const servers = await Promise.all(
    [shownMajor, shownMajor, olderMajor].map(async major =>
      startThrowawayServer({ programs: await programsOf(major) }),
    ),
  );
  const [production, scratch, older] = servers;
  if (production === undefined || scratch === undefined || older === undefined) throw new Error('no servers');
  await Promise.all([
    fillProduction(production),
    tablespaces(scratch),
    queryOn(older, 'postgres', 'CREATE DATABASE app').then(() => queryOn(older, 'app', plainTables)),
  ]);
  return {
    production,
    scratch,
    older,
    servers,
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(server => server[Symbol.asyncDispose]()));
    },
  };
}

/** Leaves nothing on a server but the databases that it was made with, and those to be kept. */
export async function clear(
  server: ThrowawayServer,
  { roles, keep = [] }: { readonly roles: boolean; readonly keep?: readonly string[] },
): Promise<void> {
  const named = async (sql: string) => (await queryOn(server, 'postgres', sql)).map(({ name }) => String(name));
  const databases = await named('SELECT datname AS name FROM pg_database WHERE oid >= 16384');
  for (const name of databases.filter(each => !keep.includes(each))) await dropDatabase(server, name);
  if (!roles) return;
  for (const name of await named('SELECT rolname AS name FROM pg_roles WHERE oid >= 16384'))
    await queryOn(server, 'postgres', `DROP ROLE ${name}`);
}

export function environmentFor({ production, scratch, older }: Cluster): Readonly<Record<string, string>> {
  const parts = `localhost:${production.port}`;
  return {
    PRODUCTION_URL: urlOf(production, 'app'),
    SCRATCH_URL: urlOf(scratch, 'postgres'),
    MANAGED_URL: `postgresql://backup:${encodeURIComponent(password)}@${parts}/app`,
    OLD_URL: urlOf(older, 'app'),
    NEW_URL: urlOf(scratch, 'postgres'),
    OLDER_URL: urlOf(older, 'postgres'),
    DATABASE_HOST: 'localhost',
    DATABASE_PORT: String(production.port),
    DATABASE_USER: 'backup',
    DATABASE_PASSWORD: password,
    DATABASE_URL: `postgresql://backup:${encodeURIComponent(password)}@${parts}/app`,
  };
}

async function fillProduction(server: ThrowawayServer): Promise<void> {
  await tablespaces(server);
  await queryOn(
    server,
    'postgres',
    `CREATE ROLE app_owner NOLOGIN; CREATE ROLE app_reader LOGIN PASSWORD 'reads';
     CREATE ROLE backup LOGIN PASSWORD '${password.replaceAll("'", "''")}';
     GRANT pg_read_all_data TO backup; GRANT app_owner TO app_reader;
     ALTER ROLE app_reader SET statement_timeout = '1min'`,
  );
  await queryOn(server, 'postgres', 'CREATE DATABASE app OWNER app_owner');
  for (const name of ['billing_eu', 'billing_us', 'scratch_of_somebody']) {
    await queryOn(server, 'postgres', `CREATE DATABASE ${name}`);
    await queryOn(server, name, plainTables);
  }
  await queryOn(server, 'app', `${definitions} ${contents}; ${settings}`);
}

async function tablespaces(server: ThrowawayServer): Promise<void> {
  await withClient(server, 'postgres', async client => {
    await client.query('SET allow_in_place_tablespaces = on');
    for (const name of ['fast', 'ssd']) await client.query(`CREATE TABLESPACE ${name} LOCATION ''`);
  });
}

/** What every major can hold. */
const plainTables = `
  CREATE TABLE invoice (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total integer);
  INSERT INTO invoice (total) SELECT n FROM generate_series(1, 20) AS n`;

/** The objects of the database `app`. */
export const definitions = `
  CREATE EXTENSION citext; CREATE EXTENSION pg_trgm;
  CREATE TABLE country (code text PRIMARY KEY);
  CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL, email citext);
  CREATE TABLE visit (id bigint GENERATED ALWAYS AS IDENTITY, customer integer REFERENCES customer, page text);
  COMMENT ON TABLE customer IS 'who buys';
  ALTER TABLE customer OWNER TO app_owner;
  GRANT SELECT ON customer TO app_reader;

  CREATE SCHEMA shop AUTHORIZATION app_owner;
  CREATE TYPE shop.kind AS ENUM ('book', 'game');
  CREATE TABLE shop.product (id serial PRIMARY KEY, kind shop.kind, name text NOT NULL, price integer CHECK (price > 0)) TABLESPACE fast;
  CREATE INDEX product_name ON shop.product (name) TABLESPACE fast;
  CREATE TABLE shop.order_item (id serial PRIMARY KEY, product integer NOT NULL REFERENCES shop.product);
  CREATE INDEX order_item_product ON shop.order_item (product);
  CREATE TABLE shop.price_now (id integer); CREATE TABLE shop.price_old (id integer);
  CREATE FUNCTION shop.total() RETURNS bigint LANGUAGE sql AS 'SELECT sum(price) FROM shop.product';
  CREATE VIEW shop.cheap AS SELECT * FROM shop.product WHERE price < 10;
  CREATE MATERIALIZED VIEW shop.by_kind AS SELECT kind, count(*) FROM shop.product GROUP BY kind WITH NO DATA;
  CREATE FUNCTION shop.tidy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.name := trim(new.name); RETURN new; END';
  CREATE TRIGGER tidy BEFORE INSERT ON shop.product FOR EACH ROW EXECUTE FUNCTION shop.tidy();

  CREATE SCHEMA audit;
  CREATE TABLE audit.event (at date NOT NULL, what text) PARTITION BY RANGE (at);
  CREATE TABLE audit.event_2024 PARTITION OF audit.event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE audit.event_2025 PARTITION OF audit.event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE INDEX event_at ON audit.event (at);`;

const contents = `
  INSERT INTO country VALUES ('at'), ('de');
  INSERT INTO customer SELECT n, 'customer ' || n, n || '@example.com' FROM generate_series(1, 40) AS n;
  INSERT INTO visit (customer, page) SELECT n, '/' FROM generate_series(1, 40) AS n;
  INSERT INTO shop.product (kind, name, price) SELECT 'book', 'product ' || n, n FROM generate_series(1, 50) AS n;
  INSERT INTO shop.order_item (product) SELECT n FROM generate_series(1, 30) AS n;
  INSERT INTO shop.price_now VALUES (1); INSERT INTO shop.price_old VALUES (1);
  INSERT INTO audit.event SELECT date '2024-06-01' + n * 30, 'event ' || n FROM generate_series(0, 12) AS n;
  SELECT lo_from_bytea(77000, 'kept outside of tables');
  GRANT SELECT ON LARGE OBJECT 77000 TO backup`;

const settings = `
  ALTER DATABASE app SET statement_timeout = '5min';
  ALTER DATABASE app CONNECTION LIMIT 50;
  GRANT CONNECT ON DATABASE app TO app_reader`;
