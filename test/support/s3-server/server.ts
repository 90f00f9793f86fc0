import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Answer, Refusal, refused } from './answer.ts';
import type { Bucket } from './bucket.ts';
import { type Fault, type FaultKind, faultCounter, type Operation } from './faults.ts';
import { type Call, deleteObject, getObject, headObject, listObjects, putObject, type Rules } from './objects.ts';
import { checkSignature, type Login } from './signature.ts';
import { abortUpload, completeUpload, createUpload, listUploads, uploadPart } from './uploads.ts';

export interface S3ServerOptions extends Partial<Rules> {
  readonly login?: Partial<Login>;
  readonly faults?: readonly Fault[];
  /** What the server's clock is ahead of the machine's. Milliseconds. */
  readonly clockAhead?: number;
  /** Speaks TLS with this. */
  readonly certificate?: { readonly key: Buffer; readonly cert: Buffer };
}

export interface S3Server extends AsyncDisposable {
  readonly endpoint: URL;
  readonly bucket: Bucket;
  readonly login: Login;
  /** What was asked for, in order; refused requests too. */
  readonly calls: readonly Operation[];
  /** What came with each request, in the same order. */
  readonly requests: readonly { readonly headers: Readonly<Record<string, string>>; readonly target: string }[];
}

/** None of these is worth anything. */
export const exampleLogin: Login = {
  accessKeyId: 'an-access-key-of-the-tests',
  secretAccessKey: 'a/secret+key of the=tests',
  region: 'eu-test-1',
};

/**
 * A strict S3 server with one bucket, `backups`, in memory. It believes nothing: signatures, hashes of bodies, checksums,
 * conditions and parts are checked as S3 documents them. `faults` say which call goes wrong, and how.
 */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { faults = [], clockAhead = 0, certificate } = options;
  const login = { ...exampleLogin, ...options.login };
  const rules: Rules = { conditions: 'kept', checksums: true, smallestPart: 5 << 20, pageSize: 1000, ...options };
  const bucket: Bucket = { name: 'backups', objects: new Map(), uploads: new Map() };
  const calls: Operation[] = [];
  const requests: { headers: Record<string, string>; target: string }[] = [];
  const faultOf = faultCounter(faults);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: target = '' } = request;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const { key, query, inBucket } = placeOf(target, headers['host'] ?? '', bucket.name);
    const operation = operationOf(method, key, query);
    calls.push(operation);
    requests.push({ headers, target });
    const fault = faultOf(operation);
    if (fault === 'reset') return void request.socket.destroy();
    const body = await buffer(request);
    if (fault === 'hang') return;
    if (fault === 'damaged upload' && body.length > 0) body.writeUInt8(body.readUInt8(0) ^ 1, 0);
    const now = new Date(Date.now() + clockAhead);
    const done = attempt(() => {
      checkSignature({ method, target, headers, body }, login, now);
      if (!inBucket) throw new Refusal(404, 'NoSuchBucket');
      if (typeof fault === 'object') throw new Refusal(fault.status, fault.code, fault.extra);
      if (fault === 'error in 200') return { ...refused(new Refusal(500, 'InternalError')), status: 200 };
      return handlers[operation]({ bucket, key, query, headers, body, rules });
    });
    send(response, method === 'HEAD' ? withoutBody(done) : done, fault, now);
  };

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch(() => request.socket.destroy());
  };
  const server = certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = new URL(`${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`);
  return { endpoint, bucket, login, calls, requests, [Symbol.asyncDispose]: () => stop(server) };
}

const handlers: Readonly<Record<Operation, (call: Call) => Answer>> = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  ListObjectsV2: listObjects,
  CreateMultipartUpload: createUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
  ListMultipartUploads: listUploads,
};

/** The bucket stands in the path, or in front of the host. */
function placeOf(target: string, host: string, name: string) {
  const { pathname, searchParams: query } = new URL(target, 'http://host');
  const path = decodeURIComponent(pathname).slice(1);
  if (host.startsWith(`${name}.`)) return { key: path, query, inBucket: true };
  const [first = '', ...rest] = path.split('/');
  return { key: rest.join('/'), query, inBucket: first === name };
}

function operationOf(method: string, key: string, query: URLSearchParams): Operation {
  if (key === '') return query.has('uploads') ? 'ListMultipartUploads' : 'ListObjectsV2';
  if (method === 'POST') return query.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload';
  if (method === 'PUT') return query.has('partNumber') ? 'UploadPart' : 'PutObject';
  if (method === 'DELETE') return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
  return method === 'HEAD' ? 'HeadObject' : 'GetObject';
}

function attempt(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    throw error;
  }
}

/** Of an object's properties, its length stays. */
function withoutBody(answer: Answer): Answer {
  const length = answer.status < 300 ? { 'content-length': String(answer.body.length) } : {};
  return { ...answer, headers: { ...answer.headers, ...length }, body: Buffer.alloc(0) };
}

function send(response: ServerResponse, answer: Answer, fault: FaultKind | undefined, now: Date): void {
  if (fault === 'reset after') return void response.socket?.destroy();
  if (fault === 'hang after') return;
  const { status, headers, body } = answer;
  response.writeHead(status, { 'content-length': body.length, date: now.toUTCString(), ...headers });
  if (fault === 'truncated' || fault === 'stalled body') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
      if (fault === 'truncated') response.socket?.destroy();
    });
    return;
  }
  const sent = fault === 'wrong bytes' && body.length > 0 ? flipped(body) : body;
  response.end(sent);
}

function flipped(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const middle = Math.floor(copy.length / 2);
  copy.writeUInt8(copy.readUInt8(middle) ^ 1, middle);
  return copy;
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
