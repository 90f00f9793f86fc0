import { basename, dirname, join } from 'node:path';
import { checksumsFile } from '../dumpset/checksums.ts';
import { sizeOnDisk } from '../dumpset/finish.ts';
import type { Manifest } from '../dumpset/manifest.ts';
import { checkDumpSet } from '../dumpset/read.ts';
import type { PlannedPublish } from '../plan/plan.ts';
import type { DatabaseProof } from '../report/claims.ts';
import type { PublishResult } from '../report/model.ts';
import { copyDumpSet } from '../storage/folder.ts';
import { localStore } from '../storage/local/local-store.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { type PackedSet, packSet } from '../storage/packed/pack-set.ts';
import { storePackedSet, storeProof } from '../storage/packed/stored-packed.ts';
import { writeProof } from '../storage/proof.ts';
import { levels } from '../verify/finding.ts';
import { encryptionFor } from './encryption.ts';
import { refuseEscapes } from './inside-workspace.ts';
import type { StepOutcome } from './outcome.ts';
import { refusePublic } from './public-repository.ts';
import { encryptionNotes, type Publication } from './publication.ts';
import { publishArtifact } from './publish-artifact.ts';
import type { Runtime } from './runtime.ts';

/**
 * Publishes a complete dump set whose every hash has just been checked, and beside it the record that it was proven,
 * if it was. `proven` are the databases of it that this run has restored and compared, with how well.
 */
export async function performPublish(
  plan: PlannedPublish,
  runtime: Runtime,
  proven: ReadonlyMap<string, DatabaseProof>,
): Promise<StepOutcome<PublishResult>> {
  const { to, folder } = plan;
  refusePublic(plan, runtime.platform.repository);
  if (to.kind === 'folder') await refuseEscapes(to.path, runtime);
  const manifest = await runtime.profile.timed({ kind: 'transfer', name: 'check of the dump set' }, () =>
    checkDumpSet(folder, { signal: runtime.signal, known: runtime.known }),
  );
  const publication = { manifest, proof: proofOf(manifest, proven, runtime) };
  const outcome = await timed(plan, runtime, () => publishTo(plan, publication, runtime));
  // It lists every byte of the dump set, so a word for it is one for all.
  await runtime.platform.declareSubject(join(folder, checksumsFile));
  return outcome;
}

/** Bytes are packed and encrypted on their way; an artifact, which is a file first, tells its parts itself. */
function timed<Result>({ to, encryption }: PlannedPublish, { profile }: Runtime, send: () => Promise<Result>) {
  const sending = to.kind === 'folder' ? 'copy' : 'upload';
  const name = encryption === undefined ? sending : `encryption and ${sending}`;
  return to.kind === 'artifact' ? send() : profile.timed({ kind: 'transfer', name }, send);
}

async function publishTo(
  plan: PlannedPublish,
  publication: Publication,
  runtime: Runtime,
): Promise<StepOutcome<PublishResult>> {
  const { to, folder, encryption } = plan;
  const { manifest } = publication;
  if (to.kind === 'folder' && encryption === undefined) return copyTo(to.path, plan, publication, runtime);
  const packed = await packSet(
    folder,
    manifest,
    encryption && (await encryptionFor(encryption, runtime.platform.workspace)),
    toolOf(runtime),
  );
  switch (to.kind) {
    case 'artifact':
      return publishArtifact({ ...plan, to }, packed, publication, runtime);
    case 'storage':
      return storeIn(await runtime.openStorage(to.storage), to.name, plan, packed, publication, runtime);
    case 'folder':
      return storeIn(localStore(dirname(to.path)), basename(to.path), plan, packed, publication, runtime);
  }
}

async function copyTo(
  path: string,
  { folder }: PlannedPublish,
  { manifest, proof }: Publication,
  { signal, undo }: Runtime,
): Promise<StepOutcome<PublishResult>> {
  const recordPartial = (partial: string) => undo.record({ kind: 'path', path: partial });
  const outcome = await copyDumpSet(folder, path, { signal, recordPartial });
  if (proof !== undefined) await writeProof(path, proof);
  const bytes = await sizeOnDisk(path);
  return published(path, manifest, bytes, outcome === 'already there' ? [`${path} holds this dump set already`] : []);
}

async function storeIn(
  store: ObjectStore,
  name: string,
  plan: PlannedPublish,
  packed: PackedSet,
  { manifest, proof }: Publication,
  { signal }: Runtime,
): Promise<StepOutcome<PublishResult>> {
  const { outcome, index } = await storePackedSet(store, name, packed, { partBytes: plan.partBytes, signal });
  if (proof !== undefined) await storeProof(store, name, index, proof, signal);
  const place = `${name} in ${store.place}`;
  return published(place, manifest, index.bytes, [
    ...(outcome === 'already there' ? [`${store.place} holds this dump set as ${name} already`] : []),
    ...encryptionNotes(plan),
  ]);
}

function published(
  place: string,
  { databases }: Manifest,
  bytes: number,
  notes: readonly string[],
): StepOutcome<PublishResult> {
  const names = databases.map(({ name }) => name);
  return { result: { kind: 'publish', place, databases: names, bytes, artifact: undefined }, notes };
}

function toolOf({ version }: Runtime): string {
  return `pg-roundtrip ${version}`;
}

/** Undefined unless every database of the set is proven. */
function proofOf(
  { databases }: Manifest,
  proven: ReadonlyMap<string, DatabaseProof>,
  runtime: Runtime,
): Publication['proof'] {
  const found = databases.flatMap(({ name }) => proven.get(name) ?? []);
  const level = levels.find(each => found.some(proof => proof.level === each));
  if (level === undefined || found.length < databases.length) return undefined;
  const ignored = found.reduce((sum, proof) => sum + proof.ignored, 0);
  return { schema: 1, level, ignored, verifiedAt: runtime.clock.now().toISOString(), tool: toolOf(runtime) };
}
