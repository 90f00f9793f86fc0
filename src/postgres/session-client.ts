import type { Duplex } from 'node:stream';
import Client from 'pg/lib/client.js';
import type { ConnectionParameters } from './connection-parameters.ts';
import { guardAuthentication } from './session-authentication.ts';
import { asError } from './session-stream.ts';

/** Oids of types that keep the server's text: dates, times, intervals, and what JavaScript's numbers would round. */
const textTypes: readonly number[] = [600, 718, 1082, 1083, 1114, 1184, 1186, 1266];
/** Arrays of such types (and of numeric) as arrays of text. */
const textArrayTypes: readonly number[] = [1115, 1182, 1183, 1185, 1187, 1231, 1270];
const textArray: number = 1009;

/** What makes a login: the parameters and what this one session adds. */
export interface Login {
  readonly parameters: ConnectionParameters;
  readonly database: string;
  readonly applicationName: string;
  readonly encrypted: boolean;
}

/** What the server said while it let us in. */
export interface LoginProgress {
  /** True from the moment the server is content with who we are; what it refuses later has other reasons. */
  authenticated: boolean;
  /** Proves to the server that a request to cancel comes from us. */
  cancelKey: { readonly processId: number; readonly secretKey: number } | undefined;
}

/**
 * The driver's client, kept from the environment: it fills every parameter that is missing or empty from PG… variables
 * (PGOPTIONS, PGREPLICATION, PGSSLNEGOTIATION …) and a missing password from `~/.pgpass`.
 */
class PinnedClient extends Client {
  readonly #startup: Readonly<Record<string, string>>;

  constructor(login: Login, stream: Duplex, password: () => Promise<string>) {
    super({
      user: login.parameters.user,
      database: login.database,
      password,
      // Only names for messages of the driver: the connection exists already.
      host: 'localhost',
      port: 5432,
      ssl: false,
      sslnegotiation: 'postgres',
      application_name: login.applicationName,
      connectionTimeoutMillis: 0,
      stream: () => stream,
      enableChannelBinding: login.encrypted && login.parameters.channelBinding !== 'disable',
    });
    this.#startup = {
      user: login.parameters.user,
      database: login.database,
      application_name: login.applicationName,
      ...(login.parameters.options === undefined ? {} : { options: login.parameters.options }),
    };
  }

  /** Called by the driver; its own version would add what it took from the environment. */
  getStartupConf(): Readonly<Record<string, string>> {
    return this.#startup;
  }
}

/** Logs in over a connection that is open and, where wanted, encrypted. Rejects with the server's or our own error. */
export async function logIn(
  login: Login,
  stream: Duplex,
  progress: LoginProgress,
  signal: AbortSignal,
): Promise<InstanceType<typeof Client>> {
  const guard = guardAuthentication(login.parameters, login.encrypted);
  const client = new PinnedClient(login, asDriverStream(stream), guard.password);
  // An idle session whose server goes away says so here; the next query reports it.
  client.on('error', () => undefined);
  for (const type of textTypes) client.setTypeParser(type, text => text);
  const arrayParser: (text: string) => unknown = client.getTypeParser(textArray);
  for (const type of textArrayTypes) client.setTypeParser(type, arrayParser);

  guard.watch(client.connection);
  client.connection.once('authenticationOk', () => {
    progress.authenticated = true;
  });
  client.connection.once('backendKeyData', (key: { readonly processID: number; readonly secretKey: number }) => {
    progress.cancelKey = { processId: key.processID, secretKey: key.secretKey };
  });
  const onAbort = () => stream.destroy(asError(signal.reason));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect();
    return client;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Lends a stream to the driver, which insists on connecting it. It also throws, inside of its listener, at messages it
 * does not know (GSSAPI logins, for one), which would end the process: here that ends the connection.
 */
function asDriverStream(stream: Duplex): Duplex {
  const on = stream.on.bind(stream);
  return Object.assign(stream, {
    connect: () => {
      setImmediate(() => stream.emit('connect'));
      return stream;
    },
    on: (event: string, listener: (...values: unknown[]) => void) => {
      if (event !== 'data') return on(event, listener);
      return on('data', (chunk: unknown) => {
        try {
          listener(chunk);
        } catch (error) {
          stream.destroy(asError(error));
        }
      });
    },
  });
}
