import type { Config } from '../config/config.ts';
import type { PublishStep } from '../config/storage-steps.ts';
import { fault } from '../errors.ts';
import { checkRetention } from '../platform/artifact-checks.ts';
import type { Platform } from '../platform/platform.ts';
import { decryptionFor, encryptionFor } from '../steps/encryption.ts';
import { refusePublic } from '../steps/public-repository.ts';
import type { Runtime } from '../steps/runtime.ts';
import { findIndex } from '../storage/packed/stored-packed.ts';

/**
 * Refuses before any work what could not be published after it: hours of dumping must not end in a setting that was
 * wrong all along.
 *
 * @throws PGR140 where the artifact would be public, PGR133 where it would not be kept as long as declared, PGR134 or
 *   PGR230 where there are no artifacts, PGR231 where those to be pruned cannot be listed, PGR131 where the name in a
 *   storage is taken, PGR232 where that cannot be reached, PGR141 to PGR145 for keys that cannot be used
 */
export async function checkPublishing(
  { steps }: Config,
  platform: Platform,
  openStorage: Runtime['openStorage'],
  signal: AbortSignal,
): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'publish' && step.encrypt !== undefined) await encryptionFor(step.encrypt, platform.workspace);
    if (step.kind === 'fetch' && step.decrypt !== undefined) await decryptionFor(step.decrypt, platform.workspace);
    if (step.kind === 'prune' && step.in.kind === 'artifacts') await (await platform.publishedArtifacts(signal)).list();
    if (step.kind === 'prune' && step.in.kind === 'storage') await (await openStorage(step.in.storage)).list(signal);
    if (step.kind === 'publish') await checkPlace(step, steps, platform, openStorage, signal);
  }
}

async function checkPlace(
  step: PublishStep,
  steps: Config['steps'],
  platform: Platform,
  openStorage: Runtime['openStorage'],
  signal: AbortSignal,
): Promise<void> {
  const { to, from } = step;
  refusePublic({ to, encryption: step.encrypt, allowPublic: step['allow-public'] }, platform.repository);
  if (to.kind === 'artifact') {
    checkRetention(to.retentionDays, platform.repository?.maximumRetentionDays);
    await platform.artifacts();
  }
  if (to.kind !== 'storage') return;
  const store = await openStorage(to.storage);
  const there = await findIndex(store, to.name, signal);
  // What comes from elsewhere may be there as well, and be the same.
  if (there === undefined || !steps.some(other => other.kind === 'dump' && other.to === from)) return;
  const what = `${store.place} has a dump set under the name ${to.name} already`;
  throw fault('PGR131', what, 'choose another name; names with {date} and {time} differ from run to run');
}
