import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { packedChecksums, unpackDumpSet } from '../../../src/storage/unpack.ts';
import { makeDumpSet } from '../dumpset/dump-sets.ts';
import { packedIn, packTo } from './packing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unpack-'));
  await mkdir(join(folder, 'out'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const unpack = () => unpackDumpSet(packedIn(join(folder, 'packed')), join(folder, 'out'), signal);

async function tar(...entries: readonly (Partial<Header> & { readonly name: string })[]): Promise<void> {
  const archive = pack();
  for (const entry of entries) archive.entry(entry, entry.type === undefined ? 'content' : '');
  archive.finalize();
  await writeFile(join(folder, 'packed'), await buffer(archive));
}

it('what was packed comes back as it was', async () => {
  const set = join(folder, 'nightly');
  await makeDumpSet(set);
  await packTo(set, join(folder, 'packed'), new Date(0));
  await unpack();
  expect(await checkDumpSet(join(folder, 'out'))).toEqual(await checkDumpSet(set));
  expect(await packedChecksums(packedIn(join(folder, 'packed')), signal)).toEqual(
    await readFile(join(set, 'SHA256SUMS')),
  );
});

describe('what no dump set has is refused, and nothing is written outside', () => {
  it.each<[string, readonly (Partial<Header> & { readonly name: string })[], RegExp]>([
    ['a path upwards', [{ name: 'set/../../escaped' }], /none of a file/],
    ['an absolute path', [{ name: '/escaped' }], /none of a file/],
    ['a path with a backslash', [{ name: 'set/..\\escaped' }], /none of a file/],
    ['a file without a folder', [{ name: 'manifest.json' }], /none of a file/],
    ['a link', [{ name: 'set/link', type: 'symlink', linkname: '/etc/passwd' }], /is a symlink/],
    ['a hard link', [{ name: 'set/link', type: 'link', linkname: 'set/x' }], /is a link/],
    ['a folder', [{ name: 'set/', type: 'directory' }], /is a directory/],
    ['a device', [{ name: 'set/null', type: 'character-device' }], /is a character-device/],
    ['two folders', [{ name: 'one/manifest.json' }, { name: 'two/manifest.json' }], /more than one folder/],
    ['nothing', [], /is empty/],
  ])('%s', async (_, entries, message) => {
    await tar(...entries);
    await expect(unpack()).rejects.toMatchObject({ code: 'PGR172', message: expect.stringMatching(message) });
    expect((await readdir(folder)).sort()).toEqual(['out', 'packed']);
    expect(await readdir(join(folder, 'out'))).toEqual(entries.length === 2 ? ['manifest.json'] : []);
  });

  it('a file that comes twice', async () => {
    await tar({ name: 'set/a' }, { name: 'set/a' });
    await expect(unpack()).rejects.toMatchObject({ code: 'PGR172' });
  });

  it.each([
    ['text', 'this is no tar'.repeat(100)],
    ['a zip', `PK\u0003\u0004${'x'.repeat(2000)}`],
  ])('%s', async (_, content) => {
    await writeFile(join(folder, 'packed'), content);
    await expect(unpack()).rejects.toMatchObject({ code: 'PGR172' });
  });

  it('a tar that was cut anywhere', async () => {
    const set = join(folder, 'nightly');
    await makeDumpSet(set);
    const packed = join(folder, 'packed');
    await packTo(set, packed, new Date(0));

    const whole = await readFile(packed);
    for (let end = 0; end < whole.length - 1024; end += 300) {
      await rm(join(folder, 'out'), { recursive: true });
      await mkdir(join(folder, 'out'));
      await writeFile(packed, whole.subarray(0, end));
      const complete = await unpack()
        .then(
          () => checkDumpSet(join(folder, 'out')),
          () => undefined,
        )
        .catch(() => undefined);
      expect(complete).toBeUndefined();
    }
  });
});
