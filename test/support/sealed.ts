import { join } from 'node:path';
import { type Client, programsFolderOf, type SealedClient } from '../../src/client/client.ts';
import { userClientStore } from '../../src/client/client-store.ts';
import { fetchSet } from '../../src/client/fetch-set.ts';
import { lock } from '../../src/client/lock/packages.ts';
import { sealedClients } from '../../src/client/sealed-clients.ts';

/** Where the tests of a machine keep what they have fetched, so that each client comes over the network once. */
const cache = join(process.cwd(), 'node_modules/.cache/pg-roundtrip-tests');

/** Leads runs of the command line to the clients that the tests keep. */
export const keptClients: Readonly<Record<string, string>> = { XDG_CACHE_HOME: cache };

/** A locked client laid out on this machine, or why there is none: then a test is to be skipped, with that reason. */
export type Availability =
  | { readonly kind: 'available'; readonly client: SealedClient; readonly programs: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** Fetches a locked client, unless the tests keep it already. */
export async function sealedClient(major: number): Promise<Availability> {
  const client = lockedClient(major);
  if (client === undefined) return { kind: 'absent', reason: `no client ${major} is locked for this machine` };
  try {
    const options = {
      mirrors: [],
      environment: process.env,
      signal: AbortSignal.timeout(100_000),
      packages: undefined,
    };
    await fetchSet(lock, client.set, client.root, options);
    return { kind: 'available', client, programs: programsFolderOf(client) };
  } catch (error) {
    return { kind: 'absent', reason: `client ${major} cannot be fetched here: ${String(error)}` };
  }
}

/** The client of one major that this machine can fetch; undefined where there is none. */
export function lockedClient(major: number, folder = userClientStore(keptClients).folder): SealedClient | undefined {
  const machine = { platform: process.platform, architecture: process.arch };
  return sealedClients(lock, machine, folder, undefined).find(({ version }) => version.major === major);
}

/** How a declared file gets exactly this client, also where another one of its major is installed. */
export function declarationOf(client: SealedClient, installed: readonly Client[]): Readonly<Record<string, unknown>> {
  const { major } = client.version;
  return installed.some(one => one.version.major === major) ? { path: programsFolderOf(client) } : { version: major };
}
