import { userClientStore } from '../client/client-store.ts';
import type { Config } from '../config/config.ts';
import type { ExitCode } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import { describeFindings, exitCodeOf, findingsJson } from '../preflight/describe.ts';
import { examine } from '../run/examine.ts';
import { maskConnections } from '../run/mask-connections.ts';
import { passwordSource } from '../run/passwords.ts';
import { resolveConnections } from '../run/prepare.ts';
import type { ServerProvider } from '../run/server-provider.ts';

export interface DoctorCommand {
  readonly config: Config;
  readonly platform: Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Where throwaway servers would come from. */
  readonly servers: ServerProvider;
  readonly json: boolean;
}

/** Prints what stands in the way of a declared file, and what is worth knowing before it is run. */
export async function doctorCommand(command: DoctorCommand): Promise<ExitCode> {
  const { config, platform, environment, signal, servers, json } = command;
  const { workspace } = platform;
  maskConnections(platform, config, resolveConnections(config, environment, workspace));
  const store = userClientStore(environment);
  const preparation = {
    config,
    environment,
    workspace,
    clientFolder: store.folder,
    applicationName: 'pg-roundtrip doctor',
    withPassword: passwordSource({ environment, workspace, mask: text => platform.mask(text) }),
    signal,
    offers: () => servers({ store, mirrors: config.mirrors, platform, environment, signal }),
  };
  const findings = await examine(preparation, platform);
  platform.info(json ? findingsJson(findings) : describeFindings(findings));
  return exitCodeOf(findings);
}
