import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Platform } from '../platform/platform.ts';
import { renderJson } from '../report/json.ts';
import { renderClosing } from '../report/log.ts';
import type { RunReport } from '../report/model.ts';
import { keepReport } from '../run/keep-report.ts';
import { resolveConnections, sessionOpener } from '../run/prepare.ts';
import { run } from '../run/run.ts';
import { takeBack } from '../run/take-back.ts';
import { readLeftovers } from '../steps/undo.ts';
import { withRunFolder } from './with-run-folder.ts';

export interface RunCommand {
  readonly readConfig: () => Promise<Config>;
  readonly platform: Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Folder for the report's files; undefined for none. */
  readonly reportPath: string | undefined;
}

/** Runs a declared file from the command line, and takes back at once what was to live for the run only. */
export function runCommand(command: RunCommand): Promise<RunReport> {
  const { platform, environment, signal } = command;
  return withRunFolder(async folder => {
    const journal = join(folder, 'journal');
    const report = await run(command.readConfig, {
      platform: { ...platform, temporary: folder },
      environment,
      signal,
      journal,
      temporaryUntil: 'end of run',
    });
    const leftovers = readLeftovers(journal);
    if (leftovers.some(leftover => leftover.kind === 'database')) {
      const config = await command.readConfig();
      const connections = resolveConnections(config, environment, platform.workspace);
      const open = sessionOpener(connections, 'pg-roundtrip', AbortSignal.timeout(60_000), config.timeouts.lock);
      for (const remaining of await takeBack(leftovers, open)) platform.annotate('warning', 'pg-roundtrip', remaining);
    }
    if (command.reportPath === undefined) return report;
    return keepReport(report, resolve(platform.workspace, command.reportPath), platform);
  });
}

/** The report as `run` prints it. */
export function reportText(report: RunReport, json: boolean): string {
  return json ? renderJson(report) : `\n${renderClosing(report)}`;
}
