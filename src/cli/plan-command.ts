import { userClientStore } from '../client/client-store.ts';
import type { Config } from '../config/config.ts';
import { describePlan } from '../plan/describe.ts';
import type { Platform } from '../platform/platform.ts';
import { maskConnections } from '../run/mask-connections.ts';
import { prepare } from '../run/prepare.ts';

/** The text of a plan, for people or as JSON. */
export async function planCommand(
  config: Config,
  platform: Platform,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  json: boolean,
): Promise<string> {
  const { plan, connections } = await prepare({
    config,
    environment,
    workspace: platform.workspace,
    clientFolder: userClientStore(environment).folder,
    applicationName: 'pg-roundtrip plan',
    signal,
  });
  maskConnections(platform, config, connections);
  return json ? JSON.stringify(plan, undefined, 2) : describePlan(plan);
}
