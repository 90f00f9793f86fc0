import type { Manifest } from '../dumpset/manifest.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import type { ServerFacts } from '../survey/survey.ts';
import type { Finding, Subject } from './finding.ts';

export interface VersionFacts {
  readonly plan: Plan;
  readonly servers: Readonly<Record<string, ServerFacts>>;
  readonly dumpSets: Readonly<Record<string, Manifest>>;
}

/** Which program talks to which server about which archive. A pair that cannot work has ended the planning. */
export function judgeVersions({ plan, servers, dumpSets }: VersionFacts): readonly Finding[] {
  const findings: Finding[] = [];
  plan.steps.forEach((step, index) => {
    if (step.kind === 'dump') findings.push(judgeDump(step, servers[step.connection]));
    if (step.kind !== 'restore') return;
    const made = plan.steps.slice(0, index).findLast(one => one.kind === 'dump' && one.folder === step.folder);
    const source = made?.kind === 'dump' ? servers[made.connection]?.version : dumpSets[step.folder]?.server;
    findings.push(judgeRestore(step, source, servers[step.connection]));
  });
  return findings;
}

type Step<Kind> = Extract<PlannedStep, { readonly kind: Kind }>;

function judgeDump({ connection, client }: Step<'dump'>, server: ServerFacts | undefined): Finding {
  const subject: Subject = { check: 'versions', about: connection };
  const pair = `server ${server?.version.text ?? 'unknown'}, pg_dump ${client.version.text}`;
  if (client.version.major === server?.version.major) return { ...subject, verdict: 'ok', says: pair };
  return { ...subject, verdict: 'note', says: `${pair}: ${client.reason}` };
}

function judgeRestore(
  { connection, client }: Step<'restore'>,
  source: { readonly major: number; readonly text: string } | undefined,
  server: ServerFacts | undefined,
): Finding {
  const subject: Subject = { check: 'versions', about: connection };
  const pair = `dumped from ${source?.text ?? 'unknown'}, server ${server?.version.text ?? 'unknown'}, pg_restore ${client.version.text}`;
  if (source === undefined || server === undefined || source.major === server.version.major)
    return { ...subject, verdict: 'ok', says: pair };
  if (source.major < server.version.major)
    return { ...subject, verdict: 'note', says: `${pair}: an upgrade to another major` };
  return {
    ...subject,
    verdict: 'warning',
    says: `${pair}: the target is older than what was dumped`,
    remedy: `what came after ${server.version.major} cannot be restored there: use a server of ${source.major} or newer`,
  };
}
