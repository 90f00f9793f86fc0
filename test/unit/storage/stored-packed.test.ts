import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { fault } from '../../../src/errors.ts';
import { listPackedSets } from '../../../src/storage/packed/list-packed.ts';
import { type Encryption, packSet } from '../../../src/storage/packed/pack-set.ts';
import { parseIndex, renderIndex } from '../../../src/storage/packed/packed-index.ts';
import {
  deletePackedSet,
  findIndex,
  readPackedSet,
  readStoredProof,
  storePackedSet,
  storeProof,
} from '../../../src/storage/packed/stored-packed.ts';
import { unpackDumpSet } from '../../../src/storage/unpack.ts';
import { appFiles, appManifest, makeDumpSet } from '../dumpset/dump-sets.ts';
import { memoryObjects, sha256 } from './packing.ts';

const signal = new AbortController().signal;
const tool = 'pg-roundtrip test';
const partBytes = 4096;

let folder: string;
let set: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'));
  set = await makeDumpSet(join(folder, 'set'), { ...appFiles, 'app.dir/big': 'x'.repeat(30_000) });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pack = (encryption?: Encryption) => packSet(set, appManifest, encryption, tool);
const proof = { schema: 1, level: 'content', ignored: 0, verifiedAt: '2026-11-22T10:00:00.000Z', tool } as const;

/** No encryption to keep anything by: it shows whether bytes were changed and changed back. */
function masking(mask: number, decryptMask: number | undefined): Encryption {
  async function* masked(chunks: AsyncIterable<Buffer>, by: number) {
    for await (const chunk of chunks) yield Buffer.from(chunk.map(byte => byte ^ by));
  }
  return {
    encryptedBytes: bytes => bytes,
    encrypt: chunks => masked(chunks, mask),
    decrypt: decryptMask === undefined ? undefined : chunks => masked(chunks, decryptMask),
  };
}

it('what was stored in parts comes back as it was', async () => {
  const { store, objects } = memoryObjects();
  const { outcome, index } = await storePackedSet(store, 'nightly', await pack(), { partBytes, signal });
  expect(outcome).toBe('stored');
  expect(index).toMatchObject({ encryption: 'none', databases: ['app'], finishedAt: appManifest.finishedAt });
  expect(index.parts.map(({ name }) => objects.get(`nightly/${name}`)?.length)).toEqual(
    index.parts.map(({ bytes }) => bytes),
  );
  expect(index.parts.length).toBe(Math.ceil(index.bytes / partBytes));
  expect(await findIndex(store, 'nightly', signal)).toEqual(index);
  await mkdir(join(folder, 'back'));
  const chunks = readPackedSet(store, 'nightly', index, signal);
  await unpackDumpSet({ name: 'it', chunks }, join(folder, 'back'), signal);
  expect(await checkDumpSet(join(folder, 'back'))).toEqual(await checkDumpSet(set));
});

it('the same dump set is success without work, another one is refused, and nothing is overwritten', async () => {
  const { store, objects } = memoryObjects();
  await storePackedSet(store, 'nightly', await pack(), { partBytes, signal });
  const before = new Map(objects);
  const again = await storePackedSet(store, 'nightly', await pack(), { partBytes, signal });
  expect(again.outcome).toBe('already there');
  await rm(set, { recursive: true });
  await makeDumpSet(set);
  await expect(storePackedSet(store, 'nightly', await pack(), { partBytes, signal })).rejects.toMatchObject({
    code: 'PGR131',
  });
  expect(objects).toEqual(before);
});

describe('a failure while it is stored', () => {
  it.each([1, 2, 5])('of part %i leaves nothing', async number => {
    let puts = 0;
    const { store, objects } = memoryObjects(() => {
      puts += 1;
      if (puts === number) throw fault('PGR232', 'the storage is full', 'free some space');
    });
    await expect(storePackedSet(store, 'nightly', await pack(), { partBytes, signal })).rejects.toMatchObject({
      code: 'PGR232',
    });
    expect([...objects]).toEqual([]);
  });

  it('whose answer is lost is none', async () => {
    const { store, objects } = memoryObjects();
    const forgetful: typeof store = {
      ...store,
      put: async (...parameters) => {
        await store.put(...parameters);
        if (parameters[0].endsWith('index.json')) throw fault('PGR232', 'the connection was lost', 'run it again');
      },
    };
    const { index } = await storePackedSet(forgetful, 'nightly', await pack(), { partBytes, signal });
    expect(objects.size).toBe(index.parts.length + 1);
  });

  it('because a file grows meanwhile leaves nothing', async () => {
    const { store, objects } = memoryObjects();
    const packed = await pack();
    await rm(set, { recursive: true });
    await makeDumpSet(set, { ...appFiles, 'app.dir/big': 'x'.repeat(40_000) });
    await expect(storePackedSet(store, 'nightly', packed, { partBytes, signal })).rejects.toThrow();
    expect([...objects]).toEqual([]);
  });

  it('because it does not decrypt leaves nothing', async () => {
    const { store, objects } = memoryObjects();
    const packed = await pack(masking(7, 8));
    await expect(storePackedSet(store, 'nightly', packed, { partBytes, signal })).rejects.toMatchObject({
      code: 'PGR145',
    });
    expect([...objects]).toEqual([]);
  });
});

