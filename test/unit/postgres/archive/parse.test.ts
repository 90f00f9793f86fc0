import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseArchive } from '../../../../src/postgres/archive/parse.ts';
import { archiveBytes, inputOf, type RawArchive } from './archive-builder.ts';

const block = Buffer.from([1, 0, 1, 0, 0, 0]);
const parse = (changes: Partial<RawArchive>) =>
  parseArchive(inputOf(archiveBytes(changes)), changes.format === 3 ? 'folder' : 'file');

describe('the whole', () => {
  it('refuses two entries of one dump id', async () => {
    await expect(parse({ entries: [{ dumpId: 3 }, { dumpId: 3 }] })).rejects.toThrow(/two entries have the dump id 3/);
  });

  it('refuses what is left behind the entries, as when their number was changed', async () => {
    await expect(parse({ format: 3, entries: [{}, {}], entryCount: 1 })).rejects.toThrow(
      /bytes follow the last of its 1/,
    );
    await expect(parse({ entries: [{}, {}], entryCount: 1 })).rejects.toThrow(/no data block begins at byte \d+/);
  });

  it('refuses a custom archive that ends before its data', async () => {
    await expect(parse({ entries: [{ hadDumper: 1, state: 1 }] })).rejects.toThrow(/ends behind its table of contents/);
  });

  it('reads no more of a huge file than its table of contents', async () => {
    const bytes = archiveBytes({ entries: [{ hadDumper: 1, state: 1 }], after: Buffer.alloc(1_000_000, 1) });
    const input = inputOf(bytes, 100 * 2 ** 30);
    let furthest = 0;
    const read = (position: number, length: number) => {
      furthest = Math.max(furthest, position + length);
      return input.read(position, length);
    };
    expect((await parseArchive({ ...input, read }, 'file')).entries).toHaveLength(1);
    expect(furthest).toBeLessThanOrEqual(64 * 1024);
  });

  it('refuses more entries than the memory may hold, before it reads one', async () => {
    const input = inputOf(archiveBytes({ entryCount: 2_000_001, after: Buffer.alloc(65_536) }), 2 ** 40);
    await expect(parseArchive(input, 'file')).rejects.toThrow(/has 2000001 entries, which is more than/);
  });

  it('reads entries that are larger than a step, and hashes exactly header and TOC', async () => {
    const defn = 'x'.repeat(300_000);
    const bytes = archiveBytes({ entries: [{ defn }, { defn }, { defn: 'y' }] });
    const archive = await parseArchive(inputOf(Buffer.concat([bytes, block])), 'file');
    expect(archive.entries.map(entry => entry.definition)).toEqual([defn, defn, 'y']);
    expect(archive.tocBytes).toBe(bytes.length);
    expect(archive.tocSha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('notices a file that shrinks', async () => {
    const bytes = archiveBytes({ entries: [{ defn: 'x'.repeat(1000) }] });
    await expect(parseArchive(inputOf(bytes.subarray(0, 700), bytes.length), 'file')).rejects.toThrow(/became shorter/);
  });

  it('is refused wherever it is cut, and never fails otherwise when a byte changes', async () => {
    const bytes = archiveBytes({ format: 3, entries: [{ hadDumper: 1, file: '1.dat' }, { dependencies: ['1'] }] });
    for (let length = 0; length < bytes.length; length++)
      await expect(parseArchive(inputOf(bytes.subarray(0, length)), 'folder')).rejects.toMatchObject({
        code: 'PGR302',
      });
    for (const [at, byte] of bytes.entries())
      for (let bit = 0; bit < 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[at] = byte ^ (1 << bit);
        const outcome = await parseArchive(inputOf(changed), 'folder').catch((error: unknown) => error);
        expect(outcome).toSatisfy(value => 'entries' in value || value.code === 'PGR302');
      }
  });
});
