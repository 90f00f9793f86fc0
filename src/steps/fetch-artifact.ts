import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../errors.ts';
import type { PlannedFetch } from '../plan/plan.ts';
import type { PublishedArtifact, PublishedArtifacts, RunChoice } from '../platform/platform.ts';
import { isPartArtifact } from '../storage/packed/artifact-names.ts';
import { longestIndex, type PackedIndex, parseIndex } from '../storage/packed/packed-index.ts';
import { readParts } from '../storage/packed/read-parts.ts';
import { type FoundSet, tooLarge } from './found-set.ts';
import type { Runtime } from './runtime.ts';

type Source = Extract<PlannedFetch['source'], { kind: 'artifact' }>;

/** Finds an artifact: it is the packed dump set itself, or the index of its parts, which is small. */
export async function findArtifact(
  plan: PlannedFetch,
  { name, run }: Source,
  place: string,
  runtime: Runtime,
): Promise<FoundSet> {
  const store = await runtime.platform.publishedArtifacts(runtime.signal);
  const artifact = await store.find(name, run);
  refuseForeign(plan, name, artifact.foreign);
  if (artifact.bytes > plan.maximumBytes) throw tooLarge(artifact.bytes, plan.maximumBytes);
  const where = artifact.run === undefined ? 'this run' : `run ${artifact.run} of ${artifact.repository}`;
  const common = {
    from: `artifact ${name} of ${where}`,
    onDisk: true,
    notes:
      artifact.foreign === undefined
        ? []
        : [`it comes from ${artifact.foreign}, as the file allows: ${plan.allowForeign}`],
  };
  const download = once(() => downloadTo(store, artifact, join(place, 'artifact')));
  const index = artifact.bytes > longestIndex ? undefined : parseIndex(await readFile(await download(), 'utf8'));
  if (index !== undefined) {
    const open = () => readArtifacts(store, artifact, index, place);
    return { ...common, parts: index.parts, index, open };
  }
  const { bytes, sha256 } = artifact;
  const parts = sha256 === undefined ? undefined : [{ name, bytes, sha256 }];
  return { ...common, parts, index: undefined, open: () => readLater(download) };
}

/** What is asked for again was done the first time. */
function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let done: Promise<Result> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

async function* readLater(file: () => Promise<string>): AsyncGenerator<Buffer> {
  yield* read(await file());
}

/** The parts of one run, each of which is on the disk only while it is read. */
function readArtifacts(
  store: PublishedArtifacts,
  { run, repository }: PublishedArtifact,
  index: PackedIndex,
  place: string,
): AsyncIterable<Buffer> {
  const choice: RunChoice = run === undefined ? { kind: 'this' } : { kind: 'one', id: run, repository };
  return readParts(index, async function* ({ name }) {
    if (!isPartArtifact(name)) throw fault('PGR172', `${name} is no part of an artifact`, 'fetch another dump set');
    const folder = join(place, name);
    try {
      yield* read(await downloadTo(store, await store.find(name, choice), folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function downloadTo(store: PublishedArtifacts, artifact: PublishedArtifact, folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o700 });
  return store.download(artifact, folder);
}

function read(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: 1 << 20 });
}

function refuseForeign({ allowForeign }: PlannedFetch, name: string, foreign: string | undefined): void {
  if (foreign === undefined || allowForeign !== undefined) return;
  throw fault(
    'PGR170',
    `the artifact ${name} comes from ${foreign}`,
    'a dump can run code where it is restored: fetch one of your own, or write the reason for trust under `allow-foreign`',
  );
}
