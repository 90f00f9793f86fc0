import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkDumpSet } from '../dumpset/read.ts';
import type { PlannedPrune } from '../plan/plan.ts';
import type { PublishedArtifact } from '../platform/platform.ts';
import { localStore } from '../storage/local/local-store.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { isPartArtifact, partsOfArtifact } from '../storage/packed/artifact-names.ts';
import { type ListedPacked, listPackedFolders, listPackedSets } from '../storage/packed/list-packed.ts';
import { deletePackedSet } from '../storage/packed/stored-packed.ts';
import { isProofArtifact, proofArtifactOf } from '../storage/proof.ts';
import type { DatedSet } from '../storage/retention.ts';
import { deleteStoredSet, listStoredSets } from '../storage/stored-sets.ts';
import { refuseEscapes } from './inside-workspace.ts';
import type { Runtime } from './runtime.ts';

/** A dump set that can be looked at and deleted, wherever it lies. */
export interface PrunableSet extends DatedSet {
  /** Throws where it is not sound, as far as that can be known without fetching it. */
  readonly check: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export interface Prunable {
  readonly place: string;
  readonly sets: readonly PrunableSet[];
  /** What is no sound dump set of ours: it is left alone. Each with the reason. */
  readonly unknown: readonly { readonly name: string; readonly reason: string }[];
  /** Deletes what earlier runs have begun to delete. */
  readonly clear: () => Promise<void>;
}

/** Lists what lies in a place. Throws unless all of it could be listed. */
export async function listPrunable(place: PlannedPrune['in'], runtime: Runtime): Promise<Prunable> {
  switch (place.kind) {
    case 'folder':
      await refuseEscapes(`${place.path}/-`, runtime);
      return listFolder(place.path, runtime);
    case 'storage':
      return listStore(await runtime.openStorage(place.storage), runtime);
    case 'artifacts':
      return listArtifacts(place.pattern, runtime);
  }
}

/** Copies of dump sets, and packed ones: their folders hold an index. */
async function listFolder(folder: string, runtime: Runtime): Promise<Prunable> {
  const { signal } = runtime;
  const { sets, unknown, remnants, packed } = await listStoredSets(folder);
  const stored = await listPackedFolders(folder, packed, signal);
  return {
    place: folder,
    sets: [
      ...sets.map(set => ({
        ...set,
        check: async () => void (await checkDumpSet(set.path, { signal })),
        remove: () => deleteStoredSet(set.path),
      })),
      ...prunablePacked(localStore(folder), stored, signal).map(set => ({
        ...set,
        remove: async () => {
          await set.remove();
          // What somebody else has put there stays.
          await rmdir(join(folder, set.name)).catch(() => undefined);
        },
      })),
    ],
    unknown: [...unknown, ...stored.unknown],
    clear: async () => {
      for (const path of remnants) await rm(path, { recursive: true, force: true });
    },
  };
}

async function listStore(store: ObjectStore, { signal }: Runtime): Promise<Prunable> {
  const listed = await listPackedSets(store, signal);
  return {
    place: store.place,
    sets: prunablePacked(store, listed, signal),
    unknown: listed.unknown,
    clear: async () => {},
  };
}

function prunablePacked(store: ObjectStore, { sets }: ListedPacked, signal: AbortSignal): readonly PrunableSet[] {
  return sets.map(set => ({
    ...set,
    check: async () => {},
    remove: () => deletePackedSet(store, set.name, set.index, signal),
  }));
}

/** Artifacts tell nothing of what is in them: all that match are one series. */
async function listArtifacts(pattern: string, { platform, signal }: Runtime): Promise<Prunable> {
  const store = await platform.publishedArtifacts(signal);
  const all = await store.list();
  const inRun = new Map(all.map(artifact => [`${artifact.run} ${artifact.name}`, artifact]));
  const beside = ({ run }: PublishedArtifact, name: string) => inRun.get(`${run} ${name}`);
  const proofOf = (one: PublishedArtifact) =>
    one.sha256 === undefined ? undefined : beside(one, proofArtifactOf(one.name, one.sha256));
  const matching = all.filter(({ name }) => matches(pattern, name) && !isProofArtifact(name) && !isPartArtifact(name));
  const own = matching.filter(one => one.foreign === undefined);
  return {
    place: `artifacts ${pattern}`,
    sets: own.map(artifact => {
      const proof = proofOf(artifact);
      return {
        name: `${artifact.name} of run ${artifact.run}`,
        series: '',
        time: artifact.createdAt,
        verified: proof !== undefined,
        check: async () => {},
        remove: async () => {
          signal.throwIfAborted();
          if (proof !== undefined) await store.remove(proof);
          await store.remove(artifact);
          // Without their index they are of no use, and nobody would find them again.
          for (const name of partsOfArtifact(artifact.name, name => beside(artifact, name) !== undefined)) {
            const part = beside(artifact, name);
            if (part !== undefined) await store.remove(part);
          }
        },
      };
    }),
    unknown: matching
      .filter(one => one.foreign !== undefined)
      .map(one => ({ name: one.name, reason: `it comes from ${one.foreign}` })),
    clear: async () => {},
  };
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'su').test(name);
}
