import { existsSync } from 'node:fs';
import { userClientStore } from '../client/client-store.ts';
import type { Config } from '../config/config.ts';
import { describePlan } from '../plan/describe.ts';
import { planFetches } from '../plan/make-plan.ts';
import type { Platform } from '../platform/platform.ts';
import { maskConnections } from '../run/mask-connections.ts';
import { passwordSource } from '../run/passwords.ts';
import { prepare } from '../run/prepare.ts';
import type { ServerProvider } from '../run/server-provider.ts';

export interface PlanCommand {
  readonly config: Config;
  readonly platform: Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Where throwaway servers would come from. */
  readonly servers: ServerProvider;
  readonly json: boolean;
}

/** The text of a plan, for people or as JSON. */
export async function planCommand(command: PlanCommand): Promise<string> {
  const { config, platform, environment, signal, servers, json } = command;
  const fetches = planFetches(config, platform.workspace);
  if (fetches.some(({ folder }) => !existsSync(folder))) {
    // What it brings decides the rest, and a plan changes nothing.
    const plan = { servers: [], steps: fetches };
    const later = config.steps.slice(fetches.length).map(({ kind }) => kind);
    const rest = `then, planned from what was fetched: ${later.join(', ') || 'nothing'}`;
    return json ? JSON.stringify(plan, undefined, 2) : `${describePlan(plan)}\n\n${rest}`;
  }
  const store = userClientStore(environment);
  const { plan, connections } = await prepare({
    config,
    environment,
    workspace: platform.workspace,
    clientFolder: store.folder,
    applicationName: 'pg-roundtrip plan',
    withPassword: passwordSource({ environment, workspace: platform.workspace, mask: text => platform.mask(text) }),
    signal,
    offers: () => servers({ store, mirrors: config.mirrors, platform, environment, signal }),
  });
  maskConnections(platform, config, connections);
  return json ? JSON.stringify(plan, undefined, 2) : describePlan(plan);
}
