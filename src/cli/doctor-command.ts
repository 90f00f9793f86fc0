import type { ExitCode } from '../errors.ts';
import { describeFindings, exitCodeOf, findingsJson } from '../preflight/describe.ts';
import { examine } from '../run/examine.ts';
import { maskSecrets } from '../run/mask-secrets.ts';
import { resolveConnections } from '../run/prepare.ts';
import { type LookCommand, preparationOf } from './look-command.ts';

/** Prints what stands in the way of a declared file, and what is worth knowing before it is run. */
export async function doctorCommand(command: LookCommand): Promise<ExitCode> {
  const { config, platform, environment, json } = command;
  maskSecrets(platform, config, resolveConnections(config, environment, platform.workspace));
  const findings = await examine(preparationOf(command, 'pg-roundtrip doctor'), platform);
  platform.info(json ? findingsJson(findings) : describeFindings(findings));
  return exitCodeOf(findings);
}
