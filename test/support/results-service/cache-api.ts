import { type Answer, failure, json, type RecordedRequest, textField } from './messages.ts';
import { addBlob, type CacheEntry, type Store, signedUrl } from './store.ts';

/** The service behind the CI's cache, as the client speaks to it (its second version): JSON with snake_case names. */
export function answerCacheApi(store: Store, origin: string, request: RecordedRequest): Answer {
  switch (request.operation) {
    case 'CreateCacheEntry':
      return create(store, origin, request);
    case 'FinalizeCacheEntryUpload':
      return finalize(store, request);
    case 'GetCacheEntryDownloadURL':
      return download(store, origin, request);
    default:
      return failure(404, 'bad_route', `no operation ${request.operation}`);
  }
}

function create(store: Store, origin: string, request: RecordedRequest): Answer {
  const [key, version] = [textField(request, 'key'), textField(request, 'version')];
  if (store.caches.some(entry => entry.key === key && entry.version === version))
    return failure(409, 'already_exists', `an entry with this key and version already exists`);
  const entry: CacheEntry = { id: store.caches.length + 1, key, version, blob: addBlob(store), finished: false };
  store.caches.push(entry);
  return json(200, { ok: true, signed_upload_url: signedUrl(origin, entry.blob) });
}

function finalize(store: Store, request: RecordedRequest): Answer {
  const [key, version] = [textField(request, 'key'), textField(request, 'version')];
  const entry = store.caches.find(one => one.key === key && one.version === version);
  if (entry === undefined) return failure(404, 'not_found', 'no cache entry to finalize');
  if (Number(textField(request, 'size_bytes') || '0') !== entry.blob.content.length)
    return failure(400, 'invalid_argument', 'the size is not that of the blob');
  entry.finished = true;
  return json(200, { ok: true, entry_id: String(entry.id) });
}

/** The entry of exactly this key, else the newest whose key begins with one of the restore keys, in their order. */
function download(store: Store, origin: string, request: RecordedRequest): Answer {
  const [key, version] = [textField(request, 'key'), textField(request, 'version')];
  const { restore_keys: others = [] } = request.json;
  const candidates = store.caches.filter(entry => entry.finished && entry.version === version);
  const prefixes = Array.isArray(others) ? others.map(String) : [];
  const found =
    candidates.find(entry => entry.key === key) ??
    prefixes.map(prefix => candidates.findLast(entry => entry.key.startsWith(prefix))).find(Boolean);
  if (found === undefined) return json(200, { ok: false });
  return json(200, { ok: true, signed_download_url: signedUrl(origin, found.blob), matched_key: found.key });
}
