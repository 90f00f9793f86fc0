import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as zlib from 'node:zlib';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PackageEntry, unpackPackage } from '../../../../src/client/sealed/package-file.ts';
import { compressXz, makeAr, makeDeb, makeTar, sha256Of, wrapDeb } from './crafted-package.ts';

let contents = '';
beforeEach(async () => {
  contents = join(await mkdtemp(join(tmpdir(), 'sealed-unpack-')), 'contents');
  await mkdir(contents);
});
afterEach(() => rm(dirname(contents), { recursive: true, force: true }));

async function unpack(bytes: Buffer, keep: (path: string) => boolean = () => true): Promise<readonly PackageEntry[]> {
  return await unpackPackage(bytes, { keep, contents, signal: new AbortController().signal });
}

/** Path and text of every file, path and target of every link. */
async function read(entries: readonly PackageEntry[]): Promise<Readonly<Record<string, string>>> {
  const pairs = entries.map(async entry =>
    entry.kind === 'link'
      ? ([entry.path, `-> ${entry.to}`] as const)
      : ([entry.path, await readFile(entry.content, 'utf8')] as const),
  );
  return Object.fromEntries(await Promise.all(pairs));
}

const long = `usr/lib/${'very-long-folder/'.repeat(20)}file`;

describe('a package', () => {
  test('gives its files and links under normalised paths, contents under names of ours', async () => {
    const entries = await unpack(
      await makeDeb([
        { name: './', type: 'directory' },
        { name: './usr/bin/psql', content: 'program' },
        { name: './lib/x86_64-linux-gnu/libc.so.6', content: 'library' },
        { name: 'lib64/ld.so', linkTo: '/lib/x86_64-linux-gnu/ld-2.31.so' },
        { name: './usr/lib/libz.so.1', linkTo: 'libz.so.1.3' },
        { name: './usr/share/same', linkTo: './usr/bin/psql', hard: true },
        { name: './dev/null', type: 'character-device' },
        { name: './run/pipe', type: 'fifo' },
      ]),
    );
    expect(await read(entries)).toEqual({
      'usr/bin/psql': 'program',
      'usr/lib/x86_64-linux-gnu/libc.so.6': 'library',
      'usr/lib64/ld.so': '-> usr/lib/x86_64-linux-gnu/ld-2.31.so',
      'usr/lib/libz.so.1': '-> usr/lib/libz.so.1.3',
      'usr/share/same': '-> usr/bin/psql',
    });
    expect(entries[0]).toMatchObject({ bytes: 7, sha256: sha256Of('program') });
    expect(await readdir(contents)).toHaveLength(2);
  });

  test('gives only what is kept, and writes nothing else', async () => {
    const bytes = await makeDeb([
      { name: './a', content: 'x'.repeat(300_000) },
      { name: './b', content: 'kept' },
      { name: './c', content: '' },
    ]);
    expect(await read(await unpack(bytes, path => path === 'b'))).toEqual({ b: 'kept' });
    expect(await readdir(contents)).toHaveLength(1);
  });

  test('may have long names, as pax says them and as GNU does', async () => {
    const pax = await makeDeb([
      { name: long, content: 'deep' },
      { name: 'short', linkTo: `/${long}` },
    ]);
    expect(await read(await unpack(pax))).toEqual({ [long]: 'deep', short: `-> ${long}` });
    const gnu = Buffer.concat([
      tarBlock('././@LongLink', 'L', Buffer.from(`${long}\0`)),
      tarBlock('usr/lib/cut', '0', Buffer.from('deep')),
      tarBlock('././@LongLink', 'K', Buffer.from(`/${long}\0`)),
      tarBlock('short', '2', Buffer.alloc(0), 'cut'),
      Buffer.alloc(1024),
    ]);
    expect(await read(await unpack(wrapDeb('data.tar', gnu)))).toEqual({ [long]: 'deep', short: `-> ${long}` });
  });

  test.each(['data.tar', 'data.tar.gz', 'data.tar.xz', 'data.tar.zst'] as const)('may have its %s', async name => {
    const compressed = compress(name, await makeTar([{ name: 'big', content: 'many words '.repeat(50_000) }]));
    if (compressed === undefined) return;
    const [entry] = await unpack(wrapDeb(name, compressed));
    expect(entry).toMatchObject({ path: 'big', bytes: 550_000, sha256: sha256Of('many words '.repeat(50_000)) });
  });

  test.skipIf('createZstdDecompress' in zlib)('says what to do where Node does not know zstd', async () => {
    await expect(unpack(wrapDeb('data.tar.zst', Buffer.alloc(10)))).rejects.toThrow('needs Node 22.15 or newer');
  });
});

describe('path tricks', () => {
  test.each([
    ['a path with dots', { name: './usr/../../../etc/passwd', content: 'root::0:0' }, 'a path that leads out'],
    ['dots alone', { name: '..', content: 'x' }, 'a path that leads out'],
    ['a link above the root', { name: './usr/lib/evil.so', linkTo: '../../../../etc/shadow' }, 'leads out of it'],
    [
      'a hard link above the root',
      { name: './usr/lib/evil.so', linkTo: '../../etc/shadow', hard: true },
      'leads out of it',
    ],
  ] as const)('%s are refused', async (_, entry, message) => {
    await expect(unpack(await makeDeb([entry]))).rejects.toThrow(message);
    expect(await readdir(dirname(contents))).toEqual(['contents']);
  });

  test('an absolute path starts at the root of the package', async () => {
    expect(await read(await unpack(await makeDeb([{ name: '/etc/passwd', content: 'x' }])))).toEqual({
      'etc/passwd': 'x',
    });
  });

  test('a file written through a link is a file of the package, not of the machine', async () => {
    const bytes = await makeDeb([
      { name: 'usr/lib', linkTo: '/tmp' },
      { name: 'usr/lib/evil', content: 'x' },
    ]);
    expect(await read(await unpack(bytes))).toEqual({ 'usr/lib': '-> tmp', 'usr/lib/evil': 'x' });
    expect(await readdir(contents)).toHaveLength(1);
  });
});

