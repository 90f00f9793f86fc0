import { join } from 'node:path';
import { requireKnown } from '../postgres/options/flags.ts';
import type { Command, Program } from '../postgres/process.ts';
import type { PostgresVersion } from '../postgres/version.ts';
import { type Installation, programPath } from './installation.ts';
import type { LockedSet } from './lock/lock.ts';
import { expectedFolder } from './sealed/expected-folder.ts';
import { programsFolder } from './sealed/sealed-folder.ts';
import { sealedCommand } from './sealed/start.ts';

/** The client programs of one version, and where they are or will be. */
export type Client = Installation | SealedClient;

/** Put together from locked packages, with its own C library; installed when a run needs it. */
export interface SealedClient {
  readonly kind: 'sealed';
  readonly version: PostgresVersion;
  readonly set: LockedSet;
  readonly root: string;
  /** The machine's certificate authorities; undefined where there are none, or where the environment names its own. */
  readonly certificateFile: string | undefined;
}

/**
 * How a program of the client is started. Pure: a sealed client need not be there yet.
 * @throws RoundtripError PGR156 for an option that this major does not have.
 */
export function clientCommand(
  client: Client,
  program: Program,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Command {
  requireKnown(program, parameters, client.version.major);
  if (client.kind === 'installed') {
    return { program, path: programPath(client.folder, program), arguments: parameters, environment };
  }
  return { program, ...sealedCommand(expectedFolder(client), program, parameters, environment) };
}

export function describeClient(client: Client): string {
  return client.kind === 'installed'
    ? `client ${client.version.text} from ${client.folder}`
    : `sealed client ${client.version.text}`;
}

/** The folder in which people find the programs. */
export function programsFolderOf(client: Client): string {
  return client.kind === 'installed' ? client.folder : join(client.root, programsFolder(client.set));
}
