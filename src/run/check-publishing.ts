import type { Config } from '../config/config.ts';
import { checkRetention } from '../platform/artifact-checks.ts';
import type { Platform } from '../platform/platform.ts';
import { refusePublic } from '../steps/publish.ts';

/**
 * Refuses before any work what could not be published after it: hours of dumping must not end in a setting that was
 * wrong all along.
 *
 * @throws PGR140 where the artifact would be public, PGR133 where it would not be kept as long as declared, PGR134 or
 *   PGR230 where there are no artifacts, PGR231 where those to be pruned cannot be listed
 */
export async function checkPublishing({ steps }: Config, platform: Platform, signal: AbortSignal): Promise<void> {
  const pruned = steps.some(step => step.kind === 'prune' && step.in.kind === 'artifacts');
  if (pruned) await (await platform.publishedArtifacts(signal)).list();
  const artifacts = steps.filter(step => step.kind === 'publish').filter(step => step.to.kind === 'artifact');
  if (artifacts.length === 0) return;
  for (const step of artifacts) {
    refusePublic(step['allow-public'], platform.repository);
    checkRetention(step['retention-days'], platform.repository?.maximumRetentionDays);
  }
  await platform.artifacts();
}
