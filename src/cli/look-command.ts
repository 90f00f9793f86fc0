import { userClientStore } from '../client/client-store.ts';
import type { Config } from '../config/config.ts';
import type { Platform } from '../platform/platform.ts';
import { passwordSource } from '../run/passwords.ts';
import type { ServerProvider } from '../run/server-provider.ts';

/** A command that looks at what a declared file is about, and changes nothing. */
export interface LookCommand {
  readonly config: Config;
  readonly platform: Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Where throwaway servers would come from. */
  readonly servers: ServerProvider;
  readonly json: boolean;
}

/** What is needed to prepare a run, for a command that goes no further. */
export function preparationOf(command: LookCommand, applicationName: string) {
  const { config, platform, environment, signal, servers } = command;
  const { workspace } = platform;
  const store = userClientStore(environment);
  return {
    config,
    environment,
    workspace,
    clientFolder: store.folder,
    applicationName,
    withPassword: passwordSource({ environment, workspace, mask: text => platform.mask(text) }),
    signal,
    offers: () => servers({ store, mirrors: config.mirrors, platform, environment, signal }),
  };
}
