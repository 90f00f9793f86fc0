import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import pg from 'pg';
import type { TestServer } from './client-tools.ts';

export interface PoolerOptions {
  readonly server: TestServer;
  readonly database: string;
  /** When a server session goes back to the pool: at the end of a transaction, or of the client's connection. */
  readonly mode: 'transaction' | 'session';
  /** Sessions that the pool has, all of them open from the start. */
  readonly size: number;
  /** Which of several idle ones is handed out: the one that was used last, as PgBouncer does, or each in turn. */
  readonly order?: 'last used' | 'in turn';
  /** Whether a login with `options` is turned away, as PgBouncer does. */
  readonly refusesOptions?: boolean;
}

export interface Pooler extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
}

/**
 * A pooler in its simplest form: it lets everybody in, names a process of its own, and hands what clients say to the
 * few server sessions that it has.
 */
export async function startPooler({
  server,
  database,
  mode,
  size,
  order,
  refusesOptions = false,
}: PoolerOptions): Promise<Pooler> {
  const all = await Promise.all(Array.from({ length: size }, () => logIn(server, database)));
  const idle = [...all];
  const waiting: ((session: Socket) => void)[] = [];
  const clients = new Set<Socket>();
  const take = async (): Promise<Socket> => {
    const found = order === 'in turn' ? idle.shift() : idle.pop();
    return found ?? new Promise(resolve => waiting.push(resolve));
  };
  const giveBack = (session: Socket): void => {
    session.removeAllListeners('data');
    const next = waiting.shift();
    if (next === undefined) idle.push(session);
    else next(session);
  };
  const listener = createServer(client => {
    clients.add(client);
    client.on('error', () => undefined);
    client.once('close', () => clients.delete(client));
    serve(client, { mode, refusesOptions }, take, giveBack);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the pooler has no port');
  return {
    host: '127.0.0.1',
    port: address.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const socket of [...clients, ...all]) socket.destroy();
      await once(listener, 'close');
    },
  };
}

/** A session of the server whose bytes are ours from here on. */
async function logIn(server: TestServer, database: string): Promise<Socket> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password: password.reveal(), database });
  await client.connect();
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  for (const event of ['data', 'end', 'close', 'error']) stream.removeAllListeners(event);
  return stream.on('error', () => undefined);
}

function serve(
  client: Socket,
  { mode, refusesOptions }: Pick<PoolerOptions, 'mode' | 'refusesOptions'>,
  take: () => Promise<Socket>,
  giveBack: (session: Socket) => void,
): void {
  let session: Promise<Socket> | undefined;
  const release = async (): Promise<void> => {
    const held = session;
    session = undefined;
    if (held !== undefined) giveBack(await held);
  };
  const begin = (): Promise<Socket> =>
    take().then(taken => {
      const inTransaction = messages((type, message) => {
        client.write(message);
        if (mode === 'transaction' && type === 'Z' && message.at(5) === idleStatus) void release();
      });
      return taken.on('data', inTransaction);
    });
  const forward = messages((type, message) => {
    if (type === 'X') return;
    session ??= begin();
    void session.then(taken => taken.write(message));
  });
  client.once('data', first => {
    const wantsTls = first.readInt32BE(4) === tlsRequest;
    if (wantsTls) client.write('N');
    const start = (startup: Buffer) => {
      if (refusesOptions && startup.includes('\0options\0')) {
        client.end(refusal());
        return;
      }
      client.write(greeting());
      client.on('data', forward);
    };
    if (wantsTls) client.once('data', start);
    else start(first);
  });
  client.once('close', () => void release());
}

const tlsRequest = 80877103;
const idleStatus = 'I'.charCodeAt(0);

/** Cuts what comes into messages of the protocol. */
function messages(each: (type: string, message: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return chunk => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const message = rest.subarray(0, rest.readInt32BE(1) + 1);
      rest = rest.subarray(message.length);
      each(String.fromCharCode(message[0] ?? 0), message);
    }
  };
}

/** Let in, a process that no server has, ready. */
function greeting(): Buffer {
  const message = (type: string, ...words: readonly number[]) => {
    const bytes = Buffer.alloc(5 + words.length * 4);
    bytes.write(type);
    bytes.writeInt32BE(4 + words.length * 4, 1);
    words.forEach((word, index) => void bytes.writeInt32BE(word, 5 + index * 4));
    return bytes;
  };
  return Buffer.concat([
    message('R', 0),
    message('K', -7, 4711),
    Buffer.from([...Buffer.from('Z'), 0, 0, 0, 5, idleStatus]),
  ]);
}

function refusal(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0');
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
}
