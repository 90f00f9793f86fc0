import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, truncate, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hashFolder } from '../../../src/dumpset/checksums.ts';
import { sizeOnDisk } from '../../../src/dumpset/finish.ts';
import { makeDumpSet, withFolder } from '../dumpset/dump-sets.ts';
import { packTo } from './packing.ts';

const modified = new Date('2026-11-22T10:00:01.000Z');
const longest = '%E5%AD%97'.repeat(21);

const files = {
  'app.dir/toc.dat': 'toc',
  'app.dir/4021.dat.gz': 'x'.repeat(3_000_000),
  [`${longest}.dir/toc.dat`]: 'long',
  empty: '',
  'ünï/new\nline': 'hostile',
  'back\\slash': 'hostile',
  '-rf': 'hostile',
};

function withDumpSet(body: (set: string, base: string) => Promise<void>): () => Promise<void> {
  return () => withFolder(async base => body(await makeDumpSet(join(base, 'staging 字'), files), base));
}

describe('a packed dump set', () => {
  test(
    'has as many bytes as were said before',
    withDumpSet(async (set, base) => {
      const { bytes } = await packTo(set, join(base, 'it.tar'), modified);
      expect((await stat(join(base, 'it.tar'))).size).toBe(bytes);
    }),
  );

  test.each([1, 40, 99, 100, 101, 154, 155, 156, 200, 255])(
    'has as many bytes as were said before, with a name of %i characters',
    length =>
      withFolder(async base => {
        const set = await makeDumpSet(join(base, 's'), { [`${'d'.repeat(length)}/${'f'.repeat(length)}`]: 'x' });
        const { bytes } = await packTo(set, join(base, 'it.tar'), modified);
        expect((await stat(join(base, 'it.tar'))).size).toBe(bytes);
      }),
  );

  test(
    'has the same bytes again, whenever and by whomever its files were written',
    withDumpSet(async (set, base) => {
      await packTo(set, join(base, 'first'), modified);
      await utimes(join(set, 'empty'), 1, 1);
      await chmod(join(set, 'empty'), 0o640);
      await packTo(set, join(base, 'second'), modified);
      expect((await readFile(join(base, 'second'))).equals(await readFile(join(base, 'first')))).toBe(true);
    }),
  );

  test.skipIf(process.platform === 'win32')(
    'is unpacked by tar to what it was',
    withDumpSet(async (set, base) => {
      await packTo(set, join(base, 'it.tar'), modified);
      await mkdir(join(base, 'unpacked'));
      execFileSync('tar', ['-xf', join(base, 'it.tar'), '-C', join(base, 'unpacked')]);
      expect(await readdir(join(base, 'unpacked'))).toEqual(['staging 字']);
      expect(await hashFolder(join(base, 'unpacked/staging 字'))).toEqual(await hashFolder(set));
      execFileSync('sha256sum', ['--strict', '--quiet', '-c', 'SHA256SUMS'], {
        cwd: join(base, 'unpacked/staging 字'),
      });
    }),
  );

  test.skipIf(process.platform === 'win32')(
    'lists every file in order, below the name of the set, without owner',
    withDumpSet(async (set, base) => {
      await packTo(set, join(base, 'it.tar'), modified);
      const listing = execFileSync('tar', ['-tvf', join(base, 'it.tar'), '--numeric-owner', '--full-time', '--utc'], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      });
      const lines = listing.trimEnd().split('\n');
      for (const line of lines) expect(line).toMatch(/^-rw------- 0\/0 +\d+ 2026-11-22 10:00:01 staging 字\//);
      const names = lines.map(line => line.replace(/^.*? staging 字\//, ''));
      const expected = [...Object.keys(files), 'manifest.json', 'SHA256SUMS'].sort();
      expect(names).toEqual(expected.map(name => name.replace('\\', '\\\\').replace('\n', '\\n')));
    }),
  );
});

describe('packing fails', () => {
  const outcomeOf = (packing: Promise<unknown>) =>
    packing.then(
      () => 'packed',
      (error: NodeJS.ErrnoException) => error.code ?? error.name,
    );

  test(
    'when a file of the set cannot be read',
    withDumpSet(async (set, base) => {
      await symlink('empty', join(set, 'link'));
      expect(await outcomeOf(packTo(set, join(base, 'it.tar'), modified))).toBe('PGR172');
    }),
  );

  test(
    'when a file is cut off meanwhile',
    withDumpSet(async (set, base) => {
      await truncate(join(set, 'app.dir/4021.dat.gz'), 200_000_000);
      const packing = outcomeOf(packTo(set, join(base, 'it.tar'), modified));
      while ((await sizeOnDisk(join(base, 'it.tar'))) < 3_000_000) await setImmediate();
      await truncate(join(set, 'app.dir/4021.dat.gz'), 1_000_000);
      expect(await packing).toBe('Error');
    }),
  );

  test(
    'when it is not wanted any more',
    withDumpSet(async (set, base) => {
      const controller = new AbortController();
      const packing = outcomeOf(packTo(set, join(base, 'it.tar'), modified, controller.signal));
      controller.abort();
      expect(await packing).toBe('ABORT_ERR');
    }),
  );
});
