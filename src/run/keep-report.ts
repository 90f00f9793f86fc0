import { asRoundtripError } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { RunReport } from '../report/model.ts';
import { writeReport } from '../report/write-report.ts';

/**
 * Writes the report's files. When that fails, what the report says must not be lost with it: the failure is annotated,
 * and a run that had succeeded ends with the failure's exit code.
 */
export async function keepReport(report: RunReport, folder: string, platform: Platform): Promise<RunReport> {
  try {
    await writeReport(report, folder);
    return report;
  } catch (error) {
    const { problems, exitCode } = asRoundtripError(error);
    for (const { code, message, remedy } of problems) platform.annotate('error', code, `${message}\n→ ${remedy}`);
    return report.exitCode === 0 ? { ...report, exitCode } : report;
  }
}
