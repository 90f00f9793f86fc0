import { describe, expect, it } from 'vitest';
import { parseArchive } from '../../../../src/postgres/archive/parse.ts';
import { inputOf } from './archive-builder.ts';

describe('something else', () => {
  const tar = Buffer.alloc(512);
  tar.write('toc.dat', 0);
  tar.write('ustar', 257);

  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /is empty/],
    ['a plain dump', Buffer.from('--\n-- PostgreSQL database dump\n--\n'), /is a plain SQL dump/],
    ['a tar file', tar, /is a tar file, but not one that pg_dump has written/],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), /is compressed with gzip/],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), /is compressed with zstd/],
    ['lz4', Buffer.from([4, 0x22, 0x4d, 0x18]), /is compressed with lz4/],
    ['zip', Buffer.from('PK\u0003\u0004'), /is a zip file/],
    ['another file', Buffer.from('{"a":1}'), /does not begin with PGDMP/],
    [
      'the first bytes of an archive',
      Buffer.from('PGD'),
      /field magic, at byte 0: the file is cut off, it ends at byte 3/,
    ],
  ])('is told: %s', async (_, bytes, message) => {
    const outcome = parseArchive(inputOf(bytes), 'file');
    await expect(outcome).rejects.toMatchObject({ code: 'PGR302', message: expect.stringMatching(message) });
  });
});
