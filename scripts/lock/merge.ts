import type { LockedSet } from '../../src/client/lock/lock.ts';
import { compareDebianVersions } from './debian-version.ts';
import type { Publisher } from './sources.ts';

/** Whose build of Postgres a set holds. */
export function publisherOf({ packages }: LockedSet): Publisher {
  const archives = packages.map(({ archive }) => archive);
  if (archives.includes('conda-forge')) return 'conda-forge';
  return archives.includes('pgdg') ? 'pgdg' : 'debian';
}

/**
 * One set for each product, major, platform and architecture, in a steady order: the newest version, and PGDG's where both have
 * the same, as it is the one that will be renewed first. Sets of publishers that were not read stay what they were.
 */
export function mergeSets(
  made: readonly LockedSet[],
  present: readonly LockedSet[],
  read: readonly Publisher[],
): readonly LockedSet[] {
  const candidates = [...made, ...present.filter(set => !read.includes(publisherOf(set)))];
  const best = new Map<string, LockedSet>();
  for (const set of candidates) {
    const known = best.get(keyOf(set));
    if (known === undefined || isBetter(set, known)) best.set(keyOf(set), set);
  }
  return [...best.values()].toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

function isBetter(set: LockedSet, known: LockedSet): boolean {
  const order = compareDebianVersions(asDebian(set.version), asDebian(known.version));
  return order === 0 ? publisherOf(set) === 'pgdg' : order > 0;
}

/** A pre-release is older than its release: Debian writes that with a tilde. */
function asDebian(version: string): string {
  return version.replace(/(?=alpha|beta|rc)/, '~');
}

function keyOf({ product, major, platform, architecture }: LockedSet): string {
  return `${product} ${String(major).padStart(3, '0')} ${platform} ${architecture}`;
}
