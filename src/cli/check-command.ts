import type { Config } from '../config/config.ts';
import { asRoundtripError, type ExitCode } from '../errors.ts';
import { printable } from '../report/json-text.ts';
import { resolveConnections } from '../run/prepare.ts';
import { version } from '../version.ts';

export interface CheckCommand {
  readonly readConfig: () => Promise<Config>;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
}

/** What is wrong with a declared file, without asking any server. For people it is thrown, for programs it is the text. */
export async function checkCommand(
  command: CheckCommand,
): Promise<{ readonly text: string; readonly exitCode: ExitCode }> {
  try {
    resolveConnections(await command.readConfig(), command.environment, command.workspace);
    return { text: command.json ? problemsJson(0, []) : 'no problems found', exitCode: 0 };
  } catch (error) {
    if (!command.json) throw error;
    const { exitCode, problems } = asRoundtripError(error);
    return { text: problemsJson(exitCode, problems), exitCode };
  }
}

function problemsJson(exitCode: ExitCode, problems: readonly object[]): string {
  const tool = { name: 'pg-roundtrip', version };
  return printable(JSON.stringify({ schema: 1, tool, exitCode, problems }, undefined, 2));
}
