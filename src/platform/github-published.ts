import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../errors.ts';
import { hashFile } from './artifact-checks.ts';
import type { GithubRest } from './github-rest.ts';
import {
  describeChoice,
  field,
  foreignness,
  isWanted,
  type ListedArtifact,
  readArtifacts,
  readRun,
  type WorkflowRun,
} from './github-runs.ts';
import type { PublishedArtifact, PublishedArtifacts, RunChoice } from './platform.ts';

/** Of the current run, and how files are downloaded: what only a job of GitHub has. */
export interface JobArtifacts {
  find(name: string): Promise<PublishedArtifact>;
  download(artifact: PublishedArtifact, folder: string): Promise<void>;
}

/** How many artifacts of one name are looked at before the search for a run is given up. */
const patience = 500;
const pageSize = 100;

/**
 * What runs have published, by GitHub's REST API. `own` is the repository that this run, or this checkout, belongs to.
 * `job` is undefined outside of a job: then there is no current run, and files come by the REST API as well.
 */
export function githubPublished(
  rest: () => GithubRest,
  own: string | undefined,
  job: JobArtifacts | undefined,
): PublishedArtifacts {
  const repositoryOf = (given: string | undefined): string => {
    if (given !== undefined) return given;
    if (own !== undefined) return own;
    throw fault(
      'PGR231',
      'it is not known in which repository to look',
      'set GITHUB_REPOSITORY (and GITHUB_TOKEN), or, to fetch, write from: { repository: OWNER/NAME }',
    );
  };
  return {
    async find(name, choice) {
      if (choice.kind === 'this') {
        if (job !== undefined) return job.find(name);
        const remedy = 'name another run: from: { branch: main }';
        throw fault('PGR134', 'artifacts of this run exist only inside a GitHub action', remedy);
      }
      const repository = repositoryOf(choice.repository);
      const found =
        choice.kind === 'one'
          ? await inRun(rest(), repository, choice.id, name)
          : await inLatest(rest(), repository, choice, name);
      if (found === undefined) throw notFound(name, choice, repository);
      const { artifact, run } = found;
      return { ...artifact, repository, run: run.id, foreign: foreignness(run, repository, own) };
    },
    async download(artifact, folder) {
      if (job === undefined) await downloadByRest(rest(), artifact, folder);
      else await job.download(artifact, folder);
      return checkDownload(artifact, folder);
    },
    async list() {
      const repository = repositoryOf(undefined);
      const artifacts = await everyArtifact(rest(), repository);
      return artifacts
        .filter(({ expired }) => !expired)
        .map(({ run, ...artifact }) => ({
          ...artifact,
          repository,
          run: run?.id,
          foreign: run === undefined || run.ofFork ? 'a run for a fork, or none that is known' : undefined,
        }));
    },
    remove: ({ id, name, repository }) =>
      rest().delete(`/repos/${repository}/actions/artifacts/${id}`, `the artifact ${name} could not be deleted`),
  };
}

interface Found {
  readonly artifact: ListedArtifact;
  readonly run: WorkflowRun;
}

async function inRun(rest: GithubRest, repository: string, id: number, name: string): Promise<Found | undefined> {
  const run = await workflowRun(rest, repository, id);
  const path = `/repos/${repository}/actions/runs/${id}/artifacts?name=${encodeURIComponent(name)}&per_page=${pageSize}`;
  const { artifacts } = await page(rest, path, repository);
  const [artifact] = newestFirst(artifacts.filter(one => one.name === name && !one.expired));
  return artifact && { artifact, run };
}

