import type { BigIntStats } from 'node:fs';
import { rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hashFolder } from '../../../src/dumpset/checksums.ts';
import { knownHashes } from '../../../src/dumpset/known-hashes.ts';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { refusalOf } from '../refusal.ts';
import { appFiles, makeDumpSet, withFolder, writeFiles } from './dump-sets.ts';

/** Longer than a tick of the file system's clock. */
const settle = () => delay(100);

/** The same time of modification again, to the last digit. */
const longAgo = (path: string) => utimes(path, 1e9, 1e9);

/** Hashes a folder, and tells how many of its files were read for it. */
async function read(folder: string, known: ReturnType<typeof knownHashes>) {
  let chunks = 0;
  const sums = await hashFolder(folder, { known, onProgress: () => chunks++ });
  return { sums, chunks };
}

describe('a file that was hashed', () => {
  const files = { one: '1', 'in/two': '22' };

  test('is not read again, under another folder either', () =>
    withFolder(async folder => {
      const known = knownHashes();
      await writeFiles(join(folder, 'set.partial'), files);
      await settle();
      const first = await read(join(folder, 'set.partial'), known);
      expect(first.chunks).toBe(2);
      await rename(join(folder, 'set.partial'), join(folder, 'set'));
      expect(await read(join(folder, 'set'), known)).toEqual({ sums: first.sums, chunks: 0 });
      expect(await read(join(folder, 'set'), knownHashes())).toEqual(first);
    }));

  test.each<[string, (path: string) => Promise<void>]>([
    ['was written to', path => writeFile(path, '2')],
    [
      'was written to and given back its time',
      async path => {
        await writeFile(path, '2');
        await longAgo(path);
      },
    ],
    [
      'made way for another',
      async path => {
        await writeFile(`${path}.new`, '2');
        await rename(`${path}.new`, path);
      },
    ],
  ])('and %s is read again', (_, change) =>
    withFolder(async folder => {
      const known = knownHashes();
      await writeFiles(folder, { one: '1' });
      await longAgo(join(folder, 'one'));
      await settle();
      const before = await read(folder, known);
      await settle();
      await change(join(folder, 'one'));
      const after = await read(folder, known);
      expect(after.chunks).toBe(1);
      expect(after.sums).not.toEqual(before.sums);
    }),
  );
});

describe('a file that may be written to within the tick of its last change', () => {
  const second = 1_000_000_000n;
  const facts = (ctimeNs: bigint) =>
    ({ dev: 1n, ino: 2n, size: 3n, ctimeNs, ctimeMs: ctimeNs / 1_000_000n }) as unknown as BigIntStats;

  test.each([
    ['of milliseconds, at once', 7n * second + 1n, 7_020, false],
    ['of milliseconds, later', 7n * second + 1n, 7_051, true],
    ['of seconds, at once', 7n * second, 7_900, false],
    ['of seconds, after the longest one', 7n * second, 9_001, true],
    ['by a clock that is ahead of ours', 8n * second + 1n, 7_900, false],
  ])('%s', (_, ctimeNs, begun, isKnown) => {
    const known = knownHashes();
    known.learn(facts(ctimeNs), begun, 'hash');
    expect(known.recall(facts(ctimeNs))).toBe(isKnown ? 'hash' : undefined);
    expect(known.recall({ ...facts(ctimeNs), size: 4n })).toBeUndefined();
  });
});

test('a dump set that was changed after its check is found out, whatever its files say of themselves', () =>
  withFolder(async folder => {
    const set = await makeDumpSet(join(folder, 'set'));
    const path = join(set, 'app.dir/4021.dat.gz');
    await longAgo(path);
    await settle();
    const known = knownHashes();
    await checkDumpSet(set, { known });
    await writeFile(path, appFiles['app.dir/4021.dat.gz'].replace('r', 's'));
    await longAgo(path);
    expect(await refusalOf(() => checkDumpSet(set, { known }))).toMatchObject({ code: 'PGR172' });
  }));
