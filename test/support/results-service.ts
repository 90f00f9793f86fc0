import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerArtifactApi } from './results-service/artifact-api.ts';
import { answerBlobApi } from './results-service/blob-api.ts';
import { answerCacheApi } from './results-service/cache-api.ts';
import { type Answer, failure, json, type RecordedRequest } from './results-service/messages.ts';
import { answerRestApi } from './results-service/rest-api.ts';
import { emptyStore, type Store } from './results-service/store.ts';

export { type Answer, failure, json, type RecordedRequest } from './results-service/messages.ts';

/** May answer in place of the service, or let it fall silent; undefined lets the service answer. */
export type FaultHook = (request: RecordedRequest) => Answer | 'silence' | undefined;

export interface ResultsService extends AsyncDisposable {
  readonly origin: string;
  /** What a job's environment needs for its clients to come here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: readonly RecordedRequest[];
  readonly store: Store;
  /** Puts a fault in place, or takes it away. */
  inject(fault: FaultHook | undefined): void;
  /** Forgets artifacts, cache entries, requests and faults. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * GitHub's services for artifacts and caches on loopback, which the real @actions/artifact and @actions/cache clients
 * use: the services' own API, the REST endpoints for other runs, and the blob storage behind signed addresses.
 */
export async function startResultsService(): Promise<ResultsService> {
  const store = emptyStore();
  const requests: RecordedRequest[] = [];
  let fault: FaultHook | undefined;
  let origin = '';

  const server = createServer((incoming, response) => {
    record(incoming, origin)
      .then(request => {
        requests.push(request);
        send(response, fault?.(request) ?? answer(store, origin, request));
      })
      .catch(error => send(response, failure(500, 'internal', String(error))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the service has no port');
  origin = `http://127.0.0.1:${address.port}`;

  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    origin,
    environment: {
      ACTIONS_RESULTS_URL: `${origin}/`,
      ACTIONS_RUNTIME_TOKEN: runtimeToken('Actions.Example Actions.Results:run-1:job-1'),
      ACTIONS_CACHE_SERVICE_V2: 'True',
      GITHUB_API_URL: origin,
    },
    requests,
    store,
    inject: hook => {
      fault = hook;
    },
    reset: () => {
      fault = undefined;
      requests.length = 0;
      store.artifacts.clear();
      store.caches.length = 0;
      store.blobs.clear();
      store.runs.clear();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A token as a job has it: clients read its scopes and never verify it. */
export function runtimeToken(scopes: string | undefined): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(scopes === undefined ? {} : { scp: scopes })}.unsigned`;
}

function answer(store: Store, origin: string, request: RecordedRequest): Answer {
  if (request.path.startsWith('/twirp/github.actions.results.api.v1.ArtifactService/')) {
    return answerArtifactApi(store, origin, request);
  }
  if (request.path.startsWith('/twirp/github.actions.results.api.v1.CacheService/')) {
    return answerCacheApi(store, origin, request);
  }
  if (request.path.startsWith('/blob/')) return answerBlobApi(store, request);
  if (request.path.startsWith('/repos/')) return answerRestApi(store, origin, request);
  return json(404, { message: 'Not Found' });
}

async function record(incoming: IncomingMessage, origin: string): Promise<RecordedRequest> {
  const url = new URL(incoming.url ?? '/', origin);
  const body = Buffer.concat(await incoming.toArray());
  const isJson = incoming.headers['content-type']?.includes('json') === true && body.length > 0;
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
    json: isJson ? JSON.parse(body.toString()) : {},
    operation: url.pathname.split('/').at(-1) ?? '',
  };
}

function send(response: ServerResponse, answered: Answer | 'silence'): void {
  if (answered === 'silence') return;
  const { status, headers, body } = answered;
  response.writeHead(status, headers).end(body);
}
