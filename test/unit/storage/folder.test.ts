import { copyFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashFolder } from '../../../src/dumpset/checksums.ts';
import { copyDumpSet } from '../../../src/storage/folder.ts';
import { appFiles, makeDumpSet, withFolder, writeFiles } from '../dumpset/dump-sets.ts';
import { refusalOf } from '../refusal.ts';

/** A finished dump set, and a place to copy it to. */
function withDumpSet(body: (from: string, to: string) => Promise<void>): () => Promise<void> {
  return () => withFolder(async base => body(await makeDumpSet(join(base, 'set')), join(base, 'published/here')));
}

test(
  'a copy has the same files, for its user alone',
  withDumpSet(async (from, to) => {
    expect(await copyDumpSet(from, to)).toBe('copied');
    expect(await hashFolder(to)).toEqual(await hashFolder(from));
    expect((await stat(to)).mode & 0o777).toBe(0o700);
    expect((await stat(join(to, 'app.dir'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(to, '..'))).toEqual(['here']);
  }),
);

test(
  'the same dump set there already is success without work',
  withDumpSet(async (from, to) => {
    await copyDumpSet(from, to);
    const before = await stat(join(to, 'app.dir/toc.dat'));
    expect(await copyDumpSet(from, to)).toBe('already there');
    expect((await stat(join(to, 'app.dir/toc.dat'))).ino).toBe(before.ino);
    expect(await readdir(join(to, '..'))).toEqual(['here']);
  }),
);

describe('what is there and is not this dump set is refused and left as it is', () => {
  test.each<readonly [string, string, (to: string, base: string) => Promise<unknown>]>([
    [
      'another dump set',
      'PGR131',
      (to, base) =>
        makeDumpSet(join(base, 'x'), { ...appFiles, 'globals.sql': 'other' }).then(other => copyDumpSet(other, to)),
    ],
    ['some other folder', 'PGR131', to => writeFiles(to, { kept: 'kept' })],
    ['an empty folder', 'PGR131', to => mkdir(to, { recursive: true })],
    ['a file', 'PGR131', to => writeFiles(join(to, '..'), { here: 'kept' })],
    ['a link that leads nowhere', 'PGR131', to => mkdir(join(to, '..')).then(() => symlink('nowhere', to))],
    ['what another run is writing', 'PGR131', to => writeFiles(`${to}.partial`, { 'app.dir/toc.dat': 'half' })],
  ])('%s', (_, code, make) =>
    withFolder(async base => {
      const from = await makeDumpSet(join(base, 'set'));
      const to = join(base, 'published/here');
      await make(to, base);
      const before = await readdir(join(to, '..'), { recursive: true });
      expect((await refusalOf(() => copyDumpSet(from, to)))?.code).toBe(code);
      expect(await readdir(join(to, '..'), { recursive: true })).toEqual(before);
    }),
  );

  test(
    'the same dump set, damaged since',
    withDumpSet(async (from, to) => {
      await copyDumpSet(from, to);
      await writeFile(join(to, 'globals.sql'), 'damaged');
      expect((await refusalOf(() => copyDumpSet(from, to)))?.code).toBe('PGR172');
      expect(await readFile(join(to, 'globals.sql'), 'utf8')).toBe('damaged');
    }),
  );
});

describe('a source that is damaged is not published, and nothing is left', () => {
  test.each<readonly [string, (from: string) => Promise<unknown>]>([
    ['a changed file', from => writeFile(join(from, 'app.dir/toc.dat'), 'changed')],
    ['a missing file', from => rm(join(from, 'globals.sql'))],
    ['a file too many', from => copyFile(join(from, 'globals.sql'), join(from, 'more.sql'))],
    ['a link', from => symlink('globals.sql', join(from, 'link'))],
    ['no sums', from => rm(join(from, 'SHA256SUMS'))],
  ])('%s', (_, damage) =>
    withFolder(async base => {
      const from = await makeDumpSet(join(base, 'set'));
      await damage(from);
      const to = join(base, 'here');
      expect((await refusalOf(() => copyDumpSet(from, to)))?.code).toBe('PGR172');
      expect(await readdir(base)).toEqual(['set']);
    }),
  );
});
