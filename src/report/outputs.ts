import type { OutputName } from '../config/outputs.ts';
import type { Secret } from '../secret.ts';
import type { RunReport } from './model.ts';

/** Values of the action's outputs. `passwords` are those of throwaway servers, by connection. */
export function outputsOf(
  report: RunReport,
  reportPath: string,
  passwords: ReadonlyMap<string, Secret>,
): Readonly<Record<OutputName, string>> {
  const results = report.steps.flatMap(step => step.result ?? []);
  const dump = results.findLast(result => result.kind === 'dump');
  const artifact = results
    .filter(result => result.kind === 'publish')
    .findLast(result => result.artifact !== undefined)?.artifact;
  const [database] = report.databases;
  return {
    verdict: report.verdict,
    'exit-code': String(report.exitCode),
    'dump-path': dump?.path ?? '',
    'artifact-id': artifact?.id ?? '',
    'artifact-name': artifact?.name ?? '',
    'artifact-digest': artifact?.sha256 ?? '',
    'artifact-url': artifact?.url ?? '',
    'report-path': reportPath,
    databases: JSON.stringify(report.databases),
    'database-url': database?.url ?? '',
    'database-name': database?.name ?? '',
    'database-password': (database && passwords.get(database.connection)?.reveal()) ?? '',
  };
}
