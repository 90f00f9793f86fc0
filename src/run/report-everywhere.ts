import type { Platform } from '../platform/platform.ts';
import { renderClosing } from '../report/log.ts';
import type { RunReport } from '../report/model.ts';
import { outputsOf, secretOutputsOf } from '../report/outputs.ts';
import { renderSummary } from '../report/summary.ts';
import type { Secret } from '../secret.ts';
import { keepReport } from './keep-report.ts';

/** Shows a report wherever the platform has a place for it: log, annotation, summary, outputs and files. Returns what was shown. */
export async function reportEverywhere(
  ended: RunReport,
  folder: string,
  platform: Platform,
  passwords: ReadonlyMap<string, Secret>,
): Promise<RunReport> {
  const report = await keepReport(ended, folder, platform);
  platform.info(`\n${renderClosing(report)}`);
  for (const problem of report.steps.flatMap(step => step.problems).slice(0, 10)) {
    platform.annotate('error', problem.code, `${problem.message}\n→ ${problem.remedy}`, problem.at);
  }
  await platform.summary(renderSummary(report));
  for (const [name, value] of Object.entries(outputsOf(report, folder))) platform.output(name, value);
  for (const [name, secret] of Object.entries(secretOutputsOf(report, passwords))) {
    if (secret === undefined) platform.output(name, '');
    else platform.secretOutput(name, secret);
  }
  return report;
}
