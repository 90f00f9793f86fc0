import type { AptArchive } from '../../src/client/lock/lock.ts';
import { outputOf } from './run-command.ts';

/** Where each archive is read from: the root that holds its `dists` and `pool`. */
export type Mirrors = Readonly<Record<AptArchive, string>>;

/** PGDG's own host; Debian's archives have no host here, as every machine with Debian knows its mirror. */
export const pgdgMirror = 'https://apt.postgresql.org/pub/repos/apt/';

/**
 * Debian's mirrors as this machine's apt is set up with them. Asked of an update that fetches nothing: unlike
 * `indextargets` it needs no lists, which containers come without.
 */
export async function machineMirrors(): Promise<Mirrors> {
  return mirrorsAmong(await outputOf('apt-get', ['update', '--print-uris']));
}

/** Debian's suites by their own names first: `stable main` is what other people's repositories like to be called too. */
const suiteNames = ['bullseye|bookworm|trixie|forky|sid', 'oldoldstable|oldstable|stable|testing|unstable'];

/**
 * Finds Debian's mirrors among the addresses of indexes. A repository of somebody else that uses Debian's names of
 * suites is found out later: its signature is not Debian's.
 */
export function mirrorsAmong(addresses: string): Mirrors {
  const rootOf = (ending: string) =>
    suiteNames
      .map(names => new RegExp(`^'(\\S+/)dists/(?:${names})${ending}/main/binary-[^/]+/Packages`, 'm'))
      .map(address => address.exec(addresses)?.[1])
      .find(root => root !== undefined);
  const debian = rootOf('');
  const security = rootOf('-security');
  if (debian === undefined || security === undefined)
    throw new Error(
      "this machine's apt knows no Debian archive with its security updates: run the script on Debian, for instance in a container of it",
    );
  return { debian, 'debian-security': security, pgdg: pgdgMirror };
}

/** The lines of this machine's apt configuration that say how the network is reached. */
export async function machineNetworkSettings(): Promise<readonly string[]> {
  return networkSettings(await outputOf('apt-config', ['dump']));
}

/** Of an `apt-config dump`: proxies and certificate authorities, for all hosts and for single ones. */
export function networkSettings(dump: string): readonly string[] {
  return dump
    .split('\n')
    .filter(line =>
      /^Acquire::[^ ]*::(?:Proxy|ProxyAutoDetect|Proxy-Auto-Detect|CaInfo|CaPath)(?:::[^ ]*)? "/i.test(line),
    );
}
