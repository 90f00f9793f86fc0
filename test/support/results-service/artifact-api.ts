import { type Answer, failure, json, type RecordedRequest, textField } from './messages.ts';
import { addArtifact, finishedArtifacts, type Store, type StoredArtifact, signedUrl } from './store.ts';

/** The service behind uploads and downloads of the current run, as the client speaks to it: JSON with snake_case names. */
export function answerArtifactApi(store: Store, origin: string, request: RecordedRequest): Answer {
  switch (request.operation) {
    case 'CreateArtifact':
      return create(store, origin, request);
    case 'FinalizeArtifact':
      return finalize(store, request);
    case 'ListArtifacts':
      return json(200, { artifacts: listed(store, request).map(described) });
    case 'GetSignedArtifactURL':
      return withFinished(store, request, one => json(200, { signed_url: signedUrl(origin, one.blob) }));
    case 'DeleteArtifact':
      return withFinished(store, request, one => {
        store.artifacts.delete(one.id);
        return json(200, { ok: true, artifact_id: String(one.id) });
      });
    default:
      return failure(404, 'bad_route', `no operation ${request.operation}`);
  }
}

function create(store: Store, origin: string, request: RecordedRequest): Answer {
  const [run, name] = [textField(request, 'workflow_run_backend_id'), textField(request, 'name')];
  const taken = [...store.artifacts.values()].some(one => one.run === run && one.name === name);
  if (taken) return failure(409, 'already_exists', `an artifact with this name already exists on the workflow run`);
  const artifact = addArtifact(store, {
    run,
    job: textField(request, 'workflow_job_run_backend_id'),
    name,
    mimeType: textField(request, 'mime_type'),
    expiresAt: textField(request, 'expires_at') || undefined,
  });
  return json(200, { ok: true, signed_upload_url: signedUrl(origin, artifact.blob) });
}

function finalize(store: Store, request: RecordedRequest): Answer {
  const artifact = [...store.artifacts.values()].find(one => !one.finished && matches(one, request));
  if (artifact === undefined) return failure(404, 'not_found', 'no artifact to finalize');
  const size = Number(textField(request, 'size') || '0');
  if (size !== artifact.blob.content.length)
    return failure(400, 'invalid_argument', 'the size is not that of the blob');
  artifact.finished = true;
  artifact.digest = textField(request, 'hash') || undefined;
  return json(200, { ok: true, artifact_id: String(artifact.id) });
}

function listed(store: Store, request: RecordedRequest): readonly StoredArtifact[] {
  const [name, id] = [textField(request, 'name_filter'), textField(request, 'id_filter')];
  return finishedArtifacts(store, textField(request, 'workflow_run_backend_id')).filter(
    one => (name === '' || one.name === name) && (id === '' || String(one.id) === id),
  );
}

function described(artifact: StoredArtifact) {
  return {
    workflow_run_backend_id: artifact.run,
    workflow_job_run_backend_id: artifact.job,
    database_id: String(artifact.id),
    name: artifact.name,
    size: String(artifact.blob.content.length),
    created_at: artifact.createdAt,
    digest: artifact.digest,
  };
}

function withFinished(store: Store, request: RecordedRequest, answer: (artifact: StoredArtifact) => Answer): Answer {
  const artifact = finishedArtifacts(store).find(one => matches(one, request));
  return artifact === undefined ? failure(404, 'not_found', 'no such artifact') : answer(artifact);
}

function matches(artifact: StoredArtifact, request: RecordedRequest): boolean {
  const run = textField(request, 'workflow_run_backend_id');
  return artifact.run === run && artifact.name === textField(request, 'name');
}
