import { runCommand } from '../../src/cli/run-command.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { plainPlatform } from '../../src/platform/plain.ts';
import type { RunReport } from '../../src/report/model.ts';
import { serverProvider } from '../../src/run/server-provider.ts';
import type { Step } from './round-trip.ts';
import { keptClients } from './sealed.ts';

/** Runs steps as the command line does, without starting it anew each time. */
export function runInProcess(
  folder: string,
  urls: Readonly<Record<string, string>>,
  steps: readonly Step[],
): Promise<RunReport> {
  const sink = { write: () => true };
  const variables = Object.entries(urls).map(([name, url]) => [`URL_OF_${name.toUpperCase()}`, url]);
  const connections = Object.fromEntries(
    Object.keys(urls).map(name => [name, { url: `\${URL_OF_${name.toUpperCase()}}` }]),
  );
  const environment = { ...Object.fromEntries(variables), ...keptClients, PATH: process.env['PATH'] };
  return runCommand({
    readConfig: async () =>
      parseConfig(JSON.stringify({ version: 1, connections, steps }), {
        file: 'it',
        environment,
        workspace: folder,
        temporary: undefined,
      }),
    platform: plainPlatform({ stdout: sink, stderr: sink, workspace: folder, temporary: folder, interactive: false }),
    environment,
    signal: new AbortController().signal,
    servers: serverProvider([process.cwd()]),
    reportPath: undefined,
  });
}
