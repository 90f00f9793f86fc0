import { Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { fault } from '../../../errors.ts';
import type { Compression } from '../model.ts';
import { type Bytes, firstPiece } from './bytes.ts';
import { damagedData } from './damaged.ts';
import { decodeLz4 } from './lz4.ts';

/** How the bytes of one member are compressed. A custom archive has zlib streams, a folder gzip files, for `gzip`. */
export interface Encoding {
  readonly kind: Compression['kind'];
  readonly container: 'custom' | 'file';
}

/**
 * The decompressed bytes. Throws PGR302 where the compressed ones are cut, changed, or followed by others, and where
 * this Node.js cannot decode them.
 */
export function decode(source: Bytes, { kind, container }: Encoding, file: string): Bytes {
  switch (kind) {
    case 'none':
      return source;
    case 'gzip':
      return throughZlib(source, container === 'custom' ? zlib.createInflate : zlib.createGunzip, file);
    case 'zstd':
      return unlessEmpty(source, bytes => throughZlib(bytes, zstd(), file));
    case 'lz4':
      return unlessEmpty(source, bytes => decodeLz4(bytes, file));
  }
}

/** Whether this Node.js decodes zstd: from 22.15 on. */
export function canDecode(kind: Compression['kind']): boolean {
  return kind !== 'zstd' || 'createZstdDecompress' in zlib;
}

/** pg_dump writes no frame at all for an empty large object (measured with 17). */
async function* unlessEmpty(source: Bytes, decoded: (source: Bytes) => Bytes): AsyncGenerator<Buffer> {
  const pieces = source[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done !== true) yield* decoded(resumed(first, pieces));
}

/** What was begun to be read, from its first piece on. */
async function* resumed(first: IteratorResult<Buffer>, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done !== true) yield first.value;
  yield* { [Symbol.asyncIterator]: () => rest };
}

function zstd(): MakeDecoder {
  if (canDecode('zstd')) return zlib.createZstdDecompress;
  throw fault(
    'PGR302',
    `Node.js ${process.versions.node} cannot read data that is compressed with zstd`,
    'use Node.js 22.15 or newer, or dump with `compress: gzip:1`',
  );
}

type MakeDecoder = (options: { readonly chunkSize: number }) => Transform & { readonly bytesWritten: number };

/** Bytes of memory that a decoder takes at once: of Node's pool, where there is no more to decode than a first piece. */
function chunkSize(first: number): number {
  return first < firstPiece ? firstPiece : 128 * 1024;
}

async function* throughZlib(source: Bytes, makeDecoder: MakeDecoder, file: string): AsyncGenerator<Buffer> {
  const pieces = source[Symbol.asyncIterator]();
  const first = await pieces.next();
  const decoder = makeDecoder({ chunkSize: chunkSize(first.done === true ? 0 : first.value.length) });
  let given = 0;
  const counted = Readable.from(
    (async function* () {
      for await (const bytes of resumed(first, pieces)) {
        given += bytes.length;
        yield bytes;
      }
    })(),
    { objectMode: true },
  );
  counted.on('error', error => decoder.destroy(error));
  counted.pipe(decoder);
  try {
    for await (const bytes of decoder) yield bytes as Buffer;
  } catch (error) {
    if (!isOfZlib(error)) throw error;
    throw damagedData(file, `it cannot be decompressed (${error.code})`);
  } finally {
    counted.destroy();
    decoder.destroy();
  }
  // zlib is content with what stands before the garbage.
  if (decoder.bytesWritten < given)
    throw damagedData(file, `${given - decoder.bytesWritten} bytes follow the end of the compressed data`);
}

function isOfZlib(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_|ERR_BUFFER|ERR_ZLIB)/.test(String(error.code));
}
