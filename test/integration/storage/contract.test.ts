import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { localStore } from '../../../src/storage/local/local-store.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { s3Store } from '../../../src/storage/s3/s3-store.ts';
import { startS3Server } from '../../support/s3-server/server.ts';
import { contentOf, mebibyte, never, quickly, readAll, s3Options, someBytes } from '../../support/stored-objects.ts';
import { refusalOf } from '../../unit/refusal.ts';

/** A store, empty, and what takes it down. */
type Opened = AsyncDisposable & { readonly store: ObjectStore };
interface Kind {
  readonly name: string;
  readonly open: () => Promise<Opened>;
  /** Why it is not there. */
  readonly missing?: string;
}

const kinds: readonly Kind[] = [
  { name: 'a folder', open: openFolder },
  { name: 'S3', open: () => openS3({}, {}) },
  {
    name: 'S3 that knows neither checksums nor conditions',
    open: () => openS3({ conditions: 'refused', checksums: false }, { checksum: 'Content-MD5', prefix: '' }),
  },
  { name: 'another S3 server', ...foreignServer() },
];

async function openFolder(): Promise<Opened> {
  const base = await mkdtemp(join(tmpdir(), 'objects-'));
  return {
    store: localStore(join(base, 'not there yet')),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}

async function openS3(...[server, options]: [Parameters<typeof startS3Server>[0], Parameters<typeof s3Options>[1]]) {
  const started = await startS3Server({ pageSize: 3, ...server });
  const store = s3Store(s3Options(started, options), quickly);
  return { store, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
}

/** One that somebody else has written, with an empty bucket. */
function foreignServer(): Omit<Kind, 'name'> {
  const endpoint = process.env['S3_TEST_ENDPOINT'];
  if (endpoint === undefined) {
    return { open: () => Promise.reject(new Error('not there')), missing: 'S3_TEST_ENDPOINT is not set' };
  }
  const variable = (name: string, otherwise: string) => process.env[`S3_TEST_${name}`] ?? otherwise;
  const options = {
    bucket: variable('BUCKET', 'backups'),
    prefix: `contract-${Date.now()}`,
    endpoint: new URL(endpoint),
    region: variable('REGION', 'us-east-1'),
    pathStyle: true,
    credentials: {
      accessKeyId: new Secret(variable('ACCESS_KEY_ID', '')),
      secretAccessKey: new Secret(variable('SECRET_ACCESS_KEY', '')),
      sessionToken: undefined,
    },
    allowInsecure: false,
    encryption: undefined,
    storageClass: undefined,
    objectLock: undefined,
    checksum: variable('CHECKSUM', 'SHA256') === 'SHA256' ? 'SHA256' : 'Content-MD5',
  } as const;
  return {
    open: async () => ({
      store: s3Store(options, { limits: quickly.limits }),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}

describe.each(kinds)('$name', ({ name, open, missing }) => {
  let opened: Opened;
  beforeAll(async () => {
    if (missing === undefined) opened = await open();
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());

  const storeFor = (context: TestContext): ObjectStore => {
    context.skip(missing !== undefined, missing);
    return opened.store;
  };

  test('what is not stored is not there', async context => {
    const store = storeFor(context);
    expect(await store.list(never)).toEqual([]);
    const refusal = await refusalOf(() => readAll(store.get('nothing.tar', never)));
    expect(refusal).toMatchObject({ code: 'PGR231', message: expect.stringContaining('nothing.tar does not exist') });
    await store.remove('nothing.tar', never);
  });

  test('everything comes back as it was stored, at every size', async context => {
    const store = storeFor(context);
    const part = quickly.limits.partBytes;
    for (const size of [0, 1, part - 1, part, part + 1, 2 * part, 3 * mebibyte * 5 + 12_345]) {
      const body = someBytes(size, `size ${size}`);
      await store.put(`sizes/${size}`, contentOf(body), never);
      expect((await readAll(store.get(`sizes/${size}`, never))).equals(body), String(size)).toBe(true);
    }
    const listed = (await store.list(never)).filter(({ key }) => key.startsWith('sizes/'));
    for (const { key, bytes, modifiedAt } of listed) {
      expect(key).toBe(`sizes/${bytes}`);
      expect(Math.abs((modifiedAt?.getTime() ?? 0) - Date.now())).toBeLessThan(3_600_000);
    }
    expect(listed.length).toBe(7);
  });

  const hostile = ['a b', 'a+b', 'ä€𝄞', "it's", '100%', 'a&b<c>"d"', '#?;=@:,!*()[]{}|^~`$', '%2F', 'x'.repeat(200)];
  test('keys are taken as they are', async context => {
    const store = storeFor(context);
    for (const key of hostile) await store.put(`keys/${key}/set.tar`, contentOf(Buffer.from(key)), never);
    for (const key of hostile) {
      expect((await readAll(store.get(`keys/${key}/set.tar`, never))).toString('utf8')).toBe(key);
    }
    const listed = (await store.list(never)).map(({ key }) => key).filter(key => key.startsWith('keys/'));
    expect(listed.toSorted()).toEqual(hostile.map(key => `keys/${key}/set.tar`).toSorted());
    for (const key of hostile) await store.remove(`keys/${key}/set.tar`, never);
    expect((await store.list(never)).filter(({ key }) => key.startsWith('keys/'))).toEqual([]);
  });

  test('a key that is taken stays as it is, whatever the size of the other', async context => {
    const store = storeFor(context);
    await store.put('taken.tar', contentOf(Buffer.from('first')), never);
    for (const size of [1, 11 * mebibyte]) {
      const refusal = await refusalOf(() => store.put('taken.tar', contentOf(someBytes(size)), never));
      expect(refusal?.code).toBe('PGR131');
    }
    expect((await readAll(store.get('taken.tar', never))).toString('utf8')).toBe('first');
  });

  test('content that ends early, has more or fails is not stored', async context => {
    const store = storeFor(context);
    const before = await store.list(never);
    for (const size of [100, 11 * mebibyte]) {
      const body = someBytes(size);
      for (const announced of [size + 1, size - 1]) {
        const refusal = await refusalOf(() => store.put('other.tar', contentOf(body, announced), never));
        expect(refusal).toMatchObject({ code: 'PGR232', message: expect.stringContaining('other.tar was not stored') });
      }
      const broken = (async function* () {
        yield body.subarray(0, size - 1);
        throw new RangeError('the source broke');
      })();
      await expect(store.put('other.tar', { bytes: size, chunks: broken }, never)).rejects.toThrow('the source broke');
    }
    expect(await store.list(never)).toEqual(before);
  });

  test('what is cancelled ends, also while its source hangs, and is not stored', async context => {
    const store = storeFor(context);
    const before = await store.list(never);
    for (const size of [100, 11 * mebibyte]) {
      const controller = new AbortController();
      const hanging = (async function* () {
        yield someBytes(size - 1);
        setTimeout(() => controller.abort(new Error('no more')), 50);
        await new Promise(() => {});
      })();
      await expect(store.put('hung.tar', { bytes: size, chunks: hanging }, controller.signal)).rejects.toThrow(
        'no more',
      );
    }
    expect(await store.list(never)).toEqual(before);
    await store.put('whole.tar', contentOf(someBytes(3 * mebibyte)), never);
    const controller = new AbortController();
    const reading = (async () => {
      for await (const _ of store.get('whole.tar', controller.signal)) controller.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
  });

  test('of two that store one key at the same time, one wins and the other is told', async context => {
    const store = storeFor(context);
    // Some ignore If-None-Match and say nothing; nobody can tell by asking them.
    const ignored = name.startsWith('another') && process.env['S3_TEST_CONDITIONS'] === 'ignored';
    context.skip(ignored, 'the server ignores conditions');
    for (const size of [1_000, 11 * mebibyte]) {
      const bodies = [someBytes(size, 'one'), someBytes(size, 'other')];
      const results = await Promise.allSettled(
        bodies.map(body => refusalOf(() => store.put(`race-${size}.tar`, contentOf(body), never))),
      );
      const codes = results.map(result => (result.status === 'fulfilled' ? result.value?.code : String(result.reason)));
      const stored = await readAll(store.get(`race-${size}.tar`, never));
      const winner = bodies.findIndex(body => body.equals(stored));
      expect(codes[winner]).toBeUndefined();
      expect(codes[1 - winner]).toBe('PGR131');
    }
  });

  test.each(['', '/', '/a', 'a/', 'a//b', '..', 'a/../b', './a', 'a\\b', 'a\nb', '\ud800', 'x'.repeat(256)])(
    'the key %j is none',
    async key => {
      const store = missing === undefined ? opened.store : localStore('/nowhere');
      for (const use of [
        () => store.put(key, contentOf(Buffer.alloc(1)), never),
        () => readAll(store.get(key, never)),
        () => store.remove(key, never),
      ]) {
        expect((await refusalOf(use))?.code).toBe('PGR233');
      }
    },
  );
});
