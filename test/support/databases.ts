import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { loadShop } from '../../src/demo/shop/shop.ts';
import type { ConnectionParameters } from '../../src/postgres/connection-parameters.ts';
import type { TestServer } from './client-tools.ts';

/** A database that this test alone uses. Disposing of it drops it, whoever is connected. */
export interface FreshDatabase extends AsyncDisposable {
  readonly server: TestServer;
  readonly name: string;
  readonly parameters: ConnectionParameters;
  /** With the password in it, percent-encoded. */
  readonly url: string;
  /** Runs statements (several, without values) and returns the rows of the last one. */
  query(sql: string): Promise<readonly Row[]>;
}

export type Row = Readonly<Record<string, unknown>>;

export interface FreshDatabaseOptions {
  /** The database to copy; by default `template0`. */
  readonly template?: string;
  /** Fills it with the demo's shop. */
  readonly shop?: boolean;
  /** Statements to run in it once it is there. */
  readonly sql?: string;
  /** Begins the name; the rest is random. */
  readonly name?: string;
}

export async function freshDatabase(server: TestServer, options: FreshDatabaseOptions = {}): Promise<FreshDatabase> {
  const name = `${options.name ?? 'test'}_${randomBytes(6).toString('hex')}`;
  const quoted = pg.escapeIdentifier(name);
  const template = pg.escapeIdentifier(options.template ?? 'template0');
  await queryOn(server, 'postgres', `CREATE DATABASE ${quoted} TEMPLATE ${template}`);
  const database: FreshDatabase = {
    server,
    name,
    parameters: parametersOf(server, name),
    url: urlOf(server, name),
    query: sql => queryOn(server, name, sql),
    async [Symbol.asyncDispose]() {
      await dropDatabase(server, name);
    },
  };
  try {
    if (options.shop === true) await withClient(server, name, client => loadShop(client, server.major));
    if (options.sql !== undefined) await database.query(options.sql);
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
  return database;
}

/** Drops a database that a run under test has made. */
export async function dropDatabase(server: TestServer, name: string): Promise<void> {
  const force = server.major >= 13 ? ' WITH (FORCE)' : '';
  await queryOn(server, 'postgres', `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)}${force}`);
}

/** A session for as long as `body` takes. */
export async function withClient<Result>(
  server: TestServer,
  database: string,
  body: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password: password.reveal(), database, ssl: false });
  client.on('error', () => undefined); // a broken connection is reported by the query that it breaks
  await client.connect();
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}

/** Runs statements in one database and returns the rows of the last one. */
export async function queryOn(server: TestServer, database: string, sql: string): Promise<readonly Row[]> {
  return await withClient(server, database, async client => {
    // The driver returns an array of results where there are several statements, which its types don't say.
    const results = [await client.query<Row>(sql)].flat();
    return results.at(-1)?.rows ?? [];
  });
}

export function urlOf(server: TestServer, database: string): string {
  const [user, password, path] = [server.user, server.password.reveal(), database].map(encodeURIComponent);
  return `postgresql://${user}:${password}@${server.host}:${server.port}/${path}`;
}

export function parametersOf(server: TestServer, database: string): ConnectionParameters {
  return {
    hosts: [{ host: server.host, address: undefined, port: server.port }],
    user: server.user,
    password: server.password,
    database,
    tls: {
      mode: 'prefer',
      rootCertificate: undefined,
      certificate: undefined,
      key: undefined,
      keyPassword: undefined,
      revocationList: undefined,
      minimumVersion: undefined,
      maximumVersion: undefined,
      negotiation: 'postgres',
    },
    channelBinding: 'prefer',
    targetSessionAttributes: 'any',
    connectTimeout: 10,
    options: undefined,
    others: {},
  };
}
