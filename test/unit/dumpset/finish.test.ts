import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { beginDumpSet, discardDumpSet, finishDumpSet, sizeOnDisk } from '../../../src/dumpset/finish.ts';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { refusalOf } from '../refusal.ts';
import { appFiles, appManifest, makeDumpSet, withFolder, writeFiles } from './dump-sets.ts';

describe('a dump set comes into being', () => {
  test('in a folder of its own, which only its user may read', () =>
    withFolder(async base => {
      await beginDumpSet(join(base, 'some/where/set'), join(base, 'some/where/set.partial'));
      expect(await readdir(join(base, 'some/where'))).toEqual(['set.partial']);
      expect((await stat(join(base, 'some/where/set.partial'))).mode & 0o777).toBe(0o700);
    }));

  test('at once, with manifest and sums, and nothing is left of how it was built', () =>
    withFolder(async base => {
      const folder = await makeDumpSet(join(base, 'set'));
      expect(await readdir(base)).toEqual(['set']);
      expect((await readdir(folder)).sort()).toEqual(['SHA256SUMS', 'app.dir', 'globals.sql', 'manifest.json']);
      expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toEqual(
        JSON.parse(JSON.stringify(appManifest)),
      );
      for (const name of ['manifest.json', 'SHA256SUMS']) {
        expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
      }
      await checkDumpSet(folder);
    }));

  test('with the sums of every file but themselves', () =>
    withFolder(async base => {
      const folder = join(base, 'set');
      await beginDumpSet(folder, `${folder}.partial`);
      await writeFiles(`${folder}.partial`, appFiles);
      let signs = 0;
      const checksums = await finishDumpSet(folder, `${folder}.partial`, appManifest, { onProgress: () => signs++ });
      expect(checksums.map(one => one.path)).toEqual([
        'app.dir/4021.dat.gz',
        'app.dir/toc.dat',
        'globals.sql',
        'manifest.json',
      ]);
      expect(signs).toBeGreaterThan(checksums.length);
    }));
});

describe('what is there already is never touched', () => {
  const things: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['a folder with something in it', path => writeFiles(path, { kept: 'kept' })],
    ['an empty folder', path => mkdir(path)],
    ['a file', path => writeFile(path, 'kept')],
    ['a link that leads nowhere', path => symlink('nowhere', path)],
  ];

  test.each(things)('%s at the beginning', (_, make) =>
    withFolder(async base => {
      await make(join(base, 'set'));
      const refusal = await refusalOf(() => beginDumpSet(join(base, 'set'), join(base, 'set.partial')));
      expect(refusal?.code).toBe('PGR131');
      expect(await readdir(base)).toEqual(['set']);
    }),
  );

  test.each(things)('%s where it is to be built', (_, make) =>
    withFolder(async base => {
      await make(join(base, 'set.partial'));
      const refusal = await refusalOf(() => beginDumpSet(join(base, 'set'), join(base, 'set.partial')));
      expect(refusal?.code).toBe('PGR131');
      expect(refusal?.message).toContain('another run');
    }),
  );

  test.each(things)('%s that comes meanwhile', (_, make) =>
    withFolder(async base => {
      const folder = join(base, 'set');
      await beginDumpSet(folder, `${folder}.partial`);
      await writeFiles(`${folder}.partial`, appFiles);
      await make(folder);
      const refusal = await refusalOf(() => finishDumpSet(folder, `${folder}.partial`, appManifest));
      expect(refusal?.code).toBe('PGR131');
      expect((await readdir(base)).sort()).toEqual(['set', 'set.partial']);
      expect((await refusalOf(() => checkDumpSet(folder)))?.code).toBe('PGR171');
    }),
  );

  test('of two runs at once one wins', () =>
    withFolder(async base => {
      const folder = join(base, 'set');
      const attempts = [1, 2, 3].map(() => refusalOf(() => beginDumpSet(folder, `${folder}.partial`)));
      const codes = (await Promise.all(attempts)).map(refusal => refusal?.code);
      expect(codes.filter(code => code === undefined)).toHaveLength(1);
      expect(codes.filter(code => code === 'PGR131')).toHaveLength(2);
    }));
});

test('what was begun can be taken away, also twice', () =>
  withFolder(async base => {
    const partial = join(base, 'set.partial');
    await beginDumpSet(join(base, 'set'), partial);
    await writeFiles(partial, appFiles);
    await discardDumpSet(partial);
    await discardDumpSet(partial);
    expect(await readdir(base)).toEqual([]);
  }));

describe('size on disk', () => {
  test('of a folder is that of all files in it', () =>
    withFolder(async base => {
      await writeFiles(base, { a: '12', 'b/c': '345', 'b/d/e': '6' });
      await mkdir(join(base, 'empty'));
      expect(await sizeOnDisk(base)).toBe(6);
      expect(await sizeOnDisk(join(base, 'b/c'))).toBe(3);
    }));

  test('of what is not there yet is nothing', () =>
    withFolder(async base => {
      await symlink('nowhere', join(base, 'link'));
      expect(await sizeOnDisk(join(base, 'not yet'))).toBe(0);
      expect(await sizeOnDisk(base)).toBe(0);
    }));
});
