import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOnDisk } from '../dumpset/finish.ts';
import type { Manifest } from '../dumpset/manifest.ts';
import { checkDumpSet } from '../dumpset/read.ts';
import { fault } from '../errors.ts';
import type { PlannedPublish } from '../plan/plan.ts';
import type { ArtifactStore, Repository, StoredArtifact } from '../platform/platform.ts';
import type { PublishResult } from '../report/model.ts';
import { copyDumpSet } from '../storage/folder.ts';
import { packDumpSet } from '../storage/pack.ts';
import { type ProofRecord, proofArtifactOf, renderProof, writeProof } from '../storage/proof.ts';
import { levels } from '../verify/finding.ts';
import { refuseEscapes } from './inside-workspace.ts';
import type { StepOutcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';

/**
 * Publishes a complete dump set whose every hash has just been checked, and beside it the record that it was proven,
 * if it was. `proven` are the databases of it that this run has restored and compared, with the level of that.
 */
export async function performPublish(
  plan: PlannedPublish,
  runtime: Runtime,
  proven: ReadonlyMap<string, string>,
): Promise<StepOutcome<PublishResult>> {
  const { to } = plan;
  if (to.kind === 'artifact') refusePublic(plan.allowPublic, runtime.platform.repository);
  else await refuseEscapes(to.path, runtime);
  const manifest = await checkDumpSet(plan.folder, { signal: runtime.signal });
  return to.kind === 'artifact'
    ? publishArtifact(plan, to.name, manifest, runtime, proofOf(manifest, proven, runtime))
    : publishFolder(plan, to.path, manifest, runtime, proofOf(manifest, proven, runtime));
}

async function publishFolder(
  plan: PlannedPublish,
  path: string,
  manifest: Manifest,
  { signal, undo }: Runtime,
  proof: Proof | undefined,
): Promise<StepOutcome<PublishResult>> {
  const recordPartial = (partial: string) => undo.record({ kind: 'path', path: partial });
  const outcome = await copyDumpSet(plan.folder, path, { signal, recordPartial });
  if (proof !== undefined) await writeProof(path, proof);
  return {
    result: {
      kind: 'publish',
      place: path,
      databases: names(manifest),
      bytes: await sizeOnDisk(path),
      artifact: undefined,
    },
    notes: outcome === 'already there' ? [`${path} holds this dump set already`] : [],
  };
}

async function publishArtifact(
  plan: PlannedPublish,
  name: string,
  manifest: Manifest,
  runtime: Runtime,
  proof: Proof | undefined,
): Promise<StepOutcome<PublishResult>> {
  const store = await runtime.platform.artifacts();
  // With a single raw file the store takes the file's base name as the name of the artifact.
  const file = join(runtime.privateFolder, name);
  try {
    const packed = await packDumpSet(plan.folder, file, new Date(manifest.finishedAt), runtime.signal);
    const stored = await store.upload(file, { retentionDays: plan.retentionDays });
    if (stored.sha256 !== packed.sha256) {
      throw fault(
        'PGR230',
        `the artifact store received other bytes than were sent (${stored.sha256} instead of ${packed.sha256})`,
        'run it again; do not use this artifact',
      );
    }
    if (proof !== undefined) await publishProof(stored, proof, plan, runtime, store);
    return {
      result: {
        kind: 'publish',
        place: `artifact ${stored.name}`,
        databases: names(manifest),
        bytes: stored.bytes,
        artifact: { id: stored.id, name: stored.name, sha256: stored.sha256, url: stored.url },
      },
      notes:
        plan.allowPublic === undefined ? [] : [`published without encryption, as the file allows: ${plan.allowPublic}`],
    };
  } finally {
    await rm(file, { force: true });
  }
}

type Proof = Omit<ProofRecord, 'sha256'>;

/** Undefined unless every database of the set is proven. */
function proofOf(manifest: Manifest, proven: ReadonlyMap<string, string>, runtime: Runtime): Proof | undefined {
  const found = names(manifest).map(name => proven.get(name));
  const [level] = levels.filter(each => found.includes(each));
  if (level === undefined || found.includes(undefined)) return undefined;
  return { schema: 1, level, verifiedAt: runtime.clock.now().toISOString(), tool: `pg-roundtrip ${runtime.version}` };
}

/** An artifact of its own, so that a list of artifacts tells which of them are proven. */
async function publishProof(
  { name, sha256 }: StoredArtifact,
  proof: Proof,
  { retentionDays }: PlannedPublish,
  { privateFolder }: Runtime,
  store: ArtifactStore,
): Promise<void> {
  const file = join(privateFolder, proofArtifactOf(name, sha256));
  await writeFile(file, renderProof({ ...proof, sha256 }), { mode: 0o600 });
  try {
    await store.upload(file, { retentionDays });
  } finally {
    await rm(file, { force: true });
  }
}

function names({ databases }: Manifest): readonly string[] {
  return databases.map(({ name }) => name);
}

/** Everybody who is signed in can download the artifacts of a public repository: PGR140 unless there is a reason to. */
export function refusePublic(reason: string | undefined, repository: Repository | undefined): void {
  if (repository?.visibility !== 'public' || reason !== undefined) return;
  throw fault(
    'PGR140',
    `${repository.name} is public: anyone signed in could download this unencrypted dump`,
    'publish from a private repository, or write the reason why it may be public under `allow-public`',
  );
}
