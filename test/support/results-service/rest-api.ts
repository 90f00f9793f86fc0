import { type Answer, failure, json, type RecordedRequest } from './messages.ts';
import { finishedArtifacts, type Store, type StoredArtifact, signedUrl } from './store.ts';

/** The public endpoints that the client uses for artifacts of other runs (`findBy`). */
export function answerRestApi(store: Store, origin: string, request: RecordedRequest): Answer {
  if (request.headers.authorization === undefined) return json(401, { message: 'Requires authentication' });
  if (/\/actions\/runs\/[^/]+\/artifacts$/.test(request.path)) return list(store, request);
  const id = /\/actions\/artifacts\/(\d+)(?:\/zip)?$/.exec(request.path)?.[1];
  const artifact = finishedArtifacts(store).find(one => String(one.id) === id);
  if (artifact === undefined) return json(404, { message: 'Not Found' });
  if (request.method === 'DELETE') {
    store.artifacts.delete(artifact.id);
    return { status: 204 };
  }
  return request.path.endsWith('/zip')
    ? { status: 302, headers: { location: signedUrl(origin, artifact.blob) } }
    : failure(404, 'bad_route', 'no such endpoint');
}

function list(store: Store, request: RecordedRequest): Answer {
  const name = request.query.get('name');
  const artifacts = finishedArtifacts(store).filter(one => name === null || one.name === name);
  const page = Number(request.query.get('page') ?? '1');
  return json(200, { total_count: artifacts.length, artifacts: page > 1 ? [] : artifacts.map(described) });
}

function described(artifact: StoredArtifact) {
  return {
    id: artifact.id,
    name: artifact.name,
    size_in_bytes: artifact.blob.content.length,
    created_at: artifact.createdAt,
    digest: artifact.digest,
  };
}
