import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { compositeChecksum } from '../src/storage/s3/checksums.ts';
import { answerArtifactApi } from '../test/support/results-service/artifact-api.ts';
import { type Answer, json } from '../test/support/results-service/messages.ts';
import { emptyStore } from '../test/support/results-service/store.ts';

/**
 * A process of its own: an S3 bucket and GitHub's artifact service, whose bytes go to files of the folder `argv[2]` and
 * not through memory. It prints its address. It checks nothing, so that the client is measured and not this server.
 */
const folder = process.argv[2] ?? '.';
let origin = '';

/** Bytes that were sent, each piece a file. */
interface Piece {
  readonly file: string;
  readonly bytes: number;
  readonly checksum: string | undefined;
}
interface Held {
  readonly pieces: readonly Piece[];
  readonly etag: string;
  readonly checksum: string | undefined;
}

const objects = new Map<string, Held>();
const uploads = new Map<string, Map<number, Piece>>();
const artifacts = emptyStore();
/** Of blobs: blocks that were sent, and the content in its order. */
const blocks = new Map<string, Map<string, Piece>>();
const blobs = new Map<string, readonly Piece[]>();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '', origin);
  const work = url.pathname.startsWith('/twirp/')
    ? results(url, request, response)
    : url.pathname.startsWith('/blob/')
      ? blob(url, request, response)
      : bucket(url, request, response);
  work.catch(() => request.socket.destroy());
});
server.listen(0, '127.0.0.1', () => {
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  console.log(origin);
});
process.stdin.resume().once('end', () => process.exit());

async function results(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const given = {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
    json: JSON.parse(body.toString()),
    operation: url.pathname.split('/').at(-1) ?? '',
  };
  const known = url.pathname.includes('.ArtifactService/');
  const answer: Answer = known ? answerArtifactApi(artifacts, origin, given) : json(404, {});
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

async function blob(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = url.pathname.split('/').at(-1) ?? '';
  const [part, block] = [url.searchParams.get('comp'), url.searchParams.get('blockid') ?? ''];
  const held = artifacts.blobs.get(id);
  if (request.method !== 'PUT') {
    const type = held?.contentType || 'application/octet-stream';
    const name = [...artifacts.artifacts.values()].find(one => one.blob === held)?.name ?? 'blob';
    const headers = { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` };
    return give(request, response, blobs.get(id) ?? [], headers);
  }
  if (part === 'block') {
    const those = blocks.get(id) ?? new Map<string, Piece>();
    blocks.set(id, those);
    those.set(block, await take(request));
  } else {
    let content: readonly Piece[];
    if (part === 'blocklist') {
      const list = Buffer.concat(await request.toArray()).toString();
      const order = [...list.matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(match => match[1] ?? '');
      content = order.flatMap(each => blocks.get(id)?.get(each) ?? []);
    } else content = [await take(request)];
    blobs.set(id, content);
    if (held !== undefined) {
      held.contentType = String(request.headers['x-ms-blob-content-type'] ?? request.headers['content-type'] ?? '');
      // Only its length is ever looked at: memory that is never touched is none.
      held.content = Buffer.allocUnsafeSlow(sizeOf(content));
    }
  }
  const headers = { etag: '"1"', 'last-modified': new Date().toUTCString(), 'x-ms-version': '2025-11-05' };
  response.writeHead(201, headers).end();
}

async function bucket(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const key = decodeURIComponent(url.pathname).split('/').slice(2).join('/');
  const { searchParams: query } = url;
  const upload = query.get('uploadId') ?? '';
  const held = objects.get(key);
  const xml = (name: string, inner: string) =>
    response.writeHead(200, { 'content-type': 'application/xml' }).end(`<${name}>${inner}</${name}>`);
  switch (request.method ?? 'GET') {
    case 'POST': {
      await request.resume().toArray();
      if (query.has('uploads')) {
        const id = randomUUID();
        uploads.set(id, new Map());
        return void xml('InitiateMultipartUploadResult', `<Key>${key}</Key><UploadId>${id}</UploadId>`);
      }
      const sent = [...(uploads.get(upload) ?? [])].sort(([one], [other]) => one - other).map(([, piece]) => piece);
      const etag = `"${upload}-${sent.length}"`;
      const sums = sent.flatMap(piece => piece.checksum ?? []);
      const checksum = sums.length === sent.length ? compositeChecksum(sums) : undefined;
      objects.set(key, { pieces: sent, etag, checksum });
      uploads.delete(upload);
      const sum = checksum === undefined ? '' : `<ChecksumSHA256>${checksum}</ChecksumSHA256>`;
      return void xml('CompleteMultipartUploadResult', `<ETag>${etag.replaceAll('"', '&quot;')}</ETag>${sum}`);
    }
    case 'PUT': {
      const piece = await take(request);
      const number = Number(query.get('partNumber') ?? 0);
      const { checksum } = piece;
      const etag = `"${randomUUID()}"`;
      if (upload === '') objects.set(key, { pieces: [piece], etag, checksum });
      else uploads.get(upload)?.set(number, piece);
      response.writeHead(200, { etag, ...(checksum && { 'x-amz-checksum-sha256': checksum }) });
      return void response.end();
    }
    case 'DELETE':
      for (const { file } of held?.pieces ?? []) await rm(file, { force: true });
      objects.delete(key);
      return void response.writeHead(204).end();
    default: {
      if (held === undefined) {
        const body = '<Error><Code>NoSuchKey</Code></Error>';
        response.writeHead(404, { 'content-type': 'application/xml' });
        return void response.end(request.method === 'HEAD' ? undefined : body);
      }
      const { etag, checksum } = held;
      return give(request, response, held.pieces, { etag, ...(checksum && { 'x-amz-checksum-sha256': checksum }) });
    }
  }
}

async function take(request: IncomingMessage): Promise<Piece> {
  const file = join(folder, randomUUID());
  const target = createWriteStream(file, { highWaterMark: 1 << 20 });
  await pipeline(request, target);
  const checksum = request.headers['x-amz-checksum-sha256'];
  return { file, bytes: target.bytesWritten, checksum: checksum === undefined ? undefined : String(checksum) };
}

async function give(
  { method }: IncomingMessage,
  response: ServerResponse,
  pieces: readonly Piece[],
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const modified = new Date().toUTCString();
  response.writeHead(200, { 'content-length': sizeOf(pieces), 'last-modified': modified, ...headers });
  if (method !== 'HEAD') {
    return await pipeline(contentOf(pieces), response);
  }
  response.end();
}

async function* contentOf(pieces: readonly Piece[]): AsyncGenerator<Buffer> {
  for (const { file } of pieces) yield* createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes, 0);
}
