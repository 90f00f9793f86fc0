import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Extract, extract, type Header } from 'tar-stream';
import { checksumsFile } from '../dumpset/checksums.ts';
import { fault } from '../errors.ts';

/** More files than any dump set has: a large database of 100,000 tables has two files a table. */
const mostFiles = 1_000_000;
/** Bytes of a SHA256SUMS with so many files. */
const longestList = 200_000_000;

/** The bytes of a packed dump set, and how messages call it. */
export interface Packed {
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * Unpacks what `packDumpSet` has packed into an existing folder: regular files below one folder and nothing else. A
 * tar cannot hold more than its own size, so the number of bytes limits what is written.
 *
 * @throws PGR172 at the first entry that no dump set has.
 */
export async function unpackDumpSet(packed: Packed, folder: string, signal: AbortSignal): Promise<void> {
  const made = new Set<string>();
  await eachEntry(packed, signal, async (path, entry, ended) => {
    const target = join(folder, path);
    const above = dirname(target);
    if (!made.has(above)) await mkdir(above, { recursive: true, mode: 0o700 });
    made.add(above);
    // A second file of one name, also where the disk does not tell large letters from small ones, is refused by `wx`.
    await pipeline(entry, createWriteStream(target, { mode: 0o600, flags: 'wx', highWaterMark: 1 << 20 }), {
      signal: ended,
    });
  });
}

/** The SHA256SUMS of a packed dump set, which lists every byte of it; undefined if there is none. */
export async function packedChecksums(packed: Packed, signal: AbortSignal): Promise<Buffer | undefined> {
  let found: Buffer | undefined;
  await eachEntry(packed, signal, async (path, entry, ended) => {
    const wanted = path === checksumsFile && entry.header.size <= longestList;
    await pipeline(
      Readable.from(entry),
      async (chunks: AsyncIterable<Buffer>) => {
        const kept: Buffer[] = [];
        for await (const chunk of chunks) if (wanted) kept.push(chunk);
        if (wanted) found = Buffer.concat(kept);
      },
      { signal: ended },
    );
  });
  return found;
}

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

async function eachEntry(
  { name, chunks }: Packed,
  signal: AbortSignal,
  take: (path: string, entry: Entry, ended: AbortSignal) => Promise<void>,
): Promise<void> {
  const archive = extract();
  // What is read of an entry does not end by itself when the file does too early.
  const ended = new AbortController();
  const roots = new Set<string>();
  let count = 0;
  const written = pipeline(chunks, archive, { signal: AbortSignal.any([signal, ended.signal]) });
  const taken = (async () => {
    for await (const entry of archive) {
      count += 1;
      await take(pathOf(entry.header, roots, count), entry, ended.signal);
    }
  })();
  try {
    await Promise.all([written, taken]);
  } catch (error) {
    ended.abort();
    archive.destroy();
    await Promise.allSettled([written, taken]);
    signal.throwIfAborted();
    throw isOfTheSystem(error) ? error : asFault(name, error);
  }
  if (count === 0) throw notADumpSet('it is empty');
}

/** The path inside of the dump set; `roots` holds the one folder that everything lies in. */
function pathOf({ name, type }: Header, roots: Set<string>, count: number): string {
  const [root = '', ...rest] = name.split('/');
  roots.add(root);
  const plain = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[\\\p{Cc}]/u.test(part);
  if (type !== 'file') throw notADumpSet(`${JSON.stringify(name)} is a ${type}, not a regular file`);
  if (rest.length === 0 || ![root, ...rest].every(plain)) {
    throw notADumpSet(`the name ${JSON.stringify(name)} is none of a file in a dump set`);
  }
  if (roots.size > 1) throw notADumpSet('it holds more than one folder');
  if (count > mostFiles) throw notADumpSet(`it holds more than ${mostFiles} files`);
  return rest.join('/');
}

/** A full disk, and not a file that comes twice. */
function isOfTheSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error && error.code !== 'EEXIST';
}

function asFault(name: string, error: unknown): unknown {
  if (error instanceof Error && 'problems' in error) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return fault('PGR172', `${name} is no packed dump set: ${reason}`, notMade, error);
}

const notMade = 'fetch what a `publish` step has made; nothing of it was used';

function notADumpSet(what: string): Error {
  return fault('PGR172', `that is no packed dump set: ${what}`, notMade);
}
