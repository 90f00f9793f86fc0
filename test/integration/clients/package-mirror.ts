import { readFile } from 'node:fs/promises';
import { findInstallations } from '../../../src/client/installation.ts';
import type { LockedSet } from '../../../src/client/lock/lock.ts';
import { packageFile } from '../../../src/client/sealed/package-store.ts';
import { type MirrorServer, startArchive } from '../../unit/client/sealed/mirror-server.ts';
import { absence, installReal, keptPackages, lockedMajors, lockedSet, openFolder } from '../sealed/real-set.ts';

/** Clients that this machine can only get by fetching, or why tests of that are to be skipped. */
export interface Fetchable {
  /** Of the newest released major that is not installed here. */
  readonly set: LockedSet;
  /** Of the one before; undefined where there is none. */
  readonly other: LockedSet | undefined;
  readonly absent: string | undefined;
}

export async function fetchable(): Promise<Fetchable> {
  const installed = (await findInstallations()).map(({ version }) => version.major);
  const released = lockedMajors('client').filter(major => major <= 18);
  const [newest, next] = released.filter(major => !installed.includes(major)).toReversed();
  const set = lockedSet('client', newest ?? released.at(-1) ?? 0);
  const other = next === undefined ? undefined : lockedSet('client', next);
  if (newest === undefined) return { set, other, absent: 'every locked client is installed on this machine' };
  return { set, other, absent: await absence(() => set) };
}

/** A mirror on loopback that has the real packages of sets and counts what it is asked for. */
export async function mirrorOf(...sets: readonly LockedSet[]): Promise<MirrorServer> {
  await using place = await openFolder();
  for (const [index, set] of sets.entries()) await installReal(set, `${place.path}/${index}`);
  const members = sets.flatMap(({ packages }) => packages);
  const files = members.map(async one => [one.path, await readFile(packageFile(keptPackages.folder, one))] as const);
  return await startArchive(new Map(await Promise.all(files)));
}
