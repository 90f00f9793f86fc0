import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fault } from '../../errors.ts';
import { isSocketFolder } from '../connection/exposure.ts';
import type { Host } from '../connection-parameters.ts';
import { connectTo, type Passage, passOn } from './pass-on.ts';

/** Stands between tools and a server until it is disposed of. */
export interface Proxy extends AsyncDisposable {
  /** Where the tools find each of the hosts: under the same name, as it is what certificates are checked for. */
  readonly hosts: readonly Host[];
}

export interface ProxyOptions extends Passage {
  readonly hosts: readonly Host[];
  /** A folder that nobody else may enter. */
  readonly privateFolder: string;
}

/**
 * Passes on what comes, unread, at a pace: TLS is between the tool and the server. Reached by loopback or, where the
 * server is reached by a socket, by a socket in a private folder.
 */
export async function openProxy(options: ProxyOptions): Promise<Proxy> {
  const ending = new AbortController();
  const opened: { readonly host: Host; readonly close: () => Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    ending.abort();
    await Promise.all(opened.map(one => one.close()));
  };
  try {
    for (const host of await reachable(options)) opened.push(await openFor(host, options, ending.signal));
  } catch (error) {
    await close();
    throw error;
  }
  return { hosts: opened.map(({ host }) => host), [Symbol.asyncDispose]: close };
}

async function openFor(host: Host, options: ProxyOptions, ending: AbortSignal) {
  // A side that has ended may still get what is on the way to it.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    // What broke a connection is for its two sides to tell.
    passOn(client, host, options, ending)
      .catch(() => {})
      .finally(() => client.destroy());
  });
  const closed = () => new Promise<void>(resolve => server.close(() => resolve()));
  if (host.address !== undefined || !isSocketFolder(host.host)) {
    const port = await listen(server, { host: '127.0.0.1', port: 0 });
    return { host: { host: host.host, address: '127.0.0.1', port }, close: closed };
  }
  const folder = await mkdtemp(join(options.privateFolder, 'x-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await listen(server, { path: join(folder, `.s.PGSQL.${host.port}`) });
  } catch (error) {
    await remove();
    throw error;
  }
  return { host: { ...host, host: folder }, close: () => closed().then(remove) };
}

/** Resolves with the port, or 0 where there is none. */
async function listen(
  server: Server,
  at: { readonly path: string } | { readonly host: string; readonly port: number },
) {
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => {
      const remedy = 'a socket needs a short path: set TMPDIR to a shorter one, or remove throttle.rate';
      reject(fault('PGR221', `the proxy that keeps the rate could not be opened: ${error.message}`, remedy, error));
    });
    server.listen(at, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/**
 * The hosts that answer, or all when none does. A tool goes on to the next host when one refuses the connection, but
 * the proxy takes every one.
 */
async function reachable({ hosts, connectTimeout }: ProxyOptions): Promise<readonly Host[]> {
  if (hosts.length === 1) return hosts;
  const never = new AbortController().signal;
  const answers = await Promise.all(
    hosts.map(async host => {
      try {
        (await connectTo(host, connectTimeout, never)).destroy();
        return true;
      } catch {
        return false;
      }
    }),
  );
  const answering = hosts.filter((_, index) => answers[index]);
  return answering.length === 0 ? hosts : answering;
}
