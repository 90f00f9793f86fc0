import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOnDisk } from '../dumpset/finish.ts';
import type { Manifest } from '../dumpset/manifest.ts';
import { checkDumpSet } from '../dumpset/read.ts';
import { fault } from '../errors.ts';
import type { PlannedPublish } from '../plan/plan.ts';
import type { Repository } from '../platform/platform.ts';
import type { PublishResult } from '../report/model.ts';
import { copyDumpSet } from '../storage/folder.ts';
import { packDumpSet } from '../storage/pack.ts';
import { refuseEscapes } from './inside-workspace.ts';
import type { StepOutcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';

/** Publishes a complete dump set whose every hash has just been checked. */
export async function performPublish(plan: PlannedPublish, runtime: Runtime): Promise<StepOutcome<PublishResult>> {
  const { to } = plan;
  if (to.kind === 'artifact') refusePublic(plan.allowPublic, runtime.platform.repository);
  else await refuseEscapes(to.path, runtime);
  const manifest = await checkDumpSet(plan.folder, { signal: runtime.signal });
  return to.kind === 'artifact'
    ? publishArtifact(plan, to.name, manifest, runtime)
    : publishFolder(plan, to.path, manifest, runtime);
}

async function publishFolder(
  plan: PlannedPublish,
  path: string,
  manifest: Manifest,
  { signal, undo }: Runtime,
): Promise<StepOutcome<PublishResult>> {
  const recordPartial = (partial: string) => undo.record({ kind: 'path', path: partial });
  const outcome = await copyDumpSet(plan.folder, path, { signal, recordPartial });
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
