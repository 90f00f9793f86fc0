import type { PublishedArtifact, RunChoice } from './platform.ts';

/** An artifact as the REST API lists it. */
export interface ListedArtifact {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string | undefined;
  readonly createdAt: Date;
  readonly expired: boolean;
  /** Undefined where the API does not say. */
  readonly run: { readonly id: number; readonly branch: string; readonly ofFork: boolean } | undefined;
}

/** A workflow run as the REST API tells of it. */
export interface WorkflowRun {
  readonly id: number;
  readonly conclusion: string;
  /** What started it, such as `schedule`. */
  readonly event: string;
  readonly branch: string;
  /** File name of its workflow. */
  readonly workflow: string;
  /** Whose code it ran: for a pull request from a fork, that of the fork. */
  readonly headRepository: string;
}

/** One page of artifacts, and how many there are on all pages; undefined if it is no such answer. */
export function readArtifacts(
  answer: unknown,
): { readonly total: number; readonly artifacts: readonly ListedArtifact[] } | undefined {
  const [total, artifacts] = [field(answer, 'total_count'), field(answer, 'artifacts')];
  if (typeof total !== 'number' || !Array.isArray(artifacts)) return undefined;
  const read = artifacts.map(readArtifact).filter(one => one !== undefined);
  return read.length === artifacts.length ? { total, artifacts: read } : undefined;
}

function readArtifact(value: unknown): ListedArtifact | undefined {
  const [id, name, bytes] = [field(value, 'id'), field(value, 'name'), field(value, 'size_in_bytes')];
  const [digest, created, run] = [field(value, 'digest'), field(value, 'created_at'), field(value, 'workflow_run')];
  if (typeof id !== 'number' || typeof name !== 'string' || typeof bytes !== 'number') return undefined;
  const createdAt = new Date(textOf(created));
  if (Number.isNaN(createdAt.getTime())) return undefined;
  const runId = field(run, 'id');
  return {
    id,
    name,
    bytes,
    sha256: textOf(digest).replace(/^sha256:/, '') || undefined,
    createdAt,
    expired: field(value, 'expired') === true,
    run:
      typeof runId === 'number'
        ? {
            id: runId,
            branch: textOf(field(run, 'head_branch')),
            ofFork: field(run, 'repository_id') !== field(run, 'head_repository_id'),
          }
        : undefined,
  };
}

export function readRun(answer: unknown): WorkflowRun | undefined {
  const id = field(answer, 'id');
  if (typeof id !== 'number') return undefined;
  return {
    id,
    conclusion: textOf(field(answer, 'conclusion')),
    event: textOf(field(answer, 'event')),
    branch: textOf(field(answer, 'head_branch')),
    workflow: textOf(field(answer, 'path')).replace(/@.*$/, '').split('/').at(-1) ?? '',
    headRepository: textOf(field(field(answer, 'head_repository'), 'full_name')),
  };
}

/** Runs that only the people of the repository can start. Others may handle what strangers have sent. */
const ownEvents = ['push', 'schedule', 'workflow_dispatch', 'repository_dispatch', 'merge_group', 'release'];

/**
 * Whether a run is one of those that are looked for: it succeeded, on the branch, with the repository's own code. A fork
 * may have a branch of the same name, and `pull_request_target` and `workflow_run` count as runs of the default branch.
 */
export function isWanted(
  run: WorkflowRun,
  { branch, workflow }: { readonly branch: string; readonly workflow: string | undefined },
  repository: string,
): boolean {
  return (
    run.conclusion === 'success' &&
    run.branch === branch &&
    (workflow === undefined ? ownEvents.includes(run.event) : run.workflow === workflow) &&
    sameName(run.headRepository, repository)
  );
}

/** Why a run's artifact may hold what others than the people of this repository have made. */
export function foreignness(
  run: WorkflowRun,
  repository: string,
  own: string | undefined,
): PublishedArtifact['foreign'] {
  if (!sameName(run.headRepository, repository)) {
    return `run ${run.id}, which ran the code of the fork ${run.headRepository || '(deleted)'}`;
  }
  return own !== undefined && !sameName(repository, own) ? `the other repository ${repository}` : undefined;
}

/** What is looked for, in words. */
export function describeChoice(choice: RunChoice): string {
  switch (choice.kind) {
    case 'this':
      return 'this run';
    case 'one':
      return `run ${choice.id}`;
    case 'latest':
      return `the latest successful run${choice.workflow === undefined ? '' : ` of ${choice.workflow}`} on ${choice.branch ?? 'the default branch'}`;
  }
}

/** GitHub's names do not tell large letters from small ones. */
function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
