import { describe, expect, test } from 'vitest';
import type { Fault, FaultKind, Operation } from '../../support/s3-server/faults.ts';
import { type S3Server, type S3ServerOptions, startS3Server } from '../../support/s3-server/server.ts';
import {
  contentOf,
  type NotedStore,
  never,
  quickly,
  readAll,
  s3TestStore,
  someBytes,
  tinyPart,
} from '../../support/stored-objects.ts';
import { refusalOf } from '../../unit/refusal.ts';

const small = someBytes(10_000, 'small');
const large = someBytes(150_000, 'large');
const key = 'nightly/set.tar';
/** A server and a store whose parts are tiny; where something hangs, that is noticed soon. */
const startServer = (options: S3ServerOptions = {}) => startS3Server({ smallestPart: tinyPart, ...options });
const limits = { partBytes: tinyPart, memory: 4 * tinyPart };
const storeOf = (server: S3Server, idle = 30_000) =>
  s3TestStore(server, {}, { limits, patience: { ...quickly.patience, idle, joining: idle } });
const isHang = (what: FaultKind) => what === 'hang' || what === 'hang after' || what === 'stalled body';

interface Scenario {
  readonly name: string;
  /** What has to be there before. */
  readonly stored?: Buffer;
  /** Does it, and tells whether the result is right. */
  readonly run: (store: NotedStore, server: S3Server) => Promise<boolean>;
}

const storing = (name: string, body: Buffer): Scenario => ({
  name,
  run: async (store, { bucket }) => {
    await store.put('set.tar', contentOf(body), never);
    return bucket.objects.get(key)?.body.equals(body) === true;
  },
});
const scenarios = {
  small: storing('storing a small object', small),
  large: storing('storing a large object', large),
  reading: {
    name: 'reading',
    stored: large,
    run: async store => (await readAll(store.get('set.tar', never))).equals(large),
  },
  listing: {
    name: 'listing',
    stored: small,
    run: async store => (await store.list(never)).map(object => object.key).join() === 'a,b,set.tar',
  },
  deleting: {
    name: 'deleting',
    stored: small,
    run: async (store, { bucket }) => {
      await store.remove('set.tar', never);
      return !bucket.objects.has(key);
    },
  },
} as const satisfies Record<string, Scenario>;

async function prepared({ stored }: Scenario, fault: Fault) {
  const server = await startServer({ pageSize: 2, faults: [fault] });
  const store = storeOf(server, isHang(fault.what) ? 1_500 : 30_000);
  if (stored !== undefined) {
    const clean = await startServer();
    await storeOf(clean).put('set.tar', contentOf(stored), never);
    for (const name of ['a', 'b']) await storeOf(clean).put(name, contentOf(Buffer.from(name)), never);
    for (const [name, object] of clean.bucket.objects) server.bucket.objects.set(name, object);
    await clean[Symbol.asyncDispose]();
  }
  return { server, store };
}

const failed = { status: 500, code: 'InternalError' };
const busy = { status: 503, code: 'SlowDown' };
const limited = { status: 429, code: 'TooManyRequests' };
const anywhere = ['reset', 'reset after', 'hang', 'truncated', failed, busy, limited] as const;

type Case = readonly [scenario: keyof typeof scenarios, operation: Operation, what: FaultKind, call: number];
const of = (scenario: keyof typeof scenarios, operation: Operation, call: number, ...more: readonly FaultKind[]) =>
  [...anywhere, ...more].map((what): Case => [scenario, operation, what, call]);

const passing: readonly Case[] = [
  ...of('small', 'HeadObject', 1),
  ...of('small', 'PutObject', 1, 'damaged upload', 'hang after'),
  ...of('small', 'HeadObject', 2),
  ...of('large', 'CreateMultipartUpload', 1, 'hang after'),
  ...of('large', 'UploadPart', 2, 'damaged upload', 'hang after'),
  ...of('large', 'CompleteMultipartUpload', 1, 'error in 200', 'hang after'),
  ...of('reading', 'HeadObject', 1),
  ...of('reading', 'GetObject', 1, 'stalled body'),
  ...of('listing', 'ListObjectsV2', 2, 'stalled body'),
  ...of('deleting', 'DeleteObject', 1),
];

describe('what goes wrong once is done again, and the result is right', () => {
  test.concurrent.each(passing.map(one => ({ title: titleOf(one), one })))(
    '$title',
    async ({ one: [name, operation, what, call] }) => {
      const { server, store } = await prepared(scenarios[name], { operation, calls: [call], what });
      await using _ = server;
      expect(await scenarios[name].run(store, server)).toBe(true);
      expect(server.calls.filter(one => one === operation).length).toBeGreaterThanOrEqual(call);
      expect([...server.bucket.uploads]).toEqual([]);
      expect(store.notes).toEqual([]);
    },
  );
});

