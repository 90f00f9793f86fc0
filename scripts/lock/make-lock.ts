import type { Architecture, Lock, LockedSet, PackageArchive, TakenAt } from '../../src/client/lock/lock.ts';
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
  const suites = distinctSuites(sources);
  await using indexes = await fetchIndexes(suites, options);
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
  return { schema: 1, takenAt: await timesOf(suites, indexes, present.takenAt), sets };
}

/** Of each archive its newest release; an archive that was not read keeps its time. */
async function timesOf(suites: readonly Suite[], indexes: VerifiedIndexes, present: TakenAt): Promise<TakenAt> {
  const times = new Map<string, string>(Object.entries(present));
  for (const archive of new Set(suites.map(suite => suite.archive))) {
    const own = suites.filter(suite => suite.archive === archive);
    const dates = await Promise.all(own.map(async suite => (await indexes.releasedAt(suite)).getTime()));
    times.set(archive, snapshotTime(new Date(Math.max(...dates))));
  }
  const order: readonly PackageArchive[] = ['debian', 'debian-security', 'pgdg'];
  return Object.fromEntries(
    order.flatMap(archive => {
      const time = times.get(archive);
      return time === undefined ? [] : [[archive, time]];
    }),
  );
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
