import { createHash } from 'node:crypto';
import type { Answer, RecordedRequest } from './messages.ts';
import type { Blob, Store } from './store.ts';

/** The storage that signed addresses lead to: blocks in any order, a list that puts them in order, and the content. */
export function answerBlobApi(store: Store, request: RecordedRequest): Answer {
  const blob = store.blobs.get(request.operation);
  if (blob === undefined || request.query.get('sig') === null) {
    const body = '<?xml version="1.0"?><Error><Code>BlobNotFound</Code><Message>not found</Message></Error>';
    return { status: 404, headers: { 'content-type': 'application/xml', 'x-ms-error-code': 'BlobNotFound' }, body };
  }
  return request.method === 'PUT' ? put(blob, request) : get(store, blob, request);
}

function put(blob: Blob, request: RecordedRequest): Answer {
  const part = request.query.get('comp');
  if (part === 'block') {
    blob.blocks.set(request.query.get('blockid') ?? '', request.body);
  } else if (part === 'blocklist') {
    const order = [...request.body.toString().matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(match => match[1] ?? '');
    blob.content = Buffer.concat(order.map(id => blob.blocks.get(id) ?? Buffer.alloc(0)));
    blob.contentType = String(request.headers['x-ms-blob-content-type'] ?? 'application/octet-stream');
  } else {
    blob.content = request.body;
    blob.contentType = String(request.headers['content-type'] ?? 'application/octet-stream');
  }
  return { status: 201, headers: blobHeaders(request.body) };
}

function get(store: Store, blob: Blob, request: RecordedRequest): Answer {
  const name = [...store.artifacts.values()].find(one => one.blob === blob)?.name ?? 'blob';
  return {
    status: 200,
    headers: {
      ...blobHeaders(blob.content),
      'accept-ranges': 'bytes',
      'content-length': String(blob.content.length),
      'content-type': blob.contentType,
      'content-disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    },
    ...(request.method === 'HEAD' ? {} : { body: blob.content }),
  };
}

function blobHeaders(content: Buffer): Record<string, string> {
  return {
    etag: `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`,
    'last-modified': new Date().toUTCString(),
    'x-ms-request-id': 'loopback',
    'x-ms-version': '2025-11-05',
    'content-md5': createHash('md5').update(content).digest('base64'),
  };
}
