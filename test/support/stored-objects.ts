import { createHash } from 'node:crypto';
import { Secret } from '../../src/secret.ts';
import type { ObjectContent, ObjectStore } from '../../src/storage/object-store.ts';
import type { S3Surroundings } from '../../src/storage/s3/access.ts';
import type { S3Options } from '../../src/storage/s3/options.ts';
import { s3Store } from '../../src/storage/s3/s3-store.ts';
import type { S3Server } from './s3-server/server.ts';

export const never: AbortSignal = new AbortController().signal;

export const mebibyte: number = 1 << 20;

/** As small as S3 allows, so that few bytes make several parts; and no waiting between attempts. */
export const quickly = {
  limits: { partBytes: 5 * mebibyte, memory: 20 * mebibyte },
  patience: { waits: [0, 0, 0], idle: 30_000, joining: 30_000, attempt: 60_000, slowest: 50, cleanup: 10_000 },
  sleep: async (): Promise<void> => {},
} as const satisfies Partial<S3Surroundings>;

/** Parts that no real storage takes; for a server whose `smallestPart` is as small. */
export const tinyPart: number = 1 << 16;

export function s3Options(server: S3Server, changes: Partial<S3Options> = {}): S3Options {
  const { accessKeyId, secretAccessKey, sessionToken, region } = server.login;
  return {
    bucket: server.bucket.name,
    prefix: 'nightly',
    endpoint: server.endpoint,
    region,
    pathStyle: true,
    credentials: {
      accessKeyId: new Secret(accessKeyId),
      secretAccessKey: new Secret(secretAccessKey),
      sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
    },
    allowInsecure: false,
    encryption: undefined,
    storageClass: undefined,
    objectLock: undefined,
    checksum: 'SHA256',
    ...changes,
  };
}

export interface NotedStore extends ObjectStore {
  readonly notes: readonly string[];
}

export function s3TestStore(
  server: S3Server,
  changes: Partial<S3Options> = {},
  surroundings: Partial<S3Surroundings> = {},
): NotedStore {
  const notes: string[] = [];
  const note = (text: string) => void notes.push(text);
  return { ...s3Store(s3Options(server, changes), { ...quickly, note, ...surroundings }), notes };
}

/** Bytes that repeat nowhere in short distance; the same for the same seed. */
export function someBytes(length: number, seed = 'seed'): Buffer {
  const result = Buffer.alloc(length);
  for (let at = 0, block = createHash('sha512').update(seed).digest(); at < length; at += block.length) {
    result.set(block.subarray(0, Math.min(block.length, length - at)), at);
    if (at % 65_536 === 0) block = createHash('sha512').update(block).digest();
  }
  return result;
}

/** In chunks of an odd size, which fit no part. */
export function contentOf(body: Buffer, announced: number = body.length): ObjectContent {
  return {
    bytes: announced,
    chunks: (async function* () {
      for (let at = 0; at < body.length; at += 700_001) yield body.subarray(at, at + 700_001);
    })(),
  };
}

export async function readAll(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
