import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkListing } from '../dumpset/read.ts';
import { fault, RoundtripError } from '../errors.ts';
import { indexName } from './packed/packed-index.ts';
import { isPartial } from './partial-copy.ts';
import { hasProof, proofFileOf, proofSuffix } from './proof.ts';
import type { DatedSet } from './retention.ts';
import { seriesOf } from './series.ts';

/** What lies in a folder of dump sets. */
export interface StoredSets {
  readonly sets: readonly (DatedSet & { readonly path: string })[];
  /** What is no sound dump set, with the reason. */
  readonly unknown: readonly { readonly name: string; readonly reason: string }[];
  /** Folders that an earlier run had begun to delete. */
  readonly remnants: readonly string[];
  /** Names of folders that hold something packed. */
  readonly packed: readonly string[];
}

/** A name that nobody gives a folder of their own, as what has it is deleted unseen. */
const prunedSuffix = '.pruned-by-pg-roundtrip';

/**
 * Lists the dump sets of a folder, each with the hash of its manifest checked and no file missing. A folder with an
 * index holds a packed one.
 *
 * @throws PGR177 where something cannot be read: what is decided from half a list deletes too much.
 */
export async function listStoredSets(folder: string): Promise<StoredSets> {
  const { folders, packed, unknown, remnants } = await lieIn(folder).catch((error: unknown) => {
    throw notListed(folder, error);
  });
  const sets: StoredSets['sets'][number][] = [];
  const others = [...unknown];
  for (const name of folders) {
    const found = await look(name, join(folder, name));
    if ('reason' in found) others.push(found);
    else sets.push(found);
  }
  return { sets, packed, unknown: others.toSorted(byName), remnants: remnants.map(name => join(folder, name)) };
}

/** Names of what lies in a folder of dump sets, by what it may be: not yet looked into. Sorted. */
export interface Lying extends Pick<StoredSets, 'unknown' | 'remnants' | 'packed'> {
  readonly folders: readonly string[];
}

/** Records of proofs belong to what they lie beside. Throws what the system says where the folder can't be read. */
export async function lieIn(folder: string): Promise<Lying> {
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted(byName);
  const [remnants, folders] = [true, false].map(pruned =>
    entries
      .filter(entry => entry.isDirectory() && entry.name.endsWith(prunedSuffix) === pruned)
      .map(({ name }) => name),
  );
  const unknown = entries
    .filter(entry => !(entry.isFile() && entry.name.endsWith(proofSuffix)))
    .flatMap(entry => {
      const { name } = entry;
      if (!entry.isDirectory()) return [{ name, reason: 'it is no folder' }];
      // All of its files may be there already, and none of them checked.
      return isPartial(name) ? [{ name, reason: 'it is not finished: a run is writing it, or was killed' }] : [];
    });
  const finished = (folders ?? []).filter(name => !isPartial(name));
  const packed: string[] = [];
  for (const name of finished) if (await isFile(join(folder, name, indexName))) packed.push(name);
  return { folders: finished.filter(name => !packed.includes(name)), packed, unknown, remnants: remnants ?? [] };
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() === true;
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

async function look(name: string, path: string): Promise<StoredSets['sets'][number] | StoredSets['unknown'][number]> {
  try {
    const manifest = await checkListing(path);
    const time = new Date(manifest.finishedAt);
    if (Number.isNaN(time.getTime())) return { name, reason: 'its manifest has no time' };
    return { name, path, time, series: seriesOf(manifest), verified: await hasProof(path) };
  } catch (error) {
    const broken = error instanceof RoundtripError && (error.code === 'PGR171' || error.code === 'PGR172');
    if (broken) return { name, reason: error.problems[0].message };
    throw notListed(path, error);
  }
}

/** Deletes a dump set: under another name first, so that no part of it is taken for one if this ends early. */
export async function deleteStoredSet(path: string): Promise<void> {
  await rm(proofFileOf(path), { force: true });
  const doomed = `${path}${prunedSuffix}`;
  await rename(path, doomed);
  await rm(doomed, { recursive: true, force: true });
}

function notListed(path: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return fault(
    'PGR177',
    `${path} could not be looked at: ${reason}`,
    'check the permissions; nothing was deleted',
    error,
  );
}
