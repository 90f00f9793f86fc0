import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatChecksums, hashFile, hashFolder, listFiles, parseChecksums } from '../../../src/dumpset/checksums.ts';
import { refusalOf } from '../refusal.ts';
import { withFolder, writeFiles } from './dump-sets.ts';

const hostileFiles = {
  plain: '1',
  'in/a/folder': '2',
  'with space': '3',
  ' in front': '4',
  '-n': '5',
  '*': '6',
  'new\nline': '7',
  'back\\slash': '8',
  'return\rhere': '9',
  'both\\n\n': '10',
  '\\': '11',
  'ünïcödé 漢字 😀': '12',
  '#comment': '13',
  '"quoted" (x) = y': '14',
  empty: '',
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the files of a folder', () => {
  test('are hashed in the order of their paths', () =>
    withFolder(async folder => {
      await writeFiles(folder, hostileFiles);
      expect(await hashFolder(folder)).toEqual(
        Object.entries(hostileFiles)
          .map(([path, text]) => ({ path, sha256: sha256(text), bytes: Buffer.byteLength(text) }))
          .sort((left, right) => (left.path < right.path ? -1 : 1)),
      );
    }));

  test('are hashed but for those to leave out, which are paths and not names', () =>
    withFolder(async folder => {
      await writeFiles(folder, { sums: 'a', 'below/sums': 'b', other: 'c' });
      const hashed = await hashFolder(folder, { leaveOut: ['sums'] });
      expect(hashed.map(one => one.path)).toEqual(['below/sums', 'other']);
    }));

  test('are hashed in pieces', () =>
    withFolder(async folder => {
      const text = 'x'.repeat(5_000_000);
      await writeFile(join(folder, 'big'), text);
      let pieces = 0;
      expect(await hashFile(join(folder, 'big'), { onProgress: () => pieces++ })).toBe(sha256(text));
      expect(pieces).toBeGreaterThan(3);
    }));

  test('are not hashed to the end once that is not wanted any more', () =>
    withFolder(async folder => {
      await writeFiles(folder, hostileFiles);
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(hashFolder(folder, { signal })).rejects.toThrow('enough');
    }));

  test.skipIf(process.platform === 'win32').each([
    ['a link to a file', 'plain'],
    ['a link to a folder', 'in'],
    ['a broken link', 'nowhere'],
  ])('may not be %s', (_, target) =>
    withFolder(async folder => {
      await writeFiles(folder, { plain: '1', 'in/x': '2' });
      await symlink(target, join(folder, 'in', 'link'));
      expect((await refusalOf(() => listFiles(folder)))?.code).toBe('PGR172');
    }),
  );
});

describe('SHA256SUMS', () => {
  const checksums = Object.entries(hostileFiles).map(([path, text]) => ({ path, sha256: sha256(text), bytes: 0 }));

  test('is read as it was written', () => {
    const read = parseChecksums(formatChecksums(checksums));
    expect(read).toEqual(new Map(checksums.map(one => [one.path, one.sha256])));
  });

  test.skipIf(process.platform !== 'linux')('is what coreutils writes', () =>
    withFolder(async folder => {
      await writeFiles(folder, hostileFiles);
      const written = execFileSync('sha256sum', ['--', ...Object.keys(hostileFiles)], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(formatChecksums(checksums)).toBe(written);
    }),
  );

  test.skipIf(process.platform !== 'linux')('is checked by coreutils', () =>
    withFolder(async base => {
      const folder = join(base, 'files');
      const sums = join(base, 'sums');
      await writeFiles(folder, hostileFiles);
      await writeFile(sums, formatChecksums(await hashFolder(folder)));
      const check = () =>
        execFileSync('sha256sum', ['--strict', '--quiet', '-c', sums], { cwd: folder, stdio: 'pipe' });
      expect(check).not.toThrow();
      for (const path of Object.keys(hostileFiles)) {
        const text = readFileSync(join(folder, path));
        await writeFile(join(folder, path), `${text.toString()}!`);
        expect(check).toThrow('1 computed checksum did NOT match');
        await writeFile(join(folder, path), text);
      }
      expect(check).not.toThrow();
    }),
  );

  const hash = sha256('x');
  test.each([
    ['nothing', ''],
    ['no line end', `${hash}  a`],
    ['an empty line', `${hash}  a\n\n`],
    ['a short hash', `${hash.slice(1)}  a\n`],
    ['a hash in capitals', `${hash.toUpperCase()}  a\n`],
    ['one space', `${hash} a\n`],
    ['binary mode', `${hash} *a\n`],
    ['no path', `${hash}  \n`],
    ['a path twice', `${hash}  a\n${hash}  a\n`],
    ['a comment', `# sums\n${hash}  a\n`],
    ['the form of BSD', `SHA256 (a) = ${hash}\n`],
  ])('with %s is malformed', (_, text) => {
    expect(parseChecksums(text)).toBeUndefined();
  });
});
