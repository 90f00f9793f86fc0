import { createHash } from 'node:crypto';
import type { Manifest } from '../../dumpset/manifest.ts';
import { fault } from '../../errors.ts';
import { identityOf } from '../folder.ts';
import type { ObjectContent } from '../object-store.ts';
import { packDumpSet } from '../pack.ts';
import { seriesOf } from '../series.ts';
import { cutIntoParts, seen } from './cut.ts';
import type { PackedIndex, PackedPart } from './packed-index.ts';
import { encryptedAndProven } from './prove-readable.ts';

/** How the bytes are made unreadable for everyone else. */
export interface Encryption {
  /** Exactly how many bytes there are afterwards. */
  encryptedBytes(bytes: number): number;
  encrypt(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /** Reads what was encrypted, to prove it; undefined where no identity is at hand. */
  readonly decrypt: Decrypt | undefined;
}

export type Decrypt = (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/** A dump set on its way to a store: one stream of known length, and what its index says of it. */
export interface PackedSet extends Omit<PackedIndex, 'bytes' | 'parts'> {
  readonly content: ObjectContent;
}

/** Packs a dump set whose hashes have been checked. Nothing is read yet but the sizes of its files. */
export async function packSet(
  folder: string,
  manifest: Manifest,
  encryption: Encryption | undefined,
  tool: string,
): Promise<PackedSet> {
  const content = await packDumpSet(folder, new Date(manifest.finishedAt));
  const facts = {
    schema: 1,
    tool,
    finishedAt: manifest.finishedAt,
    series: seriesOf(manifest),
    dumpSet: (await identityOf(folder)) ?? '',
  } as const;
  if (encryption === undefined) {
    return { ...facts, encryption: 'none', databases: manifest.databases.map(({ name }) => name), content };
  }
  const { decrypt } = encryption;
  const encrypt = (plain: AsyncIterable<Buffer>) => encryption.encrypt(plain);
  const chunks = decrypt === undefined ? encrypt(content.chunks) : encryptedAndProven(content.chunks, encrypt, decrypt);
  return { ...facts, encryption: 'age', content: { bytes: encryption.encryptedBytes(content.bytes), chunks } };
}

/** Where parts go to: stores all of one, or throws. */
export type PutPart = (name: string, content: ObjectContent) => Promise<void>;

/**
 * Sends a packed set in parts of `partBytes`, one after another, and gives the index of what was sent. `nameOf` makes
 * the name of a part from its number, from 1 on.
 */
export async function sendParts(
  { content, ...facts }: PackedSet,
  partBytes: number,
  nameOf: (number: number, count: number) => string,
  put: PutPart,
): Promise<PackedIndex> {
  const parts: PackedPart[] = [];
  const count = Math.ceil(content.bytes / partBytes);
  for (const part of cutIntoParts(content, partBytes)) {
    const hash = createHash('sha256');
    const name = nameOf(parts.length + 1, count);
    let bytes = 0;
    const chunks = seen(part.chunks, chunk => {
      hash.update(chunk);
      bytes += chunk.length;
    });
    await put(name, { bytes: part.bytes, chunks });
    if (bytes !== part.bytes) {
      const what = `${name} was to have ${part.bytes} bytes, and ${bytes} were sent`;
      throw fault('PGR232', what, 'make sure that nothing writes to the dump set, and run it again');
    }
    parts.push({ name, bytes, sha256: hash.digest('hex') });
  }
  return { ...facts, bytes: content.bytes, parts };
}

/** SHA-256 that stands for a stored set: of its one part, else of the list of its parts. */
export function storedIdentity({ parts }: Pick<PackedIndex, 'parts'>): string {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first.sha256;
  return createHash('sha256')
    .update(parts.map(({ sha256 }) => `${sha256}\n`).join(''))
    .digest('hex');
}