const lasting: readonly (readonly [keyof typeof scenarios, Operation, FaultKind, string])[] = [
  ['small', 'HeadObject', 'reset', 'the connection failed'],
  ['small', 'PutObject', 'reset', 'the connection failed'],
  ['small', 'PutObject', 'hang', 'the storage stalled'],
  ['small', 'PutObject', busy, 'the storage is too busy'],
  ['small', 'PutObject', 'damaged upload', 'what arrived was not what was sent'],
  ['small', 'PutObject', { status: 403, code: 'AccessDenied' }, 'the storage refused access'],
  ['small', 'PutObject', { status: 507, code: 'XMinioStorageFull' }, 'the storage is full'],
  ['large', 'CreateMultipartUpload', 'reset after', 'the connection failed'],
  ['large', 'CreateMultipartUpload', 'truncated', 'the connection failed'],
  ['large', 'UploadPart', 'reset', 'the connection failed'],
  ['large', 'UploadPart', 'hang', 'the storage stalled'],
  ['large', 'UploadPart', failed, 'the storage did not do it'],
  ['large', 'UploadPart', 'damaged upload', 'what arrived was not what was sent'],
  ['large', 'CompleteMultipartUpload', 'reset', 'the connection failed'],
  ['large', 'CompleteMultipartUpload', 'error in 200', 'the storage did not do it'],
  ['large', 'CompleteMultipartUpload', { status: 400, code: 'InvalidPart' }, 'the storage refused the request'],
  ['reading', 'HeadObject', failed, 'the storage did not do it'],
  ['reading', 'GetObject', failed, 'the storage did not do it'],
  ['reading', 'GetObject', 'wrong bytes', 'its bytes are not those of the checksum'],
  ['listing', 'ListObjectsV2', 'truncated', 'the connection failed'],
  ['listing', 'ListObjectsV2', 'hang', 'the storage stalled'],
  ['deleting', 'DeleteObject', 'hang', 'the storage stalled'],
];

describe('what goes wrong again and again is an error that says what, and leaves nothing', () => {
  test.concurrent.each(lasting.map(one => ({ title: titleOf(one), one })))(
    '$title',
    async ({ one: [name, operation, what, reason] }) => {
      const { server, store } = await prepared(scenarios[name], { operation, calls: 'all', what });
      await using _ = server;
      const before = [...server.bucket.objects.keys()];
      const refusal = await refusalOf(() => scenarios[name].run(store, server));
      expect(refusal).toMatchObject({ code: 'PGR232', message: expect.stringContaining(reason) });
      expect(refusal?.message).toContain('s3://backups/nightly');
      expect([...server.bucket.objects.keys()]).toEqual(before);
      expect([...server.bucket.uploads]).toEqual([]);
      expect(server.calls.filter(one => one === operation).length).toBeLessThanOrEqual(
        3 * (quickly.patience.waits.length + 1),
      );
      for (const text of [refusal?.message, refusal?.remedy, ...store.notes]) {
        expect(text).not.toContain(server.login.secretAccessKey);
        expect(text).not.toMatch(/Signature=|X-Amz-Signature/i);
      }
    },
  );
});

describe('where an answer is lost each time, the object itself tells that it is stored', () => {
  test.each([
    ['small', 'PutObject', 'reset after'],
    ['small', 'PutObject', 'hang after'],
    ['large', 'CompleteMultipartUpload', 'reset after'],
    ['large', 'CompleteMultipartUpload', 'truncated'],
  ] as const)('%s, %s: %s', async (name, operation, what) => {
    const { server, store } = await prepared(scenarios[name], { operation, calls: 'all', what });
    await using _ = server;
    expect(await scenarios[name].run(store, server)).toBe(true);
    expect([...server.bucket.uploads]).toEqual([]);
  });
});

test('a storage that does not let itself be looked at is believed what it has promised', async () => {
  const what = { status: 403, code: 'AccessDenied' };
  await using server = await startServer({ faults: [{ operation: 'HeadObject', calls: 'all', what }] });
  const store = storeOf(server);
  await store.put('set.tar', contentOf(large), never);
  expect(server.bucket.objects.get(key)?.body.equals(large)).toBe(true);
  expect((await refusalOf(() => store.put('set.tar', contentOf(large), never)))?.code).toBe('PGR131');
  expect([...server.bucket.uploads]).toEqual([]);
  expect((await readAll(store.get('set.tar', never))).equals(large)).toBe(true);
});

test('without conditions and without looking, nothing is believed', async () => {
  const what = { status: 403, code: 'AccessDenied' };
  const faults = [{ operation: 'HeadObject', calls: 'all', what }] as const;
  await using server = await startServer({ conditions: 'refused', faults });
  const store = storeOf(server);
  const refusal = await refusalOf(() => store.put('set.tar', contentOf(small), never));
  expect(refusal).toMatchObject({ code: 'PGR232', message: expect.stringContaining('does not say what it has') });
});

