import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installSet } from '../../../src/client/sealed/install.ts';
import { packageFile } from '../../../src/client/sealed/package-store.ts';
import { optionsFor } from '../../unit/client/sealed/crafted-set.ts';
import { startArchive } from '../../unit/client/sealed/mirror-server.ts';
import { refusalOf } from '../../unit/refusal.ts';
import { absence, installReal, keptPackages, lockedSet, openFolder } from './real-set.ts';

const missing = await absence(() => lockedSet('client', 17));

describe.skipIf(missing !== undefined)('the real client 17, from a mirror on loopback', () => {
  /** What an honest mirror has, by path. */
  async function honest(): Promise<Map<string, Buffer>> {
    const set = lockedSet('client', 17);
    const read = set.packages.map(
      async one => [one.path, await readFile(packageFile(keptPackages.folder, one))] as const,
    );
    return new Map(await Promise.all(read));
  }

  const everywhere = (url: string) => {
    const archives = ['debian', 'debian-security', 'pgdg'] as const;
    return { ...optionsFor(url), mirrors: archives.map(archive => ({ archive, url })) };
  };

  test('costs one request a package and no byte more than locked', async () => {
    const set = lockedSet('client', 17);
    await using place = await openFolder();
    await using mirror = await startArchive(await honest());
    let fetched = 0;
    await installSet(set, join(place.path, 'client'), {
      ...everywhere(mirror.url),
      onProgress: progress => {
        if (progress.kind === 'fetched') fetched += progress.package.bytes;
      },
    });
    expect(mirror.asked.toSorted()).toEqual(set.packages.map(({ path }) => path).toSorted());
    expect(fetched).toBeLessThan(10_000_000);
    expect(await readdir(place.path)).toEqual(['client']);
  });

  test.each<readonly [string, (bytes: Buffer, files: Map<string, Buffer>) => Buffer, 'PGR250' | 'PGR251']>([
    ['one flipped bit', bytes => flipped(bytes), 'PGR251'],
    ['the end cut off', bytes => bytes.subarray(0, bytes.length - 1), 'PGR250'],
    ['a byte more', bytes => Buffer.concat([bytes, Buffer.from([0])]), 'PGR251'],
    [
      'another package, larger',
      (_, files) => [...files.values()].reduce((a, b) => (a.length > b.length ? a : b)),
      'PGR251',
    ],
    ['nothing in it', () => Buffer.alloc(0), 'PGR250'],
  ])('is refused by name when libssl has %s, and nothing is installed', async (_, change, code) => {
    const set = lockedSet('client', 17);
    const [libssl] = set.packages.filter(({ name }) => name.startsWith('libssl'));
    const files = await honest();
    files.set(libssl?.path ?? '', change(files.get(libssl?.path ?? '') ?? Buffer.alloc(0), files));
    await using place = await openFolder();
    await using mirror = await startArchive(files);
    const problem = await refusalOf(() => installSet(set, join(place.path, 'client'), everywhere(mirror.url)));
    expect(problem).toMatchObject({ code, message: expect.stringContaining(`${libssl?.name} ${libssl?.version}`) });
    expect(await readdir(place.path)).toEqual([]);
  });

  test('is not what a cache with one byte changed says: that package is fetched anew', async () => {
    const set = lockedSet('client', 17);
    await using place = await openFolder();
    const packages = { folder: join(place.path, 'packages') };
    await mkdir(packages.folder);
    for (const one of set.packages)
      await copyFile(packageFile(keptPackages.folder, one), packageFile(packages.folder, one));
    const [first] = set.packages;
    if (first === undefined) throw new Error('no packages');
    const poisoned = packageFile(packages.folder, first);
    const bytes = flipped(await readFile(poisoned));
    await rm(poisoned);
    await writeFile(poisoned, bytes);
    await using mirror = await startArchive(await honest());
    await installSet(set, join(place.path, 'client'), { ...everywhere(mirror.url), packages });
    expect(mirror.asked).toEqual([first.path]);
  });
});

describe.skipIf(missing !== undefined)('two jobs on one machine', () => {
  test('that install the same client at once both get it', async () => {
    await using place = await openFolder();
    const roots = await Promise.all(
      [1, 2, 3].map(() => installReal(lockedSet('client', 17), join(place.path, 'client'))),
    );
    expect(roots.map(({ root }) => root)).toEqual(Array(3).fill(join(place.path, 'client')));
    expect(await readdir(place.path)).toEqual(['client']);
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}
