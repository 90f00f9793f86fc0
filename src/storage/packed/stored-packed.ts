import { randomBytes } from 'node:crypto';
import { fault, RoundtripError } from '../../errors.ts';
import type { ObjectContent, ObjectStore } from '../object-store.ts';
import { type ProofRecord, parseProof, renderProof, type StoredProof } from '../proof.ts';
import { type PackedSet, sendParts, storedIdentity } from './pack-set.ts';
import { indexName, longestIndex, type PackedIndex, parseIndex, renderIndex } from './packed-index.ts';
import { readParts } from './read-parts.ts';

/*
 * A packed dump set in an object store:
 *
 *     NAME/xxxxxxxx.tar[.age][.001]   its parts, under a name of their own for each try
 *     NAME/index.json                 written last: what is there without it is none yet
 *     NAME/verified.json              the record that it was restored and compared
 */

const proofName = 'verified.json';

export interface Sending {
  /** Most bytes of one object. */
  readonly partBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Stores a packed set under a name. The same dump set there already is success without work; anything else is never
 * overwritten (PGR131). What was sent before it failed is removed again, as far as the store lets it.
 */
export async function storePackedSet(
  store: ObjectStore,
  name: string,
  set: PackedSet,
  { partBytes, signal }: Sending,
): Promise<{ readonly outcome: 'stored' | 'already there'; readonly index: PackedIndex }> {
  const there = await findIndex(store, name, signal);
  if (there !== undefined) {
    if (there.dumpSet === set.dumpSet && there.encryption === set.encryption)
      return { outcome: 'already there', index: there };
    throw taken(store, name);
  }
  const own = randomBytes(4).toString('hex');
  const ending = set.encryption === 'age' ? '.tar.age' : '.tar';
  const nameOf = (number: number, count: number) =>
    `${own}${ending}${count === 1 ? '' : `.${String(number).padStart(3, '0')}`}`;
  const sent: string[] = [];
  try {
    const index = await sendParts(set, partBytes, nameOf, async (part, content) => {
      await store.put(`${name}/${part}`, content, signal);
      sent.push(`${name}/${part}`);
    });
    await storeIndex(store, name, index, signal);
    return { outcome: 'stored', index };
  } catch (error) {
    await removeUnused(store, name, sent);
    throw error;
  }
}

/** An answer that is lost on its way back is no failure. */
async function storeIndex(store: ObjectStore, name: string, index: PackedIndex, signal: AbortSignal): Promise<void> {
  const text = renderIndex(index);
  try {
    await store.put(`${name}/${indexName}`, contentOf(text), signal);
  } catch (error) {
    if ((await readText(store, `${name}/${indexName}`, signal)) !== text) throw error;
  }
}

/** The run may have ended, and this still has to be done: it has a time of its own. Parts that an index names stay. */
async function removeUnused(store: ObjectStore, name: string, keys: readonly string[]): Promise<void> {
  const soon = AbortSignal.timeout(5000);
  const text = await readText(store, `${name}/${indexName}`, soon).catch(() => 'unknown');
  if (keys.some(key => text === 'unknown' || text?.includes(key.slice(name.length + 1)))) return;
  await Promise.allSettled(keys.map(key => store.remove(key, soon)));
}

/** The index of the set of this name; undefined where there is none. @throws PGR172 where it is damaged. */
export async function findIndex(
  store: ObjectStore,
  name: string,
  signal: AbortSignal,
): Promise<PackedIndex | undefined> {
  const text = await readText(store, `${name}/${indexName}`, signal);
  if (text === undefined) return undefined;
  const index = parseIndex(text);
  if (index !== undefined) return index;
  throw fault('PGR172', `${indexName} of ${name} in ${store.place} is none of a dump set`, 'fetch another dump set');
}

/** The bytes of a stored set, as they were sent; see `readParts`. */
export function readPackedSet(
  store: ObjectStore,
  name: string,
  index: PackedIndex,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  return readParts(index, part => store.get(`${name}/${part.name}`, signal));
}

export async function storeProof(
  store: ObjectStore,
  name: string,
  index: PackedIndex,
  proof: Omit<ProofRecord, 'sha256'>,
  signal: AbortSignal,
): Promise<void> {
  if ((await readStoredProof(store, name, index, signal)) !== undefined) return;
  const record = renderProof({ ...proof, sha256: storedIdentity(index) });
  await store.put(`${name}/${proofName}`, contentOf(record), signal);
}

export async function readStoredProof(
  store: ObjectStore,
  name: string,
  index: PackedIndex,
  signal: AbortSignal,
): Promise<StoredProof | undefined> {
  const text = await readText(store, `${name}/${proofName}`, signal);
  return text === undefined ? undefined : parseProof(text, storedIdentity(index));
}

/** Deletes a stored set: the index first, as without it the rest is none. */
export async function deletePackedSet(
  store: ObjectStore,
  name: string,
  { parts }: PackedIndex,
  signal: AbortSignal,
): Promise<void> {
  for (const file of [indexName, proofName, ...parts.map(part => part.name)])
    await store.remove(`${name}/${file}`, signal);
}

async function readText(store: ObjectStore, key: string, signal: AbortSignal): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of store.get(key, signal)) {
      bytes += chunk.length;
      if (bytes > longestIndex) throw fault('PGR172', `${key} in ${store.place} is too long`, 'fetch another dump set');
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RoundtripError && error.code === 'PGR231') return undefined;
    throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function contentOf(text: string): ObjectContent {
  const bytes = Buffer.from(text);
  return { bytes: bytes.length, chunks: once(bytes) };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function taken(store: ObjectStore, name: string): Error {
  return fault(
    'PGR131',
    `${store.place} has another dump set under the name ${name}`,
    'choose another name; names with {date} and {time} differ from run to run',
  );
}
