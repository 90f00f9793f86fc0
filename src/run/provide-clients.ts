import { programsFolderOf, type SealedClient } from '../client/client.ts';
import type { ClientStore } from '../client/client-store.ts';
import { type Fetched, fetchSet } from '../client/fetch-set.ts';
import { lock } from '../client/lock/packages.ts';
import type { Plan } from '../plan/plan.ts';
import type { Platform } from '../platform/platform.ts';
import { formatBytes, formatDuration, plural } from '../report/format.ts';

/** What it takes to have a locked set on this machine. */
export interface SetProvision {
  readonly store: ClientStore;
  readonly mirrors: readonly string[];
  readonly platform: Pick<Platform, 'group' | 'info'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface Provision extends SetProvision {
  readonly addToPath: boolean;
  readonly platform: Pick<Platform, 'group' | 'info' | 'addPath'>;
}

/** Makes sure that every sealed client of a plan is there and sound, before anything else is done. */
export async function provideClients(plan: Plan, provision: Provision): Promise<void> {
  for (const client of sealedClientsOf(plan)) await provideSet(`client ${client.version.text}`, client, provision);
  const first = plan.steps.find(step => 'client' in step);
  if (provision.addToPath && first !== undefined) provision.platform.addPath(programsFolderOf(first.client));
}

function sealedClientsOf(plan: Plan): readonly SealedClient[] {
  const chosen = plan.steps.flatMap(step => ('client' in step && step.client.kind === 'sealed' ? [step.client] : []));
  return [...new Map(chosen.map(client => [client.root, client])).values()];
}

/** Fetches a locked set into its folder, unless it lies there already, and tells what that took. */
export async function provideSet(
  title: string,
  { set, root }: Pick<SealedClient, 'set' | 'root'>,
  provision: SetProvision,
): Promise<Fetched> {
  const { store, platform, mirrors, environment, signal } = provision;
  return platform.group(title, async () => {
    const started = performance.now();
    const options = {
      mirrors,
      environment,
      signal,
      packages: store.packages,
      toolCache: store.toolCache,
      beforeFetch: () => store.packages?.restore(set),
    };
    const fetched = await fetchSet(lock, set, root, options);
    const seconds = (performance.now() - started) / 1000;
    platform.info(`    ${root}`);
    if (fetched.already) {
      platform.info(`    there already, every file checked in ${formatDuration(seconds)}`);
      return fetched;
    }
    const source =
      fetched.requests === 0
        ? 'from the cache'
        : `${plural(fetched.requests, 'package')}, ${formatBytes(fetched.bytes)} fetched`;
    platform.info(`    ${source}; installed in ${formatDuration(seconds)}`);
    if (fetched.requests > 0) await store.packages?.save(set);
    return fetched;
  });
}
