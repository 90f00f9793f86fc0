import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkListing } from '../dumpset/read.ts';
import { fault, RoundtripError } from '../errors.ts';
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
 * Lists the dump sets of a folder, each with the hash of its manifest checked and no file missing. A folder with a file
 * called `packedIndex` is no dump set, but holds a packed one.
 *
 * @throws PGR177 where something cannot be read: what is decided from half a list deletes too much.
 */
export async function listStoredSets(folder: string, packedIndex: string): Promise<StoredSets> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw notListed(folder, error);
  });
  const sets: StoredSets['sets'][number][] = [];
  const unknown: StoredSets['unknown'][number][] = [];
  const [remnants, packed]: [string[], string[]] = [[], []];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const { name } = entry;
    const path = join(folder, name);
    if (entry.isFile() && name.endsWith(proofSuffix)) continue;
    if (!entry.isDirectory()) unknown.push({ name, reason: 'it is no folder' });
    else if (name.endsWith(prunedSuffix)) remnants.push(path);
    else if (await isFile(join(path, packedIndex))) packed.push(name);
    else {
      const found = await look(name, path);
      if ('reason' in found) unknown.push(found);
      else sets.push(found);
    }
  }
  return { sets, unknown, remnants, packed };
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() === true;
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
