import { programsFolderOf, type SealedClient } from '../client/client.ts';
import type { ClientStore } from '../client/client-store.ts';
import { fetchSet } from '../client/fetch-set.ts';
import { lock } from '../client/lock/packages.ts';
import type { Plan } from '../plan/plan.ts';
import type { Platform } from '../platform/platform.ts';
import { formatBytes, formatDuration, plural } from '../report/format.ts';

export interface Provision {
  readonly store: ClientStore;
  readonly mirrors: readonly string[];
  readonly addToPath: boolean;
  readonly platform: Pick<Platform, 'group' | 'info' | 'addPath'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Makes sure that every sealed client of a plan is there and sound, before anything else is done. */
export async function provideClients(plan: Plan, provision: Provision): Promise<void> {
  for (const client of sealedClientsOf(plan)) await provideClient(client, provision);
  const first = plan.steps.find(step => 'client' in step);
  if (provision.addToPath && first !== undefined) provision.platform.addPath(programsFolderOf(first.client));
}

function sealedClientsOf(plan: Plan): readonly SealedClient[] {
  const chosen = plan.steps.flatMap(step => ('client' in step && step.client.kind === 'sealed' ? [step.client] : []));
  return [...new Map(chosen.map(client => [client.root, client])).values()];
}

async function provideClient({ set, root, version }: SealedClient, provision: Provision): Promise<void> {
  const { store, platform, mirrors, environment, signal } = provision;
  await platform.group(`client ${version.text}`, async () => {
    const started = performance.now();
    const options = {
      mirrors,
      environment,
      signal,
      packages: store.packages,
      beforeFetch: () => store.packages?.restore(set),
    };
    const fetched = await fetchSet(lock, set, root, options);
    const seconds = (performance.now() - started) / 1000;
    platform.info(`    ${root}`);
    if (fetched.already) return platform.info(`    there already, every file checked in ${formatDuration(seconds)}`);
    const source =
      fetched.requests === 0
        ? 'from the cache'
        : `${plural(fetched.requests, 'package')}, ${formatBytes(fetched.bytes)} fetched`;
    platform.info(`    ${source}; installed in ${formatDuration(seconds)}`);
    if (fetched.requests > 0) await store.packages?.save(set);
  });
}
