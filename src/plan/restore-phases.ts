import type { Jobs, RestoreSection, RestoreStep } from '../config/config.ts';
import { fault } from '../errors.ts';
import { type Choice, chooseJobs, type JobLimits } from './choices.ts';
import type { PlannedRestoreDatabase } from './plan.ts';

/** One run of pg_restore, before its command is built. */
export interface RestorePhase {
  readonly name: string;
  readonly sections: readonly RestoreSection[];
  /** What is made last, and nothing else. */
  readonly deferred: boolean;
  readonly jobs: Choice<number>;
}

/** The runs of pg_restore for one database, in their order. */
export function restorePhases(
  step: RestoreStep,
  { cores, ...limits }: JobLimits & { readonly cores: number },
  transaction: boolean,
): readonly RestorePhase[] {
  const jobs = (sections: readonly RestoreSection[]) =>
    chooseJobs(transaction ? 1 : jobsOf(step.jobs, sections), cores, limits);
  const phase = (sections: readonly RestoreSection[]): RestorePhase => ({
    name: sections.length === 3 ? 'all' : sections.join(' and '),
    sections,
    deferred: false,
    jobs: jobs(sections),
  });
  const separate = step.phases === 'separate' || typeof step.tablespaces !== 'string';
  const deferred: RestorePhase = {
    name: 'deferred',
    sections: ['post-data'],
    deferred: true,
    jobs: jobs(['post-data']),
  };
  return [
    ...(separate ? step.section.map(section => phase([section])) : [phase(step.section)]),
    ...(defers(step) && step.section.includes('post-data') ? [deferred] : []),
  ];
}

function jobsOf(jobs: RestoreStep['jobs'], sections: readonly RestoreSection[]): Jobs {
  if (typeof jobs !== 'object') return jobs;
  const [section] = sections;
  return (section === undefined ? undefined : jobs[section]) ?? 'auto';
}

function defers({ selection: { defer } }: RestoreStep): boolean {
  return defer.index.length + defer.kind.length > 0;
}

/**
 * Whether all is restored in one transaction. Unless the file says so, only into a database that would be left half
 * changed by a failure, and only where nothing else was asked for that keeps it from that. A client that sends settings
 * which an older server does not know cannot: in a transaction no error is forgiven (measured with 17 and 18 into 15).
 * Throws PGR150 where that was asked for.
 */
export function inOneTransaction(
  step: RestoreStep,
  mode: PlannedRestoreDatabase['mode'],
  majors: { readonly client: number; readonly server: number },
): boolean {
  const understood = majors.client < 17 || majors.server >= 17;
  if (step['single-transaction'] === true && !understood) throw notUnderstood(majors);
  if (step['single-transaction'] !== undefined) return step['single-transaction'];
  const together = step.phases === 'together' && typeof step.tablespaces === 'string' && !defers(step);
  const isOpen = together && step.flags['transaction-size'] === undefined;
  const oneJob = step.jobs === 'auto' || step.jobs === 1;
  return (mode === 'clean' || mode === 'into-existing') && isOpen && oneJob && understood;
}

function notUnderstood({ client, server }: { readonly client: number; readonly server: number }): Error {
  return fault(
    'PGR150',
    `single-transaction cannot be had: pg_restore ${client} sets transaction_timeout, which a server of ${server} does not have, and that error would end the transaction`,
    'remove single-transaction, or use a client older than 17',
  );
}