it('what is encrypted is decrypted on its way, and its index names no database', async () => {
  const { store } = memoryObjects();
  const { index } = await storePackedSet(store, 'nightly', await pack(masking(7, 7)), { partBytes, signal });
  expect(index.encryption).toBe('age');
  expect(index.databases).toBeUndefined();
  const plain = await storePackedSet(memoryObjects().store, 'nightly', await pack(), { partBytes, signal });
  const masked = await buffer(readPackedSet(store, 'nightly', index, signal));
  expect(sha256(masked.map(byte => byte ^ 7) as Buffer)).not.toBe(sha256(masked));
  expect(index.dumpSet).toBe(plain.index.dumpSet);
});

describe('a stored set that was changed is refused', () => {
  it.each([
    ['a flipped bit', (bytes: Buffer) => bytes.map((byte, index) => (index === 100 ? byte ^ 1 : byte)) as Buffer],
    ['a byte too few', (bytes: Buffer) => bytes.subarray(1)],
    ['a byte too many', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(1)])],
  ])('%s in any part', async (_, change) => {
    const { store, objects } = memoryObjects();
    const { index } = await storePackedSet(store, 'nightly', await pack(), { partBytes, signal });
    for (const { name } of index.parts) {
      const key = `nightly/${name}`;
      const sound = objects.get(key) ?? Buffer.alloc(0);
      objects.set(key, Buffer.from(change(sound)));
      await expect(buffer(readPackedSet(store, 'nightly', index, signal))).rejects.toMatchObject({ code: 'PGR172' });
      objects.set(key, sound);
    }
  });

  it('two parts in each other’s place', async () => {
    const { store, objects } = memoryObjects();
    const { index } = await storePackedSet(store, 'nightly', await pack(), { partBytes, signal });
    const [one, other] = index.parts.map(({ name }) => `nightly/${name}`);
    const [first, second] = [objects.get(one ?? ''), objects.get(other ?? '')];
    objects.set(one ?? '', second ?? Buffer.alloc(0));
    objects.set(other ?? '', first ?? Buffer.alloc(0));
    await expect(buffer(readPackedSet(store, 'nightly', index, signal))).rejects.toMatchObject({ code: 'PGR172' });
  });
});

describe('a list of what is stored', () => {
  it('tells what is proven, what is damaged and what is none', async () => {
    const { store, objects } = memoryObjects();
    const one = await storePackedSet(store, 'one', await pack(), { partBytes, signal });
    await storeProof(store, 'one', one.index, proof, signal);
    const two = await storePackedSet(store, 'two', await pack(masking(1, undefined)), { partBytes, signal });
    objects.delete(`two/${two.index.parts[3]?.name}`);
    // A record of another set proves nothing.
    objects.set('two/verified.json', objects.get('one/verified.json') ?? Buffer.alloc(0));
    objects.set('three/abc.tar', Buffer.from('begun'));
    objects.set('four/index.json', Buffer.from('{"schema": 1}'));
    await storePackedSet(store, 'zero', await pack(), { partBytes, signal });
    const listed = await listPackedSets(store, signal);
    expect(listed.sets.map(({ name, verified }) => [name, verified])).toEqual([
      ['one', true],
      ['zero', false],
    ]);
    expect(listed.unknown.map(({ name }) => name)).toEqual(['four', 'three', 'two']);
    expect(listed.unknown.at(-1)?.reason).toBe(`${two.index.parts[3]?.name} is missing`);
    expect(new Set(listed.sets.map(({ series }) => series)).size).toBe(1);
  });

  it('has nothing of a set that was deleted, and all of the others', async () => {
    const { store, objects } = memoryObjects();
    const one = await storePackedSet(store, 'one', await pack(), { partBytes, signal });
    await storeProof(store, 'one', one.index, proof, signal);
    await storePackedSet(store, 'two', await pack(), { partBytes, signal });
    await deletePackedSet(store, 'one', one.index, signal);
    expect([...objects.keys()].filter(key => key.startsWith('one/'))).toEqual([]);
    expect(await readStoredProof(store, 'one', one.index, signal)).toBeUndefined();
    expect((await listPackedSets(store, signal)).sets.map(({ name }) => name)).toEqual(['two']);
  });
});

describe('an index', () => {
  const part = { name: 'a.tar', bytes: 10, sha256: '0'.repeat(64) };
  const index = {
    schema: 1,
    tool,
    finishedAt: '2026-11-22T10:00:00.000Z',
    series: '1'.repeat(64),
    dumpSet: '2'.repeat(64),
    encryption: 'none',
    bytes: 10,
    parts: [part],
    databases: ['app'],
  } as const;

  it('is read as it was written', () => expect(parseIndex(renderIndex(index))).toEqual(index));

  it.each<[string, object]>([
    ['a path upwards', { parts: [{ ...part, name: '../a.tar' }] }],
    ['a path below', { parts: [{ ...part, name: 'x/a.tar' }] }],
    ['a hidden name', { parts: [{ ...part, name: '.a' }] }],
    ['itself as a part', { parts: [{ ...part, name: 'index.json' }] }],
    ['a part twice', { parts: [part, part], bytes: 20 }],
    ['another sum', { bytes: 11 }],
    ['a negative size', { parts: [{ ...part, bytes: -10 }], bytes: -10 }],
    ['no hash', { parts: [{ ...part, sha256: 'abc' }] }],
    ['another schema', { schema: 2 }],
    ['another encryption', { encryption: 'rot13' }],
    ['no time', { finishedAt: 'soon' }],
    ['no parts', { parts: 'all' }],
    ['a database that is none', { databases: [1] }],
  ])('with %s is none', (_, changes) => {
    expect(parseIndex(JSON.stringify({ ...index, ...changes }))).toBeUndefined();
  });

  it.each(['', '{', '[]', 'null', '1', '"text"'])('%j is none', text => expect(parseIndex(text)).toBeUndefined());
});
