import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseArchive } from '../../../../src/postgres/archive/parse.ts';
import { archiveBytes, inputOf, type RawArchive } from './archive-builder.ts';

const parse = (changes: Partial<RawArchive>) =>
  parseArchive(inputOf(archiveBytes(changes)), changes.format === 3 ? 'folder' : 'file');

describe('the header', () => {
  it('is read in full', async () => {
    const bytes = archiveBytes({ revision: 7, integerSize: 8, offsetSize: 4 });
    const archive = await parseArchive(inputOf(bytes), 'file');
    expect(archive).toEqual({
      header: {
        version: { major: 1, minor: 14, revision: 7 },
        integerSize: 8,
        offsetSize: 4,
        format: 'custom',
        compression: { kind: 'gzip', level: undefined },
        createdAt: '2026-01-02T03:04:05',
        database: 'shop',
        serverVersion: '15.18',
        dumpVersion: '15.20',
        entryCount: 0,
      },
      entries: [],
      tocBytes: bytes.length,
      tocSha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  it.each([
    [14, -1, 'gzip', undefined],
    [14, 0, 'none', undefined],
    [12, 9, 'gzip', 9],
    [15, 0, 'none', undefined],
    [15, 1, 'gzip', undefined],
    [16, 2, 'lz4', undefined],
    [16, 3, 'zstd', undefined],
  ])('of format 1.%i with compression %i means %s, level %s', async (minor, compression, kind, level) => {
    expect((await parse({ minor, compression })).header.compression).toEqual({ kind, level });
  });

  it.each<[string, Partial<RawArchive>, RegExp]>([
    ['format 1.17', { minor: 17 }, /archive format 1\.17, and this pg-roundtrip reads 1\.12 to 1\.16/],
    ['format 1.11', { minor: 11 }, /archive format 1\.11, which only releases before Postgres 9\.0 write/],
    ['integers of 9 bytes', { integerSize: 9 }, /field intSize, at byte 8: 9 is not between 1 and 8/],
    ['format code 4', { format: 4 }, /field format, at byte 10: 4 is the code of no format/],
    ['compression 10', { compression: 10 }, /field compression, at byte 11: 10 is not between -1 and 9/],
    ['algorithm 4', { minor: 15, compression: 4 }, /field compression, at byte 11: 4 is the code of no algorithm/],
    ['month 12', { time: [0, 0, 0, 1, 12, 100, 0] }, /field month, at byte 36: 12 is not between 0 and 11/],
    ['no database', { database: null }, /field database, at byte 51: it is missing/],
    ['a negative number of entries', { entryCount: -1 }, /field number of entries/],
    ['more entries than fit', { entryCount: 100 }, /claims 100 entries, more than its 85 bytes can hold/],
  ])('is refused with %s', async (_, changes, message) => {
    await expect(parse(changes)).rejects.toMatchObject({ code: 'PGR302', message: expect.stringMatching(message) });
  });

  it('tells what to do about the wrong kind of path', async () => {
    const [custom, table] = [inputOf(archiveBytes()), inputOf(archiveBytes({ format: 3 }))];
    await expect(parseArchive(table, 'file')).rejects.toMatchObject({
      problems: [{ remedy: 'name its folder instead' }],
    });
    await expect(parseArchive(custom, 'folder')).rejects.toThrow(/is a custom archive/);
  });
});
