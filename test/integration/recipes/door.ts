import { tmpdir } from 'node:os';
import { planCommand } from '../../../src/cli/plan-command.ts';
import { runCommand } from '../../../src/cli/run-command.ts';
import { loadConfig } from '../../../src/config/inputs.ts';
import { plainPlatform } from '../../../src/platform/plain.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { serverProvider } from '../../../src/run/server-provider.ts';
import type { Workspace } from '../../support/round-trip.ts';

/** Plans and runs files as the command line does, but in this process: starting one for each takes most of the time. */
export interface Door {
  plan(declared: string): Promise<string>;
  run(declared: string): Promise<RunReport>;
  /** What a person at the terminal would have read. */
  log(): string;
}

export function openDoor(workspace: Workspace, environment: Readonly<Record<string, string>>): Door {
  const { folder } = workspace;
  let text = '';
  const sink = {
    write(more: string) {
      text += more;
    },
  };
  const common = {
    platform: plainPlatform({ stdout: sink, stderr: sink, workspace: folder, temporary: tmpdir(), interactive: false }),
    environment,
    signal: new AbortController().signal,
    servers: serverProvider([process.cwd()]),
  };
  const read = async (declared: string) => {
    const config = await workspace.write('pg-roundtrip.yml', declared);
    return loadConfig({ config }, { environment, workspace: folder, temporary: tmpdir() });
  };
  return {
    plan: async declared => planCommand({ ...common, config: await read(declared), json: false }),
    run: declared => runCommand({ ...common, readConfig: () => read(declared), reportPath: undefined }),
    log: () => text,
  };
}
