import type { Architecture, LockedPackage, LockedSet } from '../../src/client/lock/lock.ts';
import { dependencyClosure } from './closure.ts';
import { upstreamVersion } from './debian-version.ts';
import type { IndexedPackage, PackageIndex } from './package-index.ts';
import { isSkipped } from './skipped.ts';

const roots: Readonly<Record<LockedSet['product'], (major: number) => readonly string[]>> = {
  client: major => [`postgresql-client-${major}`, 'libpq5'],
  server: major => [`postgresql-${major}`, 'libpq5'],
};

/** The client and the server of one major, from one index. */
export function lockedSets(index: PackageIndex, major: number, architecture: Architecture): readonly LockedSet[] {
  return (['client', 'server'] as const).map(product => {
    const [root = '', ...others] = roots[product](major);
    const packages = dependencyClosure(index, [root, ...others], isSkipped(product));
    const version = index.packages.get(root)?.version ?? '';
    return {
      product,
      major,
      version: postgresVersion(version),
      platform: 'linux',
      architecture,
      packages: packages.map(locked),
    };
  });
}

/** Postgres' own version: `17.11-0+deb13u1` is 17.11, `19~rc1-1` is 19rc1. */
export function postgresVersion(version: string): string {
  const match = /^(\d+(?:\.\d+)?)(?:~(alpha|beta|rc)(\d+))?$/.exec(upstreamVersion(version));
  if (match === null) throw new Error(`${version} is not the version of a release of Postgres`);
  return match.slice(1).join('');
}

function locked({ name, version, archive, path, bytes, sha256 }: IndexedPackage): LockedPackage {
  return { name, version, archive, path, bytes, sha256 };
}
