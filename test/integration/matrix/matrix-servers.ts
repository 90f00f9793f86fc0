import { shopRoles } from '../../../src/demo/shop/cluster.ts';
import { quoteIdentifier } from '../../../src/postgres/quote.ts';
import { type FreshDatabase, queryOn, sharedServer, type TestServer } from '../../support/servers.ts';
import type { Servers } from './run-matrix.ts';

/**
 * The shared servers, each filled with a database when that is first asked for. Disposing of them drops these. The roles of
 * the shop are there from the start, as several runs side by side would make them at the same moment.
 */
export function matrixServers(): Servers & AsyncDisposable {
  const servers = new Map<number, Promise<TestServer>>();
  const server = (major: number): Promise<TestServer> => {
    const known = servers.get(major) ?? sharedServer(major).then(withRoles);
    servers.set(major, known);
    return known;
  };
  const sources = new Map<string, Promise<FreshDatabase>>();
  return {
    server,
    source(database, major) {
      const key = `${database.name} ${major}`;
      const made = sources.get(key) ?? server(major).then(one => database.load(one));
      sources.set(key, made);
      return made;
    },
    async [Symbol.asyncDispose]() {
      for (const made of await Promise.allSettled(sources.values()))
        if (made.status === 'fulfilled') await made.value[Symbol.asyncDispose]();
    },
  };
}

async function withRoles(server: TestServer): Promise<TestServer> {
  const roles = await queryOn(server, 'postgres', 'SELECT rolname::text AS name FROM pg_roles');
  const there = new Set(roles.map(row => row['name']));
  for (const role of shopRoles)
    if (!there.has(role)) await queryOn(server, 'postgres', `CREATE ROLE ${quoteIdentifier(role)} NOLOGIN`);
  return server;
}
