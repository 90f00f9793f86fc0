import { describe, expect, it } from 'vitest';
import { parseArchive } from '../../../../src/postgres/archive/parse.ts';
import { archiveBytes, inputOf, type RawArchive } from './archive-builder.ts';

const parse = (changes: Partial<RawArchive>) =>
  parseArchive(inputOf(archiveBytes(changes)), changes.format === 3 ? 'folder' : 'file');

describe('text', () => {
  const encoding = (name: string) => ({
    desc: 'ENCODING',
    tag: 'ENCODING',
    defn: `SET client_encoding = '${name}';\n`,
  });

  it('is decoded in an archive of UTF-8, also in the header, wherever the encoding is named', async () => {
    const archive = await parse({ database: 'größe', entries: [{ defn: 'é', owner: 'ø' }, encoding('UTF8')] });
    expect(archive.header.database).toBe('größe');
    expect(archive.entries[0]).toMatchObject({ definition: 'é', owner: 'ø' });
  });

  it('stays one character per byte in every other encoding, and where it is not valid', async () => {
    const bytes = Buffer.from([0xc3, 0xa9]);
    const { entries } = await parse({ entries: [encoding('LATIN1'), { defn: bytes }] });
    expect(entries[1]?.definition).toBe('Ã©');
    const mixed = await parse({ entries: [encoding('UTF8'), { owner: Buffer.from([0xe9]), defn: bytes }] });
    expect(mixed.entries[1]).toMatchObject({ owner: 'é', definition: 'é' });
  });
});
