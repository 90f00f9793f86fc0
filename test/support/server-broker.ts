import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { ServerPrograms } from '../../src/throwaway/server-programs.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../src/throwaway/throwaway-server.ts';

/** How to reach a shared server, as it travels from the main process to the workers. */
export interface ServerFacts {
  readonly major: number;
  readonly host: string;
  readonly port: number;
  readonly socketFolder: string | undefined;
  readonly user: string;
  readonly password: string;
}

export interface ServerBroker extends AsyncDisposable {
  /** Workers append `/MAJOR` and get `ServerFacts`. */
  readonly address: string;
}

/**
 * Starts the servers that tests share when the first test asks for one, so that a run of one file starts only what
 * that file needs. Workers are processes of their own; they ask over HTTP on the loopback interface.
 */
export async function startServerBroker(programs: readonly ServerPrograms[]): Promise<ServerBroker> {
  const servers = new Map<number, Promise<ThrowawayServer>>();
  const path = `/${randomBytes(18).toString('base64url')}`;

  function serverOf(major: number): Promise<ThrowawayServer> {
    const known = servers.get(major);
    if (known !== undefined) return known;
    const chosen = programs.find(({ version }) => version.major === major);
    if (chosen === undefined) return Promise.reject(new Error(`no server programs of major ${major} on this machine`));
    const started = startThrowawayServer({ programs: chosen });
    servers.set(major, started);
    return started;
  }

  const http = createServer((request, response) => {
    const major = Number(request.url?.startsWith(`${path}/`) ? request.url.slice(path.length + 1) : Number.NaN);
    serverOf(major)
      .then(server => response.end(JSON.stringify(factsOf(server))))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  return {
    address: `http://127.0.0.1:${await listen(http)}${path}`,
    async [Symbol.asyncDispose]() {
      http.close();
      for (const server of servers.values()) await (await server)[Symbol.asyncDispose]();
    },
  };
}

async function listen(http: Server): Promise<number> {
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the broker has no port');
  return address.port;
}

function factsOf(server: ThrowawayServer): ServerFacts {
  const { major, host, port, socketFolder, user, password } = server;
  return { major, host, port, socketFolder, user, password: password.reveal() };
}
