import { readFile } from 'node:fs/promises';
import { findInstallations } from '../../../src/client/installation.ts';
import type { LockedSet } from '../../../src/client/lock/lock.ts';
import { packageFile } from '../../../src/client/sealed/package-store.ts';
import { type MirrorServer, startArchive } from '../../unit/client/sealed/mirror-server.ts';
import { installReal, keptPackages, lockedMajors, lockedSet, openFolder } from '../sealed/real-set.ts';

/** A client that this machine can only get by fetching, of the newest released major that it has not installed. */
export async function fetchedSet(): Promise<LockedSet> {
  const installed = (await findInstallations()).map(({ version }) => version.major);
  const [newest] = lockedMajors('client')
    .filter(major => major <= 18 && !installed.includes(major))
    .toReversed();
  if (newest === undefined) throw new Error('every locked client is installed on this machine');
  return lockedSet('client', newest);
}

/** A mirror on loopback that has the real packages of a set and counts what it is asked for. */
export async function mirrorOf(set: LockedSet): Promise<MirrorServer> {
  await using place = await openFolder();
  await installReal(set, `${place.path}/set`);
  const files = set.packages.map(
    async one => [one.path, await readFile(packageFile(keptPackages.folder, one))] as const,
  );
  return await startArchive(new Map(await Promise.all(files)));
}