describe('damage', () => {
  const whole = makeTar([
    { name: 'first', content: 'a'.repeat(5_000) },
    { name: 'second', content: 'b'.repeat(5_000) },
  ]);

  const damaged = /^(invalid|incorrect|unexpected end|the xz data is damaged|.*checksum|.*corrupt|.*data)/i;

  test.each(['data.tar', 'data.tar.gz', 'data.tar.xz', 'data.tar.zst'])('a %s that is cut is refused', async name => {
    const compressed = compress(name, await whole);
    if (compressed === undefined) return;
    for (const share of [0, 0.1, 0.3, 0.5, 0.7]) {
      const cut = compressed.subarray(0, Math.floor(compressed.length * share) || (name === 'data.tar' ? 100 : 0));
      await expect(unpack(wrapDeb(name, cut)), `${name} cut to ${share}`).rejects.toThrow(
        /unexpected end of|xz data is damaged|Invalid tar|truncated/i,
      );
    }
  });

  test.each(['data.tar.gz', 'data.tar.xz', 'data.tar.zst'])('a %s with a flipped bit is refused', async name => {
    const compressed = compress(name, await whole);
    if (compressed === undefined) return;
    for (let at = 20; at < compressed.length - 30; at += 7) {
      const flipped = Buffer.from(compressed);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      await expect(unpack(wrapDeb(name, flipped)), `${name}, byte ${at}`).rejects.toThrow(damaged);
    }
  });

  test('a tar file with a flipped bit in any header is refused', async () => {
    const tar = await whole;
    // Behind it stand the sum itself and its padding.
    for (let at = 0; at < 148; at += 5) {
      const flipped = Buffer.from(tar);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      await expect(unpack(wrapDeb('data.tar', flipped)), `byte ${at}`).rejects.toThrow('Invalid tar header');
    }
  });

  test.each([
    ['no ar archive', Buffer.from('<html>'), 'no ar archive'],
    ['no data', makeAr([['debian-binary', Buffer.from('2.0\n')]]), 'it has no data.tar'],
    [
      'a compression of its own',
      wrapDeb('data.tar.lzma', Buffer.alloc(10)),
      'the compression of data.tar.lzma is not known',
    ],
    ['text instead of tar', wrapDeb('data.tar.gz', gzipSync('not a tar file '.repeat(100))), 'Invalid tar header'],
  ])('%s is refused', async (_, bytes, message) => {
    await expect(unpack(bytes)).rejects.toThrow(message);
  });

  test('a content that does not reach its size is refused', async () => {
    const short = Buffer.concat([tarBlock('zeros', '0', Buffer.alloc(0), '', 2 ** 32), Buffer.alloc(1 << 20)]);
    await expect(unpack(wrapDeb('data.tar', short), () => false)).rejects.toThrow('Unexpected end of data');
  });

  test('what would fill the disk is refused', async () => {
    const bytes = await makeDeb([{ name: 'zeros', content: Buffer.alloc(1 << 20) }]);
    const options = { keep: () => true, contents, signal: new AbortController().signal, mostBytes: 1_000_000 };
    await expect(unpackPackage(bytes, options)).rejects.toThrow('it unpacks to more than 1000000 bytes');
  });

  test('an xz package that was given up does not hold up the next one', async context => {
    const big = compressXz(await makeTar([{ name: 'big', content: Buffer.alloc(1 << 23, 'many words ') }]));
    if (big === undefined) return context.skip('there is no xz program');
    const options = { keep: () => true, contents, signal: new AbortController().signal, mostBytes: 1 << 20 };
    await expect(unpackPackage(wrapDeb('data.tar.xz', big), options)).rejects.toThrow('unpacks to more');
    const [entry] = await unpack(wrapDeb('data.tar.xz', big));
    expect(entry).toMatchObject({ path: 'big', bytes: 1 << 23 });
    return undefined;
  });

  test('ends when its signal does', async () => {
    const controller = new AbortController();
    const bytes = await makeDeb([{ name: 'big', content: 'x'.repeat(1 << 22) }]);
    controller.abort(new Error('enough'));
    const unpacked = unpackPackage(bytes, { keep: () => true, contents, signal: controller.signal });
    await expect(unpacked).rejects.toThrow('enough');
  });
});

function compress(name: string, bytes: Buffer): Buffer | undefined {
  if (name.endsWith('.gz')) return gzipSync(bytes);
  if (name.endsWith('.xz')) return compressXz(bytes);
  return name.endsWith('.zst') ? compressZstd(bytes) : bytes;
}

/** With a checksum, as dpkg-deb has it; undefined where Node knows no zstd. */
function compressZstd(bytes: Buffer): Buffer | undefined {
  return zlib.zstdCompressSync?.(bytes, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } });
}

/** One header in the GNU form with its content, for what tar-stream itself never writes. */
function tarBlock(name: string, type: string, content: Buffer, linkName = '', size = content.length): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0'.concat('0000000\0', '0000000\0'), 100);
  header.write(`${size.toString(8).padStart(11, '0')} 00000000000 `, 124);
  header.write(`        ${type}${linkName}`, 148);
  header.write('ustar  \0', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
