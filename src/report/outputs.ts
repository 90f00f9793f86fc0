import type { OutputName } from '../config/outputs.ts';
import type { Secret } from '../secret.ts';
import type { RunReport } from './model.ts';

/** Outputs that have to be masked. */
export type SecretOutputName = Extract<OutputName, 'database-password'>;

/** Values of the action's outputs, but for the secret ones. */
export function outputsOf(
  report: RunReport,
  reportPath: string,
): Readonly<Record<Exclude<OutputName, SecretOutputName>, string>> {
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
  };
}

/** Values of the secret outputs. `passwords` are those of throwaway servers, by connection. */
export function secretOutputsOf(
  report: RunReport,
  passwords: ReadonlyMap<string, Secret>,
): Readonly<Record<SecretOutputName, Secret | undefined>> {
  const [database] = report.databases;
  return { 'database-password': database && passwords.get(database.connection) };
}