/** From the artifacts of that name to their runs, newest first, until one of them is wanted. */
async function inLatest(
  rest: GithubRest,
  repository: string,
  choice: Extract<RunChoice, { kind: 'latest' }>,
  name: string,
): Promise<Found | undefined> {
  const branch = choice.branch ?? (await defaultBranch(rest, repository));
  const filter = `name=${encodeURIComponent(name)}&per_page=${pageSize}`;
  for (let number = 1; number <= patience / pageSize; number += 1) {
    const { artifacts } = await page(
      rest,
      `/repos/${repository}/actions/artifacts?${filter}&page=${number}`,
      repository,
    );
    for (const artifact of newestFirst(artifacts)) {
      const { run: of } = artifact;
      if (artifact.name !== name || artifact.expired || of === undefined || of.ofFork || of.branch !== branch) continue;
      const run = await workflowRun(rest, repository, of.id);
      if (isWanted(run, { branch, workflow: choice.workflow }, repository)) return { artifact, run };
    }
    if (artifacts.length < pageSize) return undefined;
  }
  return undefined;
}

async function defaultBranch(rest: GithubRest, repository: string): Promise<string> {
  const what = `the repository ${repository} could not be looked at`;
  const branch = field(await rest.get(`/repos/${repository}`, what), 'default_branch');
  if (typeof branch === 'string') return branch;
  throw fault('PGR231', `${what}: GitHub names no default branch`, 'write from: { branch: … }');
}

async function workflowRun(rest: GithubRest, repository: string, id: number): Promise<WorkflowRun> {
  const what = `run ${id} of ${repository} could not be looked at`;
  const run = readRun(await rest.get(`/repos/${repository}/actions/runs/${id}`, what));
  if (run !== undefined) return run;
  throw fault('PGR231', `${what}: GitHub's answer is none about a run`, 'run it again');
}

/** Throws PGR231 unless every artifact was listed: what is decided from half a list deletes too much. */
async function everyArtifact(rest: GithubRest, repository: string): Promise<readonly ListedArtifact[]> {
  const all = new Map<number, ListedArtifact>();
  for (let number = 1; ; number += 1) {
    const path = `/repos/${repository}/actions/artifacts?per_page=${pageSize}&page=${number}`;
    const { artifacts, total } = await page(rest, path, repository);
    for (const artifact of artifacts) all.set(artifact.id, artifact);
    if (all.size === total) return [...all.values()];
    if (artifacts.length > 0) continue;
    const what = `the artifacts of ${repository} could not be listed: GitHub counts ${total} and lists ${all.size}`;
    throw fault('PGR231', what, 'run it again; nothing was deleted');
  }
}

async function page(rest: GithubRest, path: string, repository: string) {
  const what = `the artifacts of ${repository} could not be listed`;
  const found = readArtifacts(await rest.get(path, what));
  if (found !== undefined) return found;
  throw fault('PGR231', `${what}: GitHub's answer is none about artifacts`, 'run it again');
}

async function downloadByRest(rest: GithubRest, { id, name, repository }: PublishedArtifact, folder: string) {
  const path = `/repos/${repository}/actions/artifacts/${id}/zip`;
  await rest.save(path, join(folder, 'artifact'), `the artifact ${name} could not be fetched`);
}

/** Neither the client nor a connection that ends early throws where other bytes arrive than were published. */
async function checkDownload(artifact: PublishedArtifact, folder: string): Promise<string> {
  const [name, ...others] = await readdir(folder);
  if (name === undefined || others.length > 0) {
    throw fault('PGR231', `the artifact ${artifact.name} did not arrive as one file`, 'run it again');
  }
  const file = join(folder, name);
  const { bytes, sha256 } = await hashFile(file);
  if (bytes === artifact.bytes && (artifact.sha256 === undefined || sha256 === artifact.sha256)) return file;
  throw fault(
    'PGR172',
    `the artifact ${artifact.name} arrived damaged: ${bytes} bytes with SHA-256 ${sha256} instead of ${artifact.bytes} with ${artifact.sha256 ?? 'an unknown one'}`,
    'run it again; nothing of it was used',
  );
}

function newestFirst(artifacts: readonly ListedArtifact[]): readonly ListedArtifact[] {
  return artifacts.toSorted((one, other) => other.id - one.id);
}

function notFound(name: string, choice: RunChoice, repository: string): Error {
  const what = `${describeChoice(choice)} in ${repository} has no artifact ${name}, or it has expired`;
  return fault('PGR231', what, 'check name, branch and workflow; it is published by a `publish` step');
}
