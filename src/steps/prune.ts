import { rm } from 'node:fs/promises';
import { checkDumpSet } from '../dumpset/read.ts';
import { asRoundtripError, fault } from '../errors.ts';
import type { PlannedPrune } from '../plan/plan.ts';
import type { PublishedArtifact } from '../platform/platform.ts';
import { plural } from '../report/format.ts';
import type { PruneResult } from '../report/model.ts';
import { isProofArtifact, proofArtifactOf } from '../storage/proof.ts';
import { type DatedSet, type Decision, decideRetention } from '../storage/retention.ts';
import { deleteStoredSet, listStoredSets } from '../storage/stored-sets.ts';
import { refuseEscapes } from './inside-workspace.ts';
import type { StepOutcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';

/** Deletes the dump sets that the policy does not keep. What is broken or unknown is named and left alone. */
export async function performPrune(plan: PlannedPrune, runtime: Runtime): Promise<StepOutcome<PruneResult>> {
  return plan.in.kind === 'folder'
    ? pruneFolder(plan, plan.in.path, runtime)
    : pruneArtifacts(plan, plan.in.pattern, runtime);
}

async function pruneFolder(plan: PlannedPrune, folder: string, runtime: Runtime): Promise<StepOutcome<PruneResult>> {
  await refuseEscapes(`${folder}/-`, runtime);
  const { sets, unknown, remnants } = await listStoredSets(folder);
  const decisions = decideRetention(sets, plan.policy, runtime.clock.now());
  if (!plan.dryRun) {
    const doomed = decisions.filter(({ fate }) => fate === 'delete').map(({ set }) => set);
    for (const { path } of needed(decisions, plan.policy.minimum)) await refuseDamaged(path, runtime);
    for (const { path } of doomed) await deleteStoredSet(path);
    for (const path of remnants) await rm(path, { recursive: true, force: true });
  }
  return outcome(plan, folder, decisions, unknown);
}

/** The kept sets that stand for those that are deleted: their files are read before anything is. */
function needed<Dated extends DatedSet>(decisions: readonly Decision<Dated>[], minimum: number): readonly Dated[] {
  const series = new Set(decisions.filter(({ fate }) => fate === 'delete').map(({ set }) => set.series));
  return [...series].flatMap(name =>
    decisions
      .filter(({ set, fate }) => fate === 'keep' && set.series === name && set.verified)
      .slice(0, minimum)
      .map(({ set }) => set),
  );
}

async function refuseDamaged(path: string, { signal }: Runtime): Promise<void> {
  try {
    await checkDumpSet(path, { signal });
  } catch (error) {
    signal.throwIfAborted();
    const { message } = asRoundtripError(error).problems[0];
    const what = `a dump set that would be left is not sound: ${message}`;
    throw fault('PGR177', what, 'move it away and look why; nothing was deleted', error);
  }
}

interface PrunableArtifact extends DatedSet {
  readonly artifact: PublishedArtifact;
  readonly proof: PublishedArtifact | undefined;
}

async function pruneArtifacts(
  plan: PlannedPrune,
  pattern: string,
  { platform, clock, signal }: Runtime,
): Promise<StepOutcome<PruneResult>> {
  const store = await platform.publishedArtifacts(signal);
  const all = await store.list();
  const proofs = new Map(all.map(artifact => [`${artifact.run} ${artifact.name}`, artifact]));
  const proofOf = ({ run, name, sha256 }: PublishedArtifact) =>
    sha256 === undefined ? undefined : proofs.get(`${run} ${proofArtifactOf(name, sha256)}`);
  const matching = all.filter(({ name }) => matches(pattern, name) && !isProofArtifact(name));
  const [foreign, own] = [
    matching.filter(one => one.foreign !== undefined),
    matching.filter(one => one.foreign === undefined),
  ];
  const sets = own.map((artifact): PrunableArtifact => {
    const proof = proofOf(artifact);
    const name = `${artifact.name} of run ${artifact.run}`;
    return { name, series: '', time: artifact.createdAt, verified: proof !== undefined, artifact, proof };
  });
  const decisions = decideRetention(sets, plan.policy, clock.now());
  for (const { set, fate } of decisions) {
    if (fate === 'keep' || plan.dryRun) continue;
    signal.throwIfAborted();
    if (set.proof !== undefined) await store.remove(set.proof);
    await store.remove(set.artifact);
  }
  const unknown = foreign.map(one => ({ name: one.name, reason: `it comes from ${one.foreign}` }));
  return outcome(plan, `artifacts ${pattern}`, decisions, unknown);
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'su').test(name);
}

function outcome(
  { dryRun }: PlannedPrune,
  place: string,
  decisions: readonly Decision<DatedSet>[],
  unknown: PruneResult['unknown'],
): StepOutcome<PruneResult> {
  const sets = decisions.map(({ set, fate, reason }) => ({
    name: set.name,
    dumpedAt: set.time.toISOString(),
    verified: set.verified,
    fate,
    reason,
  }));
  const doomed = sets.filter(({ fate }) => fate === 'delete').length;
  const note = `nothing was deleted: ${plural(doomed, 'dump set')} would be with \`dry-run: false\``;
  return { result: { kind: 'prune', place, dryRun, sets, unknown }, notes: dryRun && doomed > 0 ? [note] : [] };
}
