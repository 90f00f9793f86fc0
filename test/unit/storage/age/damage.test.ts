import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { RoundtripError } from '../../../../src/errors.ts';
import { decrypt } from '../../../../src/storage/age/decryption.ts';
import { encryption } from '../../../../src/storage/age/encryption.ts';
import { refusalOf } from '../../refusal.ts';
import { recipientOf, withIdentities } from './keys.ts';
import { bytesLikeRandom, collect, inPieces } from './streams.ts';

const recipients = [await recipientOf('a')];
const { encrypt, encryptedBytes } = encryption({ kind: 'recipients', recipients });
const [block, tag] = [64 * 1024, 16];
const [sealedBlock, headerAndSalt] = [block + tag, encryptedBytes(0) - tag];

/** Three blocks, of which the last one is short. */
const plain = bytesLikeRandom(2 * block + 100);
let sealed: Buffer;
beforeAll(async () => {
  sealed = await collect(encrypt(inPieces(plain)));
});

/** What a file gives before it is refused, and with what; a refusal of another kind than ours fails the test. */
async function outcomeOf(bytes: Buffer, pieces = 1 << 20): Promise<{ readonly code: string; readonly given: Buffer }> {
  const given: Buffer[] = [];
  try {
    for await (const chunk of decrypt(inPieces(bytes, pieces), withIdentities('a'))) given.push(chunk);
    return { code: 'decrypted', given: Buffer.concat(given) };
  } catch (error) {
    if (error instanceof RoundtripError) return { code: error.code, given: Buffer.concat(given) };
    throw error;
  }
}

function flipped(bytes: Buffer, place: number, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[place] = (changed[place] ?? 0) ^ (1 << bit);
  return changed;
}

function partsOf(bytes: Buffer): readonly [Buffer, ...(readonly Buffer[])] {
  const blocks = Array.from({ length: 3 }, (_, index) =>
    bytes.subarray(headerAndSalt + index * sealedBlock, headerAndSalt + (index + 1) * sealedBlock),
  );
  return [bytes.subarray(0, headerAndSalt), ...blocks];
}

describe('a bit that was changed is noticed', () => {
  test('anywhere in the header and the salt', async () => {
    const small = await collect(encrypt(inPieces(Buffer.from('small'))));
    const codes = new Set<string>();
    for (let place = 0; place < small.length; place++) {
      const { code, given } = await outcomeOf(flipped(small, place, place % 7));
      codes.add(code);
      expect([code, given.length]).toEqual([code === 'decrypted' ? `not ${place}` : code, 0]);
    }
    // The part that only the right identity opens looks, when it was changed, as if it were for another one.
    expect([...codes].sort()).toEqual(['PGR145', 'PGR146', 'PGR172']);
  });

  test('anywhere in a tag, and in the bytes before it', async () => {
    const tags = [1, 2].flatMap(count => {
      const end = headerAndSalt + count * sealedBlock;
      return Array.from({ length: tag + 2 }, (_, index) => end - tag - 1 + index);
    });
    const sampled = Array.from({ length: 40 }, (_, index) => headerAndSalt + index * 3301);
    for (const place of [...tags, ...sampled, sealed.length - 1]) {
      const { code, given } = await outcomeOf(flipped(sealed, place, place % 8), 10_000);
      expect([code, place]).toEqual(['PGR172', place]);
      const whole = Math.floor((place - headerAndSalt) / sealedBlock) * block;
      expect(given.equals(plain.subarray(0, whole))).toBe(true);
    }
  });
});

test('a file that is cut off is noticed wherever it ends, and gives no more than whole blocks', async () => {
  const edges = [0, 1, 21, 22, 100];
  const inBlocks = [0, 1, 2].flatMap(count =>
    [-1, 0, 1, 15, 16, 17, 30_000].map(step => headerAndSalt + count * sealedBlock + step),
  );
  for (const end of [...edges, ...inBlocks, sealed.length - 1].filter(each => each < sealed.length)) {
    const { code, given } = await outcomeOf(sealed.subarray(0, end));
    expect([code, end]).toEqual(['PGR172', end]);
    expect([0, block, 2 * block].some(whole => given.equals(plain.subarray(0, whole)))).toBe(true);
  }
});

