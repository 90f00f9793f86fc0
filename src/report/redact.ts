import type { RunReport } from './model.ts';

/** Keys whose values are words of our own, on which renderers and readers of `report.json` rely. */
const vocabulary: ReadonlySet<string> = new Set(['kind', 'status', 'verdict', 'level', 'class', 'code', 'startedAt']);

/**
 * The report with `redact` applied to every text that could come from elsewhere. Done once, before anything is
 * rendered, since report files, summaries and outputs pass through no log and so through none of its masks.
 */
export function redactReport(report: RunReport, redact: (text: string) => string): RunReport {
  return redacted(report, redact) as RunReport;
}

function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(item => redacted(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, vocabulary.has(key) ? item : redacted(item, redact)]),
  );
}
