import type { PackageArchive } from '../../src/client/lock/lock.ts';
import { outputOf } from './run-command.ts';

/** Where each archive is read from: the root that holds its `dists` and `pool`. */
export type Mirrors = Readonly<Record<PackageArchive, string>>;

/** PGDG's own host; Debian's archives have no host here, as every machine with Debian knows its mirror. */
export const pgdgMirror = 'https://apt.postgresql.org/pub/repos/apt/';

/** Debian's mirrors as this machine's apt is set up with them. */
export async function machineMirrors(): Promise<Mirrors> {
  return mirrorsAmong(await outputOf('apt-get', ['indextargets', '--format', '$(RELEASE) $(COMPONENT) $(REPO_URI)']));
}

/**
 * Finds Debian's mirrors among lines of `suite component root`. A repository of somebody else that uses Debian's names
 * of suites is found out later: its signature is not Debian's.
 */
export function mirrorsAmong(targets: string): Mirrors {
  const entries = targets.split('\n').map(line => line.split(' '));
  const rootOf = (suite: RegExp) =>
    entries.find(([release = '', component]) => suite.test(release) && component === 'main')?.[2];
  const debian = rootOf(/^(?:oldoldstable|oldstable|stable|testing|unstable|sid|bullseye|bookworm|trixie|forky)$/);
  const security = rootOf(/^(?:oldoldstable|oldstable|stable|testing|bullseye|bookworm|trixie|forky)-security$/);
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
