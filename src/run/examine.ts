import { existsSync } from 'node:fs';
import { connectionsOf } from '../config/used-connections.ts';
import { planFetches } from '../plan/make-plan.ts';
import type { Platform } from '../platform/platform.ts';
import { type Finding, notChecked, refused } from '../preflight/finding.ts';
import { checkPublishing } from './check-publishing.ts';
import { lookBefore } from './look-before.ts';
import { storageOpener } from './open-storage.ts';
import { type Preparation, prepare, resolveConnections, sessionOpener } from './prepare.ts';

/**
 * All that can be known to stand in the way of a declared file, without doing any of it. Throws only what is wrong with
 * the file itself; servers that cannot be reached, and a plan that cannot be made, are findings.
 */
export async function examine(
  preparation: Omit<Preparation, 'look' | 'start'>,
  platform: Platform,
): Promise<readonly Finding[]> {
  const { config, workspace, signal } = preparation;
  const first = [...(await tryPublishing(preparation, platform)), ...(await tryConnections(preparation))];
  const rest = { check: 'plan', about: 'all steps' } as const;
  if (first.some(({ check }) => check === 'connection'))
    return [...first, notChecked(rest, 'nothing else could be looked at', 'mend the connections first')];
  if (planFetches(config, workspace).some(({ folder }) => !existsSync(folder)))
    return [...first, notChecked(rest, 'what is to be fetched decides what is done', 'look again once it is fetched')];
  const findings: Finding[] = [...first];
  try {
    await prepare({
      ...preparation,
      look: async planned => {
        findings.push(...(await lookBefore(planned, config, platform)));
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    findings.push(...refused(rest, error));
  }
  return findings;
}

/** Whether what is to be published or pruned could be. */
async function tryPublishing(
  { config, environment, workspace, signal }: Pick<Preparation, 'config' | 'environment' | 'workspace' | 'signal'>,
  platform: Platform,
): Promise<readonly Finding[]> {
  const surroundings = { environment, folder: workspace, privateFolder: platform.temporary, note: () => {} };
  try {
    await checkPublishing(config, platform, storageOpener(config.storages, surroundings), signal);
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return refused({ check: 'publishing', about: 'artifacts and storages' }, error);
  }
}

/** Every connection that a step uses, so that all that is wrong with them is said at once. */
async function tryConnections(preparation: Omit<Preparation, 'look' | 'start'>): Promise<readonly Finding[]> {
  const { config, environment, workspace, applicationName, withPassword, signal } = preparation;
  const connections = resolveConnections(config, environment, workspace);
  const open = sessionOpener(connections, applicationName, signal, config.timeouts.lock, withPassword);
  const findings: Finding[] = [];
  for (const name of new Set(config.steps.flatMap(connectionsOf))) {
    if (config.connections[name]?.throwaway !== undefined) continue;
    try {
      await using _ = await open(name);
    } catch (error) {
      signal.throwIfAborted();
      findings.push(...refused({ check: 'connection', about: name }, error));
    }
  }
  return findings;
}
