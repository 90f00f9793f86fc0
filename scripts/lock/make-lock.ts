import type { Architecture, Lock, LockedSet } from '../../src/client/lock/lock.ts';
import { mergeSets } from './merge.ts';
import { indexPackages, type PackageIndex, parsePackages } from './package-index.ts';
import { fetchIndexes, type PrivateAptOptions, type VerifiedIndexes } from './private-apt.ts';
import { snapshotTime } from './render.ts';
import { lockedSets } from './sets.ts';
import { architectures, isPostgresPackage, type Publisher, type Source, type Suite } from './sources.ts';

export interface MakeLockOptions extends PrivateAptOptions {
  readonly sources: readonly Source[];
  /** The lock as it is: what is not read again stays. */
  readonly present: Lock;
}

/** Reads the sources' signed indexes and makes a lock of them. The present lock is returned when nothing has changed. */
export async function makeLock({ sources, present, ...options }: MakeLockOptions): Promise<Lock> {
  await using indexes = await fetchIndexes(distinctSuites(sources), options);
  const made: LockedSet[] = [];
  for (const source of sources)
    for (const architecture of architectures) {
      const index = await readSource(source, architecture, indexes);
      made.push(...source.majors.flatMap(major => lockedSets(index, major, architecture)));
    }
  const publishers: readonly Publisher[] = sources.map(({ publisher }) => publisher);
  const sets = mergeSets(made, present.sets, publishers);
  // A new time alone would make a review for nothing.
  if (JSON.stringify(sets) === JSON.stringify(present.sets)) return present;
  return { schema: 1, takenAt: snapshotTime(indexes.newest), sets };
}

async function readSource(source: Source, architecture: Architecture, indexes: VerifiedIndexes): Promise<PackageIndex> {
  const lists = await Promise.all(
    source.suites.map(async suite =>
      parsePackages(
        await indexes.read(suite, architecture),
        suite.archive,
        suite.postgresOnly ? isPostgresPackage : undefined,
      ),
    ),
  );
  return indexPackages(lists.flat());
}

function distinctSuites(sources: readonly Source[]): readonly Suite[] {
  const suites = sources.flatMap(source => source.suites);
  return [...new Map(suites.map(suite => [`${suite.archive} ${suite.name} ${suite.component}`, suite])).values()];
}
