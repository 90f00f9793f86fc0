import { once } from 'node:events';
import { createServer, connect as openConnection, type Server, type Socket } from 'node:net';

/**
 * What happens to a connection: the server seems to hang up (`end`), the network breaks (`reset`), falls silent (`stall`)
 * or becomes very slow (`drip`: 200 kB a second).
 */
export type Fault = 'end' | 'reset' | 'stall' | 'drip';

export interface FaultProxyOptions {
  readonly upstream: { readonly host: string; readonly port: number };
  readonly fault: Fault;
  /** Which bytes are counted. Only the data of a dump (from the server) or of a restore (to it) is long. */
  readonly counting: 'from-server' | 'to-server';
  /** The fault strikes a connection when it has passed so many bytes. */
  readonly afterBytes: number;
  /** `connection`: each for itself (default). `everything`: the first one takes all others, and later ones, with it. */
  readonly scope?: 'connection' | 'everything';
  /** How often it strikes; by default whenever a connection has passed so much. */
  readonly strikes?: number;
}

export interface FaultProxy extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Resolves when the fault strikes for the first time. */
  readonly struck: Promise<void>;
  /** Lets stalled connections go on, and strikes no more. */
  release(): void;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A loopback proxy that carries connections to a server faithfully until its fault strikes. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { scope = 'connection', upstream, counting, afterBytes, strikes = Number.POSITIVE_INFINITY } = options;
  let left = strikes;
  const pairs = new Set<Pair>();
  const stalled = new Set<Pair>();
  let state: 'waiting' | 'struck' | 'released' = 'waiting';
  let announce: () => void = () => undefined;
  const struck = new Promise<void>(resolve => {
    announce = resolve;
  });

  const strike = (pair: Pair): void => {
    if (state === 'released' || left === 0) return;
    left -= 1;
    state = 'struck';
    for (const one of scope === 'everything' ? pairs : [pair]) {
      breakPair(one, options);
      stalled.add(one);
    }
    announce();
  };

  const listener = createServer(client => {
    const pair: Pair = { client, server: openConnection(upstream) };
    pairs.add(pair);
    join(pair, () => {
      pairs.delete(pair);
      stalled.delete(pair);
    });
    if (state === 'struck' && scope === 'everything') {
      breakPair(pair, options);
      stalled.add(pair);
      return;
    }
    let bytes = 0;
    const counted = counting === 'from-server' ? pair.server : client;
    counted.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes - chunk.length < afterBytes && bytes >= afterBytes) strike(pair);
    });
  });

  return {
    host: '127.0.0.1',
    port: await listen(listener),
    struck,
    release() {
      state = 'released';
      for (const { client, server } of stalled) {
        client.pipe(server);
        server.pipe(client);
      }
      stalled.clear();
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      await once(listener, 'close');
    },
  };
}

/** Carries bytes both ways; when one side is gone, the other one goes too. */
function join({ client, server }: Pair, gone: () => void): void {
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.setNoDelay(true);
    from.on('error', () => undefined); // the close that follows is what counts
    from.once('close', () => {
      to.destroySoon();
      gone();
    });
    from.pipe(to);
  }
}

function breakPair({ client, server }: Pair, { fault, counting }: FaultProxyOptions): void {
  if (fault === 'drip') {
    if (counting === 'from-server') drip(server, client);
    else drip(client, server);
    return;
  }
  client.unpipe(server);
  server.unpipe(client);
  switch (fault) {
    case 'end':
      client.end();
      server.end();
      return;
    case 'reset':
      client.resetAndDestroy();
      server.resetAndDestroy();
      return;
    case 'stall':
      client.pause();
      server.pause();
  }
}

function drip(from: Socket, to: Socket): void {
  from.unpipe(to);
  const timer = setInterval(() => {
    const available = Math.min(from.readableLength, 4096);
    if (available > 0) to.write(from.read(available) as Buffer);
    else if (from.readableEnded || from.destroyed) to.end();
  }, 20);
  from.once('close', () => clearInterval(timer));
  // A paused socket reads on only when asked.
  from.read(0);
}

async function listen(listener: Server): Promise<number> {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return address.port;
}
