import { describe, expect, it } from 'vitest';
import { parseArchive } from '../../../../src/postgres/archive/parse.ts';
import { archiveBytes, inputOf, type RawArchive, type RawEntry } from './archive-builder.ts';

const block = Buffer.from([1, 0, 1, 0, 0, 0]);
const parse = (changes: Partial<RawArchive>) =>
  parseArchive(inputOf(archiveBytes(changes)), changes.format === 3 ? 'folder' : 'file');

describe('an entry', () => {
  const raw: Partial<RawEntry> = {
    dumpId: 212,
    hadDumper: 1,
    tableoid: '0',
    oid: '4294967295',
    desc: 'TABLE DATA',
    section: 3,
    defn: null,
    dropStmt: '',
    copyStmt: 'COPY app.item (id) FROM stdin;\n',
    tablespace: '',
    owner: null,
    dependencies: ['210', '9'],
  };
  const common = {
    dumpId: 212,
    hasData: true,
    tableOid: 0,
    oid: 4294967295,
    tag: 'item',
    description: 'TABLE DATA',
    section: 'data',
    definition: undefined,
    dropStatement: '',
    copyStatement: 'COPY app.item (id) FROM stdin;\n',
    namespace: 'app',
    tablespace: '',
    owner: undefined,
    dependencies: [210, 9],
  };

  it.each([
    [12, undefined, undefined],
    [13, undefined, undefined],
    [14, 'heap', undefined],
    [15, 'heap', undefined],
    [16, 'heap', 'r'],
  ])('of format 1.%i is read in full', async (minor, accessMethod, relationKind) => {
    for (const integerSize of [4, 8]) {
      const shape = { minor, integerSize, compression: 1 };
      const custom = { ...shape, after: block, entries: [{ ...raw, state: 1 }] };
      const location = { kind: 'offset', state: 'unset', position: 0 };
      expect((await parse(custom)).entries).toEqual([{ ...common, accessMethod, relationKind, location }]);
      const folder = { ...shape, format: 3, entries: [{ ...raw, file: '212.dat' }] };
      const file = { kind: 'file', name: '212.dat' };
      expect((await parse(folder)).entries).toEqual([{ ...common, accessMethod, relationKind, location: file }]);
    }
  });

  it.each([
    [1, 'none'],
    [2, 'pre-data'],
    [3, 'data'],
    [4, 'post-data'],
  ])('with section %i is in %s', async (section, name) => {
    expect((await parse({ entries: [{ section }] })).entries[0]?.section).toBe(name);
  });

  it.each<[string, Partial<RawEntry>, RegExp]>([
    ['dump id 0', { dumpId: 0 }, /TOC entry 1 of 1, field dumpId, at byte 81: 0 is not between/],
    ['hadDumper 2', { hadDumper: 2 }, /field hadDumper/],
    ['an OID beyond 32 bits', { oid: '4294967296' }, /field oid, at byte/],
    ['an OID of words', { tableoid: 'x' }, /field tableoid/],
    ['no tag', { tag: null }, /field tag, at byte \d+: it is missing/],
    ['no kind', { desc: null }, /field desc/],
    ['section 5', { section: 5 }, /field section/],
    ['a relation kind that is no letter', { relkind: 7 }, /field relkind/],
    ['a dependency of words', { dependencies: ['1', ''] }, /field dependencies/],
    ['state 4', { state: 4 }, /4 is no state of an offset/],
    ['data without a place', { hadDumper: 1 }, /it says data, and the location does not/],
    ['a place without data', { state: 1 }, /it says no data, and the location does not/],
    ['data behind the end', { hadDumper: 1, state: 2, position: 9999 }, /data of entry 1 would begin at byte 9999/],
    ['data inside the TOC', { hadDumper: 1, state: 2, position: 10 }, /data of entry 1 would begin at byte 10/],
  ])('is refused with %s', async (_, entry, message) => {
    const archive = parse({ minor: 16, compression: 1, integerSize: 4, entries: [entry], after: block });
    await expect(archive).rejects.toMatchObject({
      code: 'PGR302',
      message: expect.stringMatching(message),
    });
  });

  it.each(['../1.dat', '/etc/passwd', '1.dat/x', '1.dat.gz', '.'])('may not name the file %s', async file => {
    const archive = parse({ format: 3, entries: [{ hadDumper: 1, file }] });
    await expect(archive).rejects.toThrow(/field file name, at byte \d+: pg_dump names no file so/);
  });

  it.each(['7.dat', 'blobs.toc', 'blobs_7.toc'])('may name the file %s', async name => {
    const { entries } = await parse({ format: 3, entries: [{ hadDumper: 1, file: name }] });
    expect(entries[0]?.location).toEqual({ kind: 'file', name });
  });
});
