import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, symlink, truncate, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hashFolder } from '../../../src/dumpset/checksums.ts';
import { sizeOnDisk } from '../../../src/dumpset/finish.ts';
import { packDumpSet } from '../../../src/storage/pack.ts';
import { makeDumpSet, withFolder, writeFiles } from '../dumpset/dump-sets.ts';

const modified = new Date('2026-11-22T10:00:01.000Z');
const never = new AbortController().signal;
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
    'has the size and the hash that are said of it, and is for its user alone',
    withDumpSet(async (set, base) => {
      const packed = await packDumpSet(set, join(base, 'it.tar'), modified, never);
      const bytes = await readFile(join(base, 'it.tar'));
      expect(packed).toEqual({
        path: join(base, 'it.tar'),
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
      expect((await stat(join(base, 'it.tar'))).mode & 0o777).toBe(0o600);
    }),
  );

  test(
    'has the same bytes again, whenever and by whomever its files were written',
    withDumpSet(async (set, base) => {
      const first = await packDumpSet(set, join(base, 'first'), modified, never);
      await utimes(join(set, 'empty'), 1, 1);
      await chmod(join(set, 'empty'), 0o640);
      const second = await packDumpSet(set, join(base, 'second'), modified, never);
      expect(second).toEqual({ ...first, path: join(base, 'second') });
    }),
  );

  test.skipIf(process.platform === 'win32')(
    'is unpacked by tar to what it was',
    withDumpSet(async (set, base) => {
      await packDumpSet(set, join(base, 'it.tar'), modified, never);
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
      await packDumpSet(set, join(base, 'it.tar'), modified, never);
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
      expect(await outcomeOf(packDumpSet(set, join(base, 'it.tar'), modified, never))).toBe('PGR172');
    }),
  );

  test(
    'when a file is cut off meanwhile',
    withDumpSet(async (set, base) => {
      await truncate(join(set, 'app.dir/4021.dat.gz'), 200_000_000);
      const packing = outcomeOf(packDumpSet(set, join(base, 'it.tar'), modified, never));
      while ((await sizeOnDisk(join(base, 'it.tar'))) < 3_000_000) await setImmediate();
      await truncate(join(set, 'app.dir/4021.dat.gz'), 1_000_000);
      expect(await packing).toBe('Error');
    }),
  );

  test(
    'where there is something already, which stays',
    withDumpSet(async (set, base) => {
      await writeFiles(base, { 'it.tar': 'kept' });
      expect(await outcomeOf(packDumpSet(set, join(base, 'it.tar'), modified, never))).toBe('EEXIST');
      expect(await readFile(join(base, 'it.tar'), 'utf8')).toBe('kept');
    }),
  );

  test(
    'where there is no folder for it',
    withDumpSet(async (set, base) => {
      expect(await outcomeOf(packDumpSet(set, join(base, 'nowhere/it.tar'), modified, never))).toBe('ENOENT');
    }),
  );

  test(
    'when it is not wanted any more',
    withDumpSet(async (set, base) => {
      const controller = new AbortController();
      const packing = outcomeOf(packDumpSet(set, join(base, 'it.tar'), modified, controller.signal));
      controller.abort();
      expect(await packing).toBe('ABORT_ERR');
    }),
  );
});
