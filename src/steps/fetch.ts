import { createHash } from 'node:crypto';
import { mkdir, realpath, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sizeOnDisk } from '../dumpset/finish.ts';
import { readManifest } from '../dumpset/read.ts';
import { fault } from '../errors.ts';
import type { PlannedFetch } from '../plan/plan.ts';
import { formatBytes } from '../report/format.ts';
import type { FetchResult } from '../report/model.ts';
import { copyDumpSet, identityOf, receiveDumpSet } from '../storage/folder.ts';
import { localStore } from '../storage/local/local-store.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { notEncrypted, plainChunks } from '../storage/packed/plain-chunks.ts';
import { findIndex, readPackedSet } from '../storage/packed/stored-packed.ts';
import { packedChecksums, unpackDumpSet } from '../storage/unpack.ts';
import { decryptionFor } from './encryption.ts';
import { findArtifact } from './fetch-artifact.ts';
import { throughCache } from './fetch-cache.ts';
import { findAtUrl } from './fetch-url.ts';
import { type FoundSet, tooLarge } from './found-set.ts';
import { refuseEscapes } from './inside-workspace.ts';
import { newestInFolder, newestInStore } from './newest-set.ts';
import type { StepOutcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';

/** Brings a published dump set here. It gets its name when its every hash has been checked, and not before. */
export async function performFetch(plan: PlannedFetch, runtime: Runtime): Promise<StepOutcome<FetchResult>> {
  await refuseEscapes(plan.folder, runtime);
  const place = join(runtime.privateFolder, `fetched ${basename(plan.folder)}`);
  await mkdir(place, { mode: 0o700 });
  try {
    const { from, outcome, notes } = await fetchFrom(plan, place, runtime);
    const manifest = await readManifest(plan.folder);
    return {
      result: {
        kind: 'fetch',
        from,
        path: plan.folder,
        databases: manifest.databases.map(({ name }) => name),
        dumpedAt: manifest.finishedAt,
        bytes: await sizeOnDisk(plan.folder),
      },
      notes: outcome === 'already there' ? [`${plan.folder} holds this dump set already`, ...notes] : notes,
    };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

interface Fetched {
  readonly from: string;
  readonly outcome: 'copied' | 'already there';
  readonly notes: readonly string[];
}

async function fetchFrom(plan: PlannedFetch, place: string, runtime: Runtime): Promise<Fetched> {
  const { source } = plan;
  switch (source.kind) {
    case 'folder':
      return fetchFolder(plan, source, runtime);
    case 'storage': {
      const store = await runtime.openStorage(source.storage);
      const { name, notes } =
        'name' in source.set
          ? { name: source.set.name, notes: [] }
          : await newestInStore(store, source.set.newest, runtime);
      const packed = await findStored(store, name, runtime);
      if (packed !== undefined) return receive(plan, { ...packed, notes }, runtime);
      throw fault('PGR231', `${store.place} has no dump set ${name}`, 'pg-roundtrip ls shows what there is');
    }
    case 'artifact':
      return receive(
        plan,
        await runtime.profile.timed({ kind: 'transfer', name: 'artifact' }, () =>
          findArtifact(plan, source, place, runtime),
        ),
        runtime,
      );
    case 'url':
      return receive(plan, await findAtUrl(source, plan, runtime), runtime);
  }
}

async function fetchFolder(
  plan: PlannedFetch,
  { path: given, newest }: Extract<PlannedFetch['source'], { kind: 'folder' }>,
  runtime: Runtime,
): Promise<Fetched> {
  const { path, notes } =
    newest === undefined ? { path: given, notes: [] } : await newestInFolder(given, newest, runtime);
  const packed = await findStored(localStore(dirname(path)), basename(path), runtime);
  if (packed !== undefined) return receive(plan, { ...packed, notes }, runtime);
  // A folder that is none has no manifest: told before anything is made.
  await readManifest(path);
  if (plan.decryption !== undefined) throw notEncrypted(path);
  await refuseLarge(plan, await sizeOnDisk(path));
  const outcome = await runtime.profile.timed({ kind: 'transfer', name: 'copy' }, () =>
    copyDumpSet(path, plan.folder, copying(runtime)),
  );
  return { from: path, outcome, notes };
}

async function findStored(store: ObjectStore, name: string, { signal }: Runtime): Promise<FoundSet | undefined> {
  const index = await findIndex(store, name, signal);
  return (
    index && {
      from: `${name} in ${store.place}`,
      parts: index.parts,
      index,
      onDisk: false,
      notes: [],
      open: () => readPackedSet(store, name, index, signal),
    }
  );
}

async function receive(plan: PlannedFetch, found: FoundSet, runtime: Runtime): Promise<Fetched> {
  const { signal } = runtime;
  const bytes = found.parts?.reduce((sum, part) => sum + part.bytes, 0) ?? 0;
  await refuseLarge(plan, bytes, found.onDisk || plan.cache ? bytes * 2 : bytes);
  const decrypt = plan.decryption && (await decryptionFor(plan.decryption, runtime.platform.workspace));
  const action = plan.decryption === undefined ? 'unpacking' : 'decryption and unpacking';
  const received = found.onDisk || plan.cache ? action : `download, ${action}`;
  const unpack = async ({ from, index, notes, ...stored }: FoundSet): Promise<Fetched> => {
    const open = () => ({ name: from, chunks: plainChunks(stored.open(), decrypt) });
    const identify = async () => index?.dumpSet ?? sha256Of(await packedChecksums(open(), signal));
    const outcome = await receiveDumpSet(plan.folder, identify, copying(runtime), async partial => {
      await runtime.profile.timed({ kind: 'transfer', name: received }, () => unpackDumpSet(open(), partial, signal));
      if (index !== undefined) await refuseOther(partial, index, from);
    });
    if (index !== undefined && outcome === 'already there') await refuseOther(plan.folder, index, from);
    return { from, outcome, notes };
  };
  return plan.cache ? throughCache(found, runtime, unpack) : unpack(found);
}

/** By its index it was chosen, and that may tell of another one or of another time. */
async function refuseOther(folder: string, index: NonNullable<FoundSet['index']>, from: string): Promise<void> {
  const { finishedAt } = await readManifest(folder);
  if (finishedAt === index.finishedAt && (await identityOf(folder)) === index.dumpSet) return;
  const what = `the index of ${from} tells of another dump set than its parts hold`;
  throw fault('PGR172', what, 'fetch another one, and look who can write there; nothing of it was used');
}

function sha256Of(bytes: Buffer | undefined): string | undefined {
  return bytes && createHash('sha256').update(bytes).digest('hex');
}

function copying({ signal, known, undo }: Runtime) {
  return { signal, known, recordPartial: (path: string) => undo.record({ kind: 'path', path }) };
}

/** `room` is what the disk must have free, `bytes` what is fetched. */
async function refuseLarge({ folder, maximumBytes }: PlannedFetch, bytes: number, room: number = bytes): Promise<void> {
  if (bytes > maximumBytes) throw tooLarge(bytes, maximumBytes);
  const { bavail, bsize } = await statfs(await nearest(dirname(folder)));
  if (bavail * bsize >= room) return;
  const what = `fetching needs ${formatBytes(room)}, and the disk has ${formatBytes(bavail * bsize)} free`;
  throw fault('PGR176', what, 'free some space, or use a larger disk or runner');
}

async function nearest(path: string): Promise<string> {
  return realpath(path).catch(() => nearest(dirname(path)));
}
