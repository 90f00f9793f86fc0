import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sizeOnDisk } from '../dumpset/finish.ts';
import type { Manifest } from '../dumpset/manifest.ts';
import { checkListing } from '../dumpset/read.ts';
import { asRoundtripError } from '../errors.ts';
import type { ObjectStore } from './object-store.ts';
import { type ListedPacked, listPackedFolders, listPackedSets } from './packed/list-packed.ts';
import { indexName } from './packed/packed-index.ts';
import { readProof, type StoredProof } from './proof.ts';
import { lieIn } from './stored-sets.ts';

/** What is told of a dump set without unpacking it, wherever it lies. Texts may be foreign. */
export interface StoredSetFacts {
  readonly name: string;
  readonly finishedAt: Date;
  /** Their names; none where it holds globals alone. Undefined where they can only be read with a key. */
  readonly databases: readonly string[] | undefined;
  /** As it is stored. */
  readonly bytes: number;
  /** Whether it can only be read with a key. */
  readonly encrypted: boolean;
  /** That it was restored and compared, where that is on record. */
  readonly proof: StoredProof | undefined;
}

/** The dump sets of one place: each kind of storage gives its own. */
export interface SetListing {
  /** For people; fits after "in". Without secrets. */
  readonly place: string;
  /** How far the sets were looked at; fits after their number. */
  readonly checked: string;
  readonly sets: readonly StoredSetFacts[];
  /** What lies there and is no sound dump set, each with the reason. */
  readonly others: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Lists the dump sets of a folder, each with the hash of its manifest checked and no file missing; where the folder is a
 * dump set itself, that one. What can't be read is one of the others.
 *
 * @throws PGR221 where the folder itself can't be read.
 */
export async function listFolder(folder: string, signal: AbortSignal): Promise<SetListing> {
  const place = folder;
  try {
    if ((await lstat(join(folder, 'manifest.json')).catch(() => undefined)) !== undefined)
      return listed(place, [await factsOf(dirname(folder), basename(folder))], []);
    if ((await lstat(join(folder, indexName)).catch(() => undefined)) !== undefined)
      return listed(place, packedFacts(await listPackedFolders(dirname(folder), [basename(folder)], signal)), []);
    const { folders, packed, unknown, remnants } = await lieIn(folder);
    const found: Found[] = [...packedFacts(await listPackedFolders(folder, packed, signal))];
    for (const name of folders) found.push(await factsOf(folder, name));
    const begun = remnants.map(name => ({ name, reason: 'an earlier run had begun to delete it' }));
    return listed(place, found, [...unknown, ...begun]);
  } catch (error) {
    throw asRoundtripError(error);
  }
}

/**
 * Lists the packed dump sets of a store by their indexes.
 *
 * @throws PGR232 where not all of it could be listed.
 */
export async function listStore(store: ObjectStore, signal: AbortSignal): Promise<SetListing> {
  const found = packedFacts(await listPackedSets(store, signal));
  return { ...listed(store.place, found, []), checked: 'no file is missing, and `fetch` checks the hashes' };
}

function packedFacts({ sets, unknown }: ListedPacked): readonly Found[] {
  return [
    ...sets.map(
      ({ name, time, index, proof }): Found => ({
        name,
        finishedAt: time,
        databases: index.databases,
        bytes: index.bytes,
        encrypted: index.encryption !== 'none',
        proof,
      }),
    ),
    ...unknown,
  ];
}

type Found = StoredSetFacts | SetListing['others'][number];

function listed(place: string, found: readonly Found[], others: SetListing['others']): SetListing {
  return {
    place,
    checked: 'no file is missing, and `inspect` checks the hashes',
    sets: found.flatMap(one => ('reason' in one ? [] : [one])),
    others: [...others, ...found.flatMap(one => ('reason' in one ? [one] : []))].toSorted((one, other) =>
      one.name < other.name ? -1 : 1,
    ),
  };
}

async function factsOf(folder: string, name: string): Promise<Found> {
  const path = join(folder, name);
  try {
    const manifest = await checkListing(path);
    const finishedAt = new Date(manifest.finishedAt);
    if (Number.isNaN(finishedAt.getTime())) return { name, reason: 'its manifest has no time' };
    const [bytes, proof] = [await sizeOnDisk(path), await readProof(path)];
    return { name, finishedAt, databases: namesIn(manifest), bytes, encrypted: false, proof };
  } catch (error) {
    return { name, reason: asRoundtripError(error).problems[0].message };
  }
}

function namesIn({ databases }: Manifest): readonly string[] {
  return databases.map(({ name }) => name);
}
