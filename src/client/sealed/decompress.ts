import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
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
  if (name.endsWith('.gz')) return through(source(), zlib.createGunzip());
  if (name.endsWith('.xz')) return decompressXz(bytes);
  if (!name.endsWith('.zst')) throw new Error(`the compression of ${name} is not known`);
  if (zlib.createZstdDecompress === undefined) throw new Error(`${name} needs Node 22.15 or newer to be read`);
  return through(source(), zlib.createZstdDecompress());
}

function through(source: Readable, decoder: NodeJS.ReadWriteStream & Readable): Readable {
  source.once('error', error => decoder.destroy(error));
  return source.pipe(decoder);
}

async function* decompressXz(bytes: Buffer): AsyncGenerator<Uint8Array> {
  const reader = new xz.XzReadableStream(ReadableStream.from(pieces(bytes))).getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value.length > 0) yield value;
    }
    ended = true;
  } catch (error) {
    ended = true;
    throw new Error('the xz data is damaged or incomplete', { cause: error });
  } finally {
    // The library decodes one stream at a time, and to cancel one while it waits for its turn keeps the turn for ever.
    while (!ended)
      ended = await reader.read().then(
        ({ done }) => done,
        () => true,
      );
  }
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
