import { join, resolve } from 'node:path';
import { userClientStore } from '../client/client-store.ts';
import type { Config } from '../config/config.ts';
import type { Platform } from '../platform/platform.ts';
import { renderJson } from '../report/json.ts';
import { renderClosing } from '../report/log.ts';
import type { RunReport } from '../report/model.ts';
import { keepReport } from '../run/keep-report.ts';
import { passwordSource } from '../run/passwords.ts';
import { resolveConnections, sessionOpener } from '../run/prepare.ts';
import { run } from '../run/run.ts';
import type { ServerProvider } from '../run/server-provider.ts';
import { takeBack } from '../run/take-back.ts';
import { takeBackNow } from '../run/take-back-now.ts';
import type { OpenSession } from '../steps/runtime.ts';
import { readLeftovers } from '../steps/undo.ts';
import { withRunFolder } from './with-run-folder.ts';

export interface RunCommand {
  readonly readConfig: () => Promise<Config>;
  readonly platform: Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Where throwaway servers come from. */
  readonly servers: ServerProvider;
  /** Folder for the report's files; undefined for none. */
  readonly reportPath: string | undefined;
}

/** Runs a declared file from the command line, and takes back at once what was to live for the run only. */
export function runCommand(command: RunCommand): Promise<RunReport> {
  const { platform, environment, signal } = command;
  return withRunFolder(async folder => {
    const journal = join(folder, 'journal');
    using _ = whenInHurry(() => takeBackNow(journal, platform));
    const config = once(command.readConfig);
    const report = await run(config, {
      platform,
      clients: userClientStore(environment),
      servers: command.servers,
      folder,
      environment,
      signal,
      journal,
      temporaryUntil: 'end of run',
    });
    const mask = (text: string) => platform.mask(text);
    const withPassword = passwordSource({ environment, workspace: platform.workspace, mask });
    const open: OpenSession = async (name, options) => {
      const { timeouts } = await config();
      const connections = resolveConnections(await config(), environment, platform.workspace);
      const signal = AbortSignal.timeout(60_000);
      return sessionOpener(connections, 'pg-roundtrip', signal, timeouts.lock, withPassword)(name, options);
    };
    const remaining = await takeBack(readLeftovers(journal), open, signal.aborted ? 0 : 10_000);
    for (const thing of remaining) platform.annotate('warning', 'pg-roundtrip', thing);
    if (command.reportPath === undefined) return report;
    return keepReport(report, resolve(platform.workspace, command.reportPath), platform);
  });
}

/** Calls `act` if the process ends while this is in force: as after a second SIGINT. */
function whenInHurry(act: () => void): Disposable {
  process.prependOnceListener('exit', act);
  return { [Symbol.dispose]: () => void process.removeListener('exit', act) };
}

/** The file is read once: what is taken back afterwards must not depend on what became of it meanwhile. */
function once(read: () => Promise<Config>): () => Promise<Config> {
  let reading: Promise<Config> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}

/** The report as `run` prints it. */
export function reportText(report: RunReport, json: boolean): string {
  return json ? renderJson(report) : `\n${renderClosing(report)}`;
}
