import { type Answer, failure, json, type RecordedRequest } from './messages.ts';
import { finishedArtifacts, runOf, type Store, type StoredArtifact, signedUrl } from './store.ts';

/** GitHub's public endpoints for artifacts and runs. The repository is whichever the request names. */
export function answerRestApi(store: Store, origin: string, request: RecordedRequest): Answer {
  if (request.headers.authorization === undefined) return json(401, { message: 'Requires authentication' });
  const [, repository = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(request.path) ?? [];
  if (rest === '') return json(200, { full_name: repository, default_branch: 'main' });
  if (rest === '/actions/artifacts') return list(store, repository, request, undefined);
  const [, runId, ofRun] = /^\/actions\/runs\/(\d+)(\/artifacts)?$/.exec(rest) ?? [];
  if (runId !== undefined) {
    return ofRun === undefined
      ? run(store, repository, Number(runId))
      : list(store, repository, request, Number(runId));
  }
  return one(store, origin, request, rest);
}

function one(store: Store, origin: string, request: RecordedRequest, rest: string): Answer {
  const id = /^\/actions\/artifacts\/(\d+)(?:\/zip)?$/.exec(rest)?.[1];
  const artifact = finishedArtifacts(store).find(each => String(each.id) === id);
  if (artifact === undefined) return json(404, { message: 'Not Found' });
  if (request.method === 'DELETE') {
    store.artifacts.delete(artifact.id);
    return { status: 204 };
  }
  return rest.endsWith('/zip')
    ? { status: 302, headers: { location: signedUrl(origin, artifact.blob) } }
    : failure(404, 'bad_route', 'no such endpoint');
}

function run(store: Store, repository: string, id: number): Answer {
  const artifact = finishedArtifacts(store).find(each => runOf(store, each, repository).id === id);
  if (artifact === undefined) return json(404, { message: 'Not Found' });
  const { conclusion, event = 'schedule', branch, path, headRepository } = runOf(store, artifact, repository);
  return json(200, {
    id,
    conclusion,
    event,
    head_branch: branch,
    path,
    head_repository: { full_name: headRepository },
  });
}

/** Newest first, in pages, as GitHub lists them. A run that is not known has artifacts all the same. */
function list(store: Store, repository: string, request: RecordedRequest, runId: number | undefined): Answer {
  const name = request.query.get('name');
  const size = Number(request.query.get('per_page') ?? '30');
  const page = Number(request.query.get('page') ?? '1');
  const artifacts = finishedArtifacts(store)
    .filter(each => name === null || each.name === name)
    .filter(each => runId === undefined || !store.runs.has(each.run) || runOf(store, each, repository).id === runId)
    .toSorted((left, right) => right.id - left.id);
  const shown = artifacts.slice((page - 1) * size, page * size);
  return json(200, { total_count: artifacts.length, artifacts: shown.map(each => described(store, repository, each)) });
}

function described(store: Store, repository: string, artifact: StoredArtifact) {
  const { id, branch, headRepository } = runOf(store, artifact, repository);
  return {
    id: artifact.id,
    name: artifact.name,
    size_in_bytes: artifact.blob.content.length,
    created_at: artifact.createdAt,
    expired: false,
    digest: artifact.digest,
    workflow_run: {
      id,
      repository_id: 1,
      head_repository_id: headRepository === repository ? 1 : 2,
      head_branch: branch,
    },
  };
}
