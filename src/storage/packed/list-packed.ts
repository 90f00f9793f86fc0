import { join } from 'node:path';
import { asRoundtripError, RoundtripError } from '../../errors.ts';
import { localStore } from '../local/local-store.ts';
import type { ObjectStore, StoredObject } from '../object-store.ts';
import type { StoredProof } from '../proof.ts';
import type { DatedSet } from '../retention.ts';
import type { PackedIndex } from './packed-index.ts';
import { indexName } from './packed-index.ts';
import { findIndex, readStoredProof } from './stored-packed.ts';

export interface ListedPackedSet extends DatedSet {
  readonly index: PackedIndex;
  readonly proof: StoredProof | undefined;
}

export interface ListedPacked {
  /** Those of which no part is missing or of another size. */
  readonly sets: readonly ListedPackedSet[];
  readonly unknown: readonly { readonly name: string; readonly reason: string }[];
}

/** Lists the packed dump sets of a store. Throws unless all could be listed: what is decided from half a list deletes too much. */
export async function listPackedSets(store: ObjectStore, signal: AbortSignal): Promise<ListedPacked> {
  return lookAtAll(store, byName(await store.list(signal)), signal);
}

/** The same for those folders of a folder that have these names. */
export async function listPackedFolders(
  folder: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ListedPacked> {
  const objects = new Map<string, ReadonlyMap<string, StoredObject>>();
  for (const name of names) {
    const inside = await localStore(join(folder, name)).list(signal);
    objects.set(name, new Map(inside.map(object => [object.key, object])));
  }
  return lookAtAll(localStore(folder), objects, signal);
}

async function lookAtAll(
  store: ObjectStore,
  names: ReadonlyMap<string, ReadonlyMap<string, StoredObject>>,
  signal: AbortSignal,
): Promise<ListedPacked> {
  const sets: ListedPackedSet[] = [];
  const unknown: { readonly name: string; readonly reason: string }[] = [];
  for (const [name, objects] of names) {
    if (!objects.has(indexName)) {
      unknown.push({ name, reason: 'it has no index: its upload has not ended, or nothing of ours is in it' });
      continue;
    }
    const found = await look(store, name, signal);
    const reason = typeof found === 'string' ? found : faultOf(found.index, objects);
    if (reason !== undefined) unknown.push({ name, reason });
    else if (typeof found !== 'string') sets.push(found);
  }
  return { sets, unknown };
}

/** Objects by the name that is the first part of their key, each by the rest of it. */
function byName(objects: readonly StoredObject[]): ReadonlyMap<string, ReadonlyMap<string, StoredObject>> {
  const names = new Map<string, Map<string, StoredObject>>();
  for (const object of objects.toSorted((one, other) => (one.key < other.key ? -1 : 1))) {
    const [name = '', ...rest] = object.key.split('/');
    const inside = names.get(name) ?? new Map<string, StoredObject>();
    names.set(name, inside.set(rest.join('/'), object));
  }
  return names;
}

async function look(store: ObjectStore, name: string, signal: AbortSignal): Promise<ListedPackedSet | string> {
  try {
    const index = await findIndex(store, name, signal);
    if (index === undefined) return 'its index has vanished meanwhile';
    const proof = await readStoredProof(store, name, index, signal);
    const verified = proof !== undefined;
    return { name, series: index.series, time: new Date(index.finishedAt), verified, proof, index };
  } catch (error) {
    if (error instanceof RoundtripError && error.code === 'PGR172') return asRoundtripError(error).problems[0].message;
    throw error;
  }
}

/** Why it cannot be whole, by the list of its objects; undefined where nothing speaks against it. */
function faultOf({ parts }: PackedIndex, objects: ReadonlyMap<string, StoredObject>): string | undefined {
  for (const { name, bytes } of parts) {
    const found = objects.get(name);
    if (found === undefined) return `${name} is missing`;
    if (found.bytes !== undefined && found.bytes !== bytes)
      return `${name} has ${found.bytes} bytes instead of ${bytes}`;
  }
  return undefined;
}
