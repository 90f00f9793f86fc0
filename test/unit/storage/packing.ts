import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fault } from '../../../src/errors.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { packDumpSet } from '../../../src/storage/pack.ts';

const never = new AbortController().signal;

/** Packs a dump set into a file. */
export async function packTo(folder: string, file: string, modified: Date, signal: AbortSignal = never) {
  const { bytes, chunks } = await packDumpSet(folder, modified);
  await pipeline(chunks, createWriteStream(file, { mode: 0o600, flags: 'wx' }), { signal });
  return { bytes };
}

export function packedIn(file: string) {
  return { name: file, chunks: createReadStream(file) as AsyncIterable<Buffer> };
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** An object store in memory, with what was put there. `beforePut` may throw. */
export function memoryObjects(beforePut: (key: string) => void = () => {}) {
  const objects = new Map<string, Buffer>();
  const store: ObjectStore = {
    place: 'memory',
    async put(key, { bytes, chunks }) {
      const content = await buffer(chunks);
      beforePut(key);
      if (objects.has(key)) throw fault('PGR131', `${key} is taken`, 'choose another');
      if (content.length !== bytes) throw fault('PGR232', `${key} has another size`, 'run it again');
      objects.set(key, content);
    },
    async *get(key) {
      const content = objects.get(key);
      if (content === undefined) throw fault('PGR231', `there is no ${key}`, 'check the name');
      // In pieces that fit nothing.
      for (let at = 0; at < content.length; at += 1000) yield content.subarray(at, at + 1000);
    },
    list: async () => [...objects].map(([key, { length }]) => ({ key, bytes: length, modifiedAt: new Date(0) })),
    async remove(key) {
      objects.delete(key);
    },
  };
  return { store, objects };
}
