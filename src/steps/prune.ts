import { asRoundtripError, fault } from '../errors.ts';
import type { PlannedPrune } from '../plan/plan.ts';
import { plural } from '../report/format.ts';
import type { PruneResult } from '../report/model.ts';
import { type Decision, decideRetention } from '../storage/retention.ts';
import type { StepOutcome } from './outcome.ts';
import { listPrunable, type Prunable, type PrunableSet } from './prunable.ts';
import type { Runtime } from './runtime.ts';

type Decisions = readonly Decision<PrunableSet>[];

/** Deletes the dump sets that the policy does not keep. What is broken or unknown is named and left alone. */
export async function performPrune(plan: PlannedPrune, runtime: Runtime): Promise<StepOutcome<PruneResult>> {
  const found = await listPrunable(plan.in, runtime);
  const decisions = decideRetention(found.sets, plan.policy, runtime.clock.now());
  if (!plan.dryRun) {
    for (const set of needed(decisions, plan.policy.minimum)) await refuseDamaged(set, runtime);
    for (const { set, fate } of decisions) if (fate === 'delete') await set.remove();
    await found.clear();
  }
  return outcome(plan, found, decisions);
}

/** The kept sets that stand for those that are deleted: they are looked at before anything is deleted. */
function needed(decisions: Decisions, minimum: number): readonly PrunableSet[] {
  const series = new Set(decisions.filter(({ fate }) => fate === 'delete').map(({ set }) => set.series));
  return [...series].flatMap(name =>
    decisions
      .filter(({ set, fate }) => fate === 'keep' && set.series === name && set.verified)
      .slice(0, minimum)
      .map(({ set }) => set),
  );
}

async function refuseDamaged(set: PrunableSet, { signal }: Runtime): Promise<void> {
  try {
    await set.check();
  } catch (error) {
    signal.throwIfAborted();
    const { message } = asRoundtripError(error).problems[0];
    const what = `a dump set that would be left is not sound: ${message}`;
    throw fault('PGR177', what, 'move it away and look why; nothing was deleted', error);
  }
}

function outcome({ dryRun }: PlannedPrune, found: Prunable, decisions: Decisions): StepOutcome<PruneResult> {
  const sets = decisions.map(({ set, fate, reason }) => ({
    name: set.name,
    dumpedAt: set.time.toISOString(),
    verified: set.verified,
    fate,
    reason,
  }));
  const doomed = sets.filter(({ fate }) => fate === 'delete').length;
  const note = `nothing was deleted: ${plural(doomed, 'dump set')} would be with \`dry-run: false\``;
  const { place, unknown } = found;
  return { result: { kind: 'prune', place, dryRun, sets, unknown }, notes: dryRun && doomed > 0 ? [note] : [] };
}
