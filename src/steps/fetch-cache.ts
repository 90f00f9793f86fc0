import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { RoundtripError } from '../errors.ts';
import { isEncrypted } from '../storage/age/header.ts';
import { storedIdentity } from '../storage/packed/pack-set.ts';
import type { PackedPart } from '../storage/packed/packed-index.ts';
import { beginning, peek } from '../storage/packed/plain-chunks.ts';
import { readParts } from '../storage/packed/read-parts.ts';
import type { FoundSet } from './found-set.ts';
import { refusePublicCache } from './public-repository.ts';
import type { Runtime } from './runtime.ts';

/**
 * Gives `use` the same dump set by way of the CI's cache, where it is kept as it was stored, under its own SHA-256. What
 * the cache gives is hashed like what the source gives.
 *
 * @throws PGR140 where it is not encrypted and the repository is public.
 */
export async function throughCache<Result>(
  found: FoundSet,
  { platform, signal }: Runtime,
  use: (set: FoundSet) => Promise<Result>,
): Promise<Result> {
  const { fileCache, repository } = platform;
  const { parts } = found;
  if (fileCache === undefined || parts === undefined) {
    return use({ ...found, notes: [...found.notes, 'nothing here keeps it for later runs'] });
  }
  const write = async (path: string) => {
    const { head, chunks, close } = await peek(found.open(), beginning);
    try {
      if (!isEncrypted(head)) refusePublicCache(repository);
    } catch (error) {
      await close();
      throw error;
    }
    await pipeline(chunks, createWriteStream(path, { mode: 0o600, flags: 'wx', highWaterMark: 1 << 20 }), { signal });
  };
  return fileCache.withFile(
    `pg-roundtrip-set-${storedIdentity({ parts })}`,
    { write, isSound: path => isSound(readCached(path, parts)) },
    (path, from) =>
      use({
        ...found,
        notes: from === 'cache' ? [...found.notes, 'the cache of an earlier run had it'] : found.notes,
        open: () => readCached(path, parts),
      }),
  );
}

/** The parts lie one after another. */
function readCached(path: string, parts: readonly PackedPart[]): AsyncGenerator<Buffer> {
  let start = 0;
  return readParts({ parts }, ({ bytes }) => {
    const from = start;
    start += bytes;
    // Of the last part to the end of the file, which may be longer than it should.
    const end = start === total(parts) ? {} : { end: start - 1 };
    return createReadStream(path, { start: from, ...end, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  });
}

function total(parts: readonly PackedPart[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function isSound(chunks: AsyncIterable<Buffer>): Promise<boolean> {
  try {
    for await (const _ of chunks);
    return true;
  } catch (error) {
    if (error instanceof RoundtripError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return false;
    throw error;
  }
}
