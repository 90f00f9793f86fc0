import { isIPv6 } from 'node:net';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import { errorsOf } from '../report/errors.ts';
import type { RestoredDatabase, RunReport, StepReport } from '../report/model.ts';
import { recoveryOf } from '../report/recovery.ts';
import { judge } from '../report/verdict.ts';
import { version } from '../version.ts';

export interface Performed {
  readonly steps: readonly StepReport[];
  /** Undefined when the run ended before there was one. */
  readonly plan: Plan | undefined;
  readonly connections: Readonly<Record<string, ConnectionParameters>>;
  /** Until when databases of a `temporary` restore, and throwaway servers, live. */
  readonly temporaryUntil: 'end of run' | 'end of job';
  readonly startedAt: Date;
  readonly seconds: number;
  readonly profile?: RunReport['profile'];
}

/** The report on a run. Pure. */
export function makeReport(performed: Performed): RunReport {
  const { steps, plan, startedAt, seconds } = performed;
  return {
    schema: 1,
    tool: { name: 'pg-roundtrip', version },
    ...judge(steps.map((step, index) => ({ ...step, ...placesOf(plan?.steps[index]) }))),
    startedAt: startedAt.toISOString(),
    seconds,
    steps,
    errors: errorsOf(steps),
    recovery: recoveryOf(steps, seconds),
    profile: performed.profile,
    databases: eachOnce(steps.flatMap((step, index) => restoredBy(step, plan?.steps[index], performed))),
  };
}

/** Several steps may restore parts of one database. */
function eachOnce(databases: readonly RestoredDatabase[]): readonly RestoredDatabase[] {
  return [...new Map(databases.map(one => [`${one.connection} ${one.url}`, one])).values()];
}

/** The folder of a step's dump set and the connection of its databases, as they were planned. */
export function placesOf(step: PlannedStep | undefined): { readonly from?: string; readonly into?: string } {
  switch (step?.kind) {
    case 'restore':
    case 'verify':
      return { from: step.folder, into: step.connection };
    case 'dump':
    case 'fetch':
    case 'publish':
      return { from: step.folder };
    case 'compare':
    case 'clone':
    case 'sql':
    case 'prune':
    case undefined:
      return {};
  }
}

/** Databases that are still there after the run, and how to reach them. */
function restoredBy(
  step: StepReport,
  planned: PlannedStep | undefined,
  { connections, temporaryUntil, plan }: Performed,
): readonly RestoredDatabase[] {
  const thrownAway = plan?.servers.map(({ connection }) => connection) ?? [];
  if (planned?.kind !== 'restore' && planned?.kind !== 'clone') return [];
  const parameters = connections[planned.connection];
  if (parameters === undefined) return [];
  const [{ host, port }] = parameters.hosts;
  const lives = (created: boolean) =>
    temporaryUntil === 'end of job' || !(thrownAway.includes(planned.connection) || (created && planned.temporary));
  return madeBy(step)
    .filter(({ created }) => lives(created))
    .map(({ name }) => ({
      name,
      connection: planned.connection,
      host,
      port,
      user: parameters.user,
      url: databaseUrl(parameters, name),
    }));
}

function madeBy({ result }: StepReport): readonly { readonly name: string; readonly created: boolean }[] {
  if (result?.kind === 'restore') return result.databases.map(({ target, created }) => ({ name: target, created }));
  return result?.kind === 'clone' ? result.databases.map(({ name }) => ({ name, created: true })) : [];
}

/** A libpq URL without password. A socket folder, or an IPv6 address, is written as libpq reads it. */
function databaseUrl({ hosts: [{ host, port }], user }: ConnectionParameters, database: string): string {
  const address = encodeURIComponent(host);
  const place = isIPv6(host) ? `[${address.replaceAll('%3A', ':')}]` : address;
  return `postgresql://${encodeURIComponent(user)}@${place}:${port}/${encodeURIComponent(database)}`;
}