describe('what else can happen to a file is noticed', () => {
  const [missing, following, changed] = ['its end is missing', 'something follows its end', 'bytes of it were changed'];
  test.each<readonly [string, (bytes: Buffer) => Buffer | Promise<Buffer>, string]>([
    ['two blocks changed places', bytes => at(bytes, [0, 2, 1, 3]), changed],
    ['a block is there twice', bytes => at(bytes, [0, 1, 1, 2, 3]), changed],
    ['a block is missing', bytes => at(bytes, [0, 2, 3]), changed],
    ['the last block is missing', bytes => at(bytes, [0, 1, 2]), missing],
    ['all blocks are missing', bytes => at(bytes, [0]), missing],
    ['a whole file follows', bytes => Buffer.concat([bytes, bytes]), changed],
    ['a byte follows', bytes => Buffer.concat([bytes, Buffer.alloc(1)]), changed],
    ['a byte follows a full block', async () => Buffer.concat([await full(), Buffer.alloc(1)]), following],
    ['a block follows a full block', async () => Buffer.concat([await full(), Buffer.alloc(sealedBlock)]), following],
    ['an empty block follows', async () => Buffer.concat([await full(), Buffer.alloc(tag)]), following],
    ['the payload is that of another file', async bytes => payloadOf(bytes, await full()), changed],
    [
      'it was moved as text',
      bytes => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
      'line ends',
    ],
    ['it is of a version to come', bytes => replaced(bytes, '/v1\n', '/v2\n'), 'does not begin as age v1 does'],
    ['it is not encrypted', () => Buffer.from('set/manifest.json\0'), 'does not begin as age v1 does'],
    ['it is empty', () => Buffer.alloc(0), 'it is empty'],
    ['its header has no end', bytes => replaced(bytes, '\n---', `\n${'A'.repeat(300_000)}`), 'its header does not end'],
    [
      'its header is too long',
      bytes => replaced(bytes, '\n---', `${'\n-> x\nAA'.repeat(40_000)}\n---`),
      'does not end',
    ],
    [
      'its header has something more',
      bytes => replaced(bytes, '\n---', '\n-> x-grease\nAA\n---'),
      'its header was changed',
    ],
    ['it is armored', armored, 'armored text'],
  ])('%s', async (_, damage, words) => {
    const damaged = await damage(sealed);
    const refused = await refusalOf(() => collect(decrypt(inPieces(damaged), withIdentities('a'))));
    expect(refused).toMatchObject({ code: 'PGR172', message: expect.stringContaining(words) });
  });

  function at(bytes: Buffer, order: readonly number[]): Buffer {
    const parts = partsOf(bytes);
    return Buffer.concat(order.map(index => parts[index] ?? Buffer.alloc(0)));
  }

  function full(): Promise<Buffer> {
    return collect(encrypt(inPieces(plain.subarray(0, block))));
  }

  function payloadOf(bytes: Buffer, other: Buffer): Buffer {
    return Buffer.concat([bytes.subarray(0, headerAndSalt), other.subarray(headerAndSalt)]);
  }

  function replaced(bytes: Buffer, what: string, by: string): Buffer {
    const place = bytes.indexOf(what);
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(by), bytes.subarray(place + what.length)]);
  }

  async function armored(bytes: Buffer): Promise<Buffer> {
    const { armor } = await import('age-encryption');
    return Buffer.from(armor.encode(bytes));
  }
});

describe.each([
  ['encrypt', encrypt, () => plain],
  ['decrypt', (chunks: AsyncIterable<Buffer>) => decrypt(chunks, withIdentities('a')), () => sealed],
] as const)('as a stream, %s', (_, transform, bytes) => {
  test('reads no more than is asked for', async () => {
    let read = 0;
    async function* counted() {
      for await (const chunk of inPieces(bytes(), 10_000)) {
        read += chunk.length;
        yield chunk;
      }
    }
    const stream = transform(counted());
    await stream.next();
    await setImmediate();
    expect(read).toBeLessThan(sealedBlock + 3 * 10_000);
    await stream.return();
  });

  test('closes its source when nobody wants more', async () => {
    let ended = 0;
    const stream = transform(inPieces(bytes(), 70_000, () => ended++));
    for (let count = 0; count < 2; count++) await stream.next();
    await stream.return();
    expect(ended).toBe(1);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('ends a pipeline that is aborted while its source says nothing', async () => {
    const silent = new Readable({ read() {} });
    silent.push(bytes().subarray(0, 100_000));
    const abort = new AbortController();
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
    const ended = pipeline(silent, transform, sink, { signal: abort.signal });
    abort.abort();
    await expect(ended).rejects.toThrow(/abort/i);
    if (!silent.closed) await once(silent, 'close');
    expect([silent.destroyed, sink.destroyed]).toEqual([true, true]);
  });

  test('lets the error of its source through', async () => {
    const broken = new Error('the network is gone');
    async function* breaking() {
      yield bytes().subarray(0, 100_000);
      throw broken;
    }
    await expect(collect(transform(breaking()))).rejects.toBe(broken);
  });
});
