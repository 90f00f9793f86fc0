import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { setImmediate as soon } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import xz from 'xz-decompress';

const pieceBytes = 1 << 16;

/**
 * The content of a member of a package, in pieces, by the ending of its name: `.tar` itself, `.gz`, `.xz` or `.zst`.
 * dpkg-deb writes xz; Ubuntu's writes zstd, which Node knows from version 22.15 on.
 *
 * @throws plain errors, also while it is read; a stream that ends too early is one.
 */
export function decompress(name: string, bytes: Buffer): AsyncIterable<Uint8Array> {
  const source = () => Readable.from(pieces(bytes), { objectMode: false });
  if (name.endsWith('.tar')) return source();
  if (name.endsWith('.gz')) return source().pipe(zlib.createGunzip());
  if (name.endsWith('.xz')) return decompressXz(bytes);
  if (!name.endsWith('.zst')) throw new Error(`the compression of ${name} is not known`);
  if (zlib.createZstdDecompress === undefined) throw new Error(`${name} needs Node 22.15 or newer to be read`);
  return source().pipe(zlib.createZstdDecompress());
}

async function* decompressXz(bytes: Buffer): AsyncGenerator<Uint8Array> {
  const reader = new xz.XzReadableStream(ReadableStream.from(pieces(bytes))).getReader();
  const next = async (): Promise<Uint8Array | undefined> => {
    // The library works in microtasks alone: without a pause, neither downloads nor signals would be heard for a second.
    await soon();
    return (await reader.read()).value;
  };
  let ended = false;
  try {
    for (let piece = await next(); piece !== undefined; piece = await next()) yield piece;
    ended = true;
  } catch (error) {
    ended = true;
    throw new Error('the xz data is damaged or incomplete', { cause: error });
  } finally {
    // The library decodes one stream at a time, and one that is left before its end would keep its turn for ever. To
    // cancel it is no way: that also gives away a turn that it has not got yet.
    if (!ended) void readToEnd(next);
  }
}

async function readToEnd(next: () => Promise<unknown>): Promise<void> {
  try {
    while ((await next()) !== undefined);
  } catch {
    // Damaged, and with that at its end.
  }
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
