import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fault } from '../errors.ts';
import type { PlannedPublish } from '../plan/plan.ts';
import type { ArtifactStore, StoredArtifact } from '../platform/platform.ts';
import type { PublishResult } from '../report/model.ts';
import type { ObjectContent } from '../storage/object-store.ts';
import { partArtifactOf } from '../storage/packed/artifact-names.ts';
import { type PackedSet, sendParts } from '../storage/packed/pack-set.ts';
import { type PackedIndex, renderIndex } from '../storage/packed/packed-index.ts';
import { proofArtifactOf, renderProof } from '../storage/proof.ts';
import type { StepOutcome } from './outcome.ts';
import { encryptionNotes, type Publication } from './publication.ts';
import type { Runtime } from './runtime.ts';

type Plan = PlannedPublish & { readonly to: Extract<PlannedPublish['to'], { kind: 'artifact' }> };

/**
 * Makes a workflow artifact of a packed dump set: the file itself where it is one part, else its index, with an artifact
 * for each part before it. Each is a file for a moment only, as GitHub's client takes nothing else.
 */
export async function publishArtifact(
  plan: Plan,
  packed: PackedSet,
  { manifest, proof }: Publication,
  runtime: Runtime,
): Promise<StepOutcome<PublishResult>> {
  const { name, retentionDays, overwrite } = plan.to;
  const store = await runtime.platform.artifacts();
  const uploaded: StoredArtifact[] = [];
  const upload = async (artifact: string, content: ObjectContent): Promise<StoredArtifact> => {
    if (overwrite) await store.remove(artifact);
    const stored = await uploadAsFile(artifact, content, store, retentionDays, runtime);
    uploaded.push(stored);
    return stored;
  };
  try {
    const nameOf = (number: number, count: number) => (count === 1 ? name : partArtifactOf(name, number));
    const index = await sendParts(packed, plan.partBytes, nameOf, async (part, content) => {
      await upload(part, content);
    });
    agree(index, uploaded);
    const [first, ...others] = uploaded;
    const main = first === undefined || others.length > 0 ? await upload(name, textOf(renderIndex(index))) : first;
    if (overwrite) await removeParts(store, name, others.length > 0 ? index.parts.length : 0);
    if (proof !== undefined) {
      // An artifact of its own, so that a list of artifacts tells which of them are proven.
      const { sha256 } = main;
      await upload(proofArtifactOf(name, sha256), textOf(renderProof({ ...proof, sha256 })));
    }
    const parts = others.length > 0 ? `, in ${index.parts.length} parts` : '';
    return {
      result: {
        kind: 'publish',
        place: `artifact ${name}${parts}`,
        databases: manifest.databases.map(one => one.name),
        bytes: index.bytes,
        artifact: { id: main.id, name, sha256: main.sha256, url: main.url },
      },
      notes: [...encryptionNotes(plan), ...publicNotes(plan)],
    };
  } catch (error) {
    // Parts without their index are of no use, and cost space for as long as they are kept.
    if (!uploaded.some(one => one.name === name)) {
      await Promise.allSettled(uploaded.map(one => store.remove(one.name)));
    }
    throw error;
  }
}

/** Those that what was there before had beyond the parts there are now. */
async function removeParts(store: ArtifactStore, name: string, kept: number): Promise<void> {
  for (let number = kept + 1; await store.remove(partArtifactOf(name, number)); number += 1);
}

function publicNotes({ allowPublic }: Plan): readonly string[] {
  return allowPublic === undefined ? [] : [`published without encryption, as the file allows: ${allowPublic}`];
}

async function uploadAsFile(
  name: string,
  { chunks }: ObjectContent,
  store: ArtifactStore,
  retentionDays: number | undefined,
  { privateFolder, signal, profile }: Runtime,
): Promise<StoredArtifact> {
  // With a single raw file the store takes the file's base name as the name of the artifact.
  const file = join(privateFolder, name);
  try {
    const target = createWriteStream(file, { mode: 0o600, flags: 'wx', flush: true, highWaterMark: 1 << 20 });
    await profile.timed({ kind: 'transfer', name: `packing of ${name}` }, () => pipeline(chunks, target, { signal }));
    return await profile.timed({ kind: 'transfer', name: `upload of ${name}` }, () =>
      store.upload(file, { retentionDays }),
    );
  } finally {
    await rm(file, { force: true });
  }
}

/** What the store says it has received is what was read from the dump set. */
function agree({ parts }: PackedIndex, uploaded: readonly StoredArtifact[]): void {
  for (const { name, sha256 } of parts) {
    const stored = uploaded.find(one => one.name === name);
    if (stored?.sha256 === sha256) continue;
    throw fault(
      'PGR230',
      `the artifact store received other bytes than were sent (${stored?.sha256} instead of ${sha256})`,
      'run it again; do not use this artifact',
    );
  }
}

function textOf(text: string): ObjectContent {
  const bytes = Buffer.from(text);
  return {
    bytes: bytes.length,
    chunks: (async function* () {
      yield bytes;
    })(),
  };
}