test('a storage without conditions is looked up before and after, and that is noted', async () => {
  await using server = await startServer({ conditions: 'refused' });
  const store = storeOf(server);
  for (const [name, body] of [['one', small] as const, ['two', large] as const]) {
    await store.put(name, contentOf(body), never);
    expect((await refusalOf(() => store.put(name, contentOf(body), never)))?.code).toBe('PGR131');
  }
  expect(store.notes).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('looked up before and after')));
  expect([...server.bucket.uploads]).toEqual([]);
});

test('parts that could not be taken away are noted', async () => {
  await using server = await startServer({
    faults: [
      { operation: 'UploadPart', calls: 'all', what: 'reset' },
      { operation: 'AbortMultipartUpload', calls: 'all', what: 'hang' },
    ],
  });
  const store = s3TestStore(server, {}, { limits, patience: { ...quickly.patience, cleanup: 300 } });
  expect((await refusalOf(() => store.put('set.tar', contentOf(large), never)))?.code).toBe('PGR232');
  expect(store.notes).toEqual([expect.stringMatching(/parts of s3:\/\/backups\/nightly\/set\.tar may be left/)]);
  expect(server.bucket.objects.size).toBe(0);
});

test('what is cancelled in the middle of a request is taken back', async () => {
  for (const [operation, body] of [
    ['PutObject', small],
    ['CreateMultipartUpload', large],
    ['UploadPart', large],
    ['CompleteMultipartUpload', large],
  ] as const) {
    await using server = await startServer({ faults: [{ operation, calls: 'all', what: 'hang after' }] });
    const controller = new AbortController();
    const put = storeOf(server).put('set.tar', contentOf(body), controller.signal);
    put.catch(() => {});
    while (!server.calls.includes(operation)) await new Promise(resolve => setTimeout(resolve, 5));
    controller.abort(new Error('no more'));
    await expect(put, operation).rejects.toThrow('no more');
    expect([...server.bucket.objects.keys()], operation).toEqual([]);
    expect([...server.bucket.uploads], operation).toEqual([]);
  }
});

test.each([
  ['replaced', 'PGR232', 'it was replaced'],
  ['deleted', 'PGR231', 'does not exist'],
] as const)('an object that is %s while it is read', async (change, code, message) => {
  await using server = await startServer({ faults: [{ operation: 'GetObject', calls: [1], what: 'truncated' }] });
  const store = storeOf(server);
  await store.put('set.tar', contentOf(large), never);
  const held = server.bucket.objects.get(key);
  if (held === undefined) throw new Error('not stored');
  const reading = (async () => {
    for await (const _ of store.get('set.tar', never)) {
      if (change === 'deleted') server.bucket.objects.delete(key);
      else server.bucket.objects.set(key, { ...held, etag: '"another"' });
    }
  })();
  expect(await refusalOf(() => reading)).toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a broken connection is taken up where it broke, and nothing is read twice', async () => {
  const faults = [{ operation: 'GetObject', calls: [1, 2, 3], what: 'truncated' }] as const;
  await using server = await startServer({ faults });
  const store = storeOf(server);
  await store.put('set.tar', contentOf(large), never);
  expect((await readAll(store.get('set.tar', never))).equals(large)).toBe(true);
  const ranges = server.requests.flatMap(({ headers }) => (headers['range'] === undefined ? [] : [headers['range']]));
  const starts = ranges.map(range => Number(/^bytes=(\d+)-$/.exec(range)?.[1]));
  expect(starts.length).toBe(3);
  expect(starts).toEqual(starts.toSorted((one, other) => one - other));
  expect(starts[0]).toBeGreaterThan(0);
});

test('a list that is not complete is none', async () => {
  await using server = await startServer({ pageSize: 2 });
  const store = storeOf(server);
  for (const name of ['a', 'b', 'c', 'd', 'e']) await store.put(name, contentOf(small), never);
  expect((await store.list(never)).length).toBe(5);
  const what = { status: 403, code: 'AccessDenied' };
  await using half = await startServer({ pageSize: 2, faults: [{ operation: 'ListObjectsV2', calls: [2], what }] });
  for (const [name, object] of server.bucket.objects) half.bucket.objects.set(name, object);
  const refusal = await refusalOf(() => storeOf(half).list(never));
  expect(refusal).toMatchObject({ code: 'PGR232', remedy: expect.stringContaining('s3:ListBucket') });
});

function titleOf([name, operation, what]: readonly [
  keyof typeof scenarios,
  Operation,
  FaultKind,
  ...unknown[],
]): string {
  return `${scenarios[name].name}, ${operation}: ${typeof what === 'string' ? what : `${what.status} ${what.code}`}`;
}
