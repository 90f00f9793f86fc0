import { mkdir, realpath, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sizeOnDisk } from '../dumpset/finish.ts';
import { readManifest } from '../dumpset/read.ts';
import { fault } from '../errors.ts';
import type { PlannedFetch } from '../plan/plan.ts';
import { formatBytes } from '../report/format.ts';
import type { FetchResult } from '../report/model.ts';
import { copyDumpSet, receiveDumpSet } from '../storage/folder.ts';
import { packedChecksums, unpackDumpSet } from '../storage/unpack.ts';
import { refuseEscapes } from './inside-workspace.ts';
import type { StepOutcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';

/** Brings a published dump set here. It gets its name when its every hash has been checked, and not before. */
export async function performFetch(plan: PlannedFetch, runtime: Runtime): Promise<StepOutcome<FetchResult>> {
  await refuseEscapes(plan.folder, runtime);
  const { from, outcome, notes } = await (plan.source.kind === 'folder'
    ? fetchFolder(plan, plan.source.path, runtime)
    : fetchArtifact(plan, plan.source, runtime));
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
}

interface Fetched {
  readonly from: string;
  readonly outcome: 'copied' | 'already there';
  readonly notes: readonly string[];
}

async function fetchFolder(plan: PlannedFetch, path: string, runtime: Runtime): Promise<Fetched> {
  // A folder that is none has no manifest: told before anything is made.
  await readManifest(path);
  await refuseLarge(plan, await sizeOnDisk(path));
  const outcome = await copyDumpSet(path, plan.folder, copying(runtime));
  return { from: path, outcome, notes: [] };
}

async function fetchArtifact(
  plan: PlannedFetch,
  { name, run }: Extract<PlannedFetch['source'], { kind: 'artifact' }>,
  runtime: Runtime,
): Promise<Fetched> {
  const { signal } = runtime;
  const store = await runtime.platform.publishedArtifacts(signal);
  const artifact = await store.find(name, run);
  refuseForeign(plan, name, artifact.foreign);
  await refuseLarge(plan, artifact.bytes, artifact.bytes * 2);
  const place = join(runtime.privateFolder, `fetched ${basename(plan.folder)}`);
  await mkdir(place, { mode: 0o700 });
  try {
    const file = await store.download(artifact, place);
    const expected = await packedChecksums(file, signal);
    const outcome = await receiveDumpSet(plan.folder, expected, copying(runtime), partial =>
      unpackDumpSet(file, partial, signal),
    );
    const where = artifact.run === undefined ? 'this run' : `run ${artifact.run} of ${artifact.repository}`;
    const notes =
      artifact.foreign === undefined
        ? []
        : [`it comes from ${artifact.foreign}, as the file allows: ${plan.allowForeign}`];
    return { from: `artifact ${name} of ${where}`, outcome, notes };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

function copying({ signal, undo }: Runtime) {
  return { signal, recordPartial: (path: string) => undo.record({ kind: 'path', path }) };
}

function refuseForeign({ allowForeign }: PlannedFetch, name: string, foreign: string | undefined): void {
  if (foreign === undefined || allowForeign !== undefined) return;
  throw fault(
    'PGR170',
    `the artifact ${name} comes from ${foreign}`,
    'a dump can run code where it is restored: fetch one of your own, or write the reason for trust under `allow-foreign`',
  );
}

/** `room` is what the disk must have free, `bytes` what is fetched. */
async function refuseLarge({ folder, maximumBytes }: PlannedFetch, bytes: number, room: number = bytes): Promise<void> {
  if (bytes > maximumBytes) {
    const what = `the dump set has ${formatBytes(bytes)}, and at most ${formatBytes(maximumBytes)} are fetched`;
    throw fault('PGR176', what, 'check that it is the right one, or raise `max-size`');
  }
  const { bavail, bsize } = await statfs(await nearest(dirname(folder)));
  if (bavail * bsize >= room) return;
  const what = `fetching needs ${formatBytes(room)}, and the disk has ${formatBytes(bavail * bsize)} free`;
  throw fault('PGR176', what, 'free some space, or use a larger disk or runner');
}

async function nearest(path: string): Promise<string> {
  return realpath(path).catch(() => nearest(dirname(path)));
}
