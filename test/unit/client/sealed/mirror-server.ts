import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a mirror does with one request. */
export type Behaviour = (answer: ServerResponse, request: IncomingMessage) => void;

export interface MirrorServer extends AsyncDisposable {
  /** With a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Paths asked for, in order. */
  readonly asked: readonly string[];
}

/** A mirror on loopback; each request is answered by the next behaviour, the last one stays. */
export async function startMirror(behaviours: readonly Behaviour[]): Promise<MirrorServer> {
  const asked: string[] = [];
  return await startServer((request, answer) => {
    asked.push(request.url ?? '');
    behaviours[Math.min(asked.length, behaviours.length) - 1]?.(answer, request);
  }, asked);
}

/** A mirror that has these files, by path. */
export async function startArchive(files: ReadonlyMap<string, Buffer>): Promise<MirrorServer> {
  const asked: string[] = [];
  return await startServer((request, answer) => {
    const path = decodeURI(request.url ?? '').slice(1);
    asked.push(path);
    const bytes = files.get(path);
    if (bytes === undefined) status(404)(answer, request);
    else send(bytes)(answer, request);
  }, asked);
}

async function startServer(listener: RequestListener, asked: readonly string[]): Promise<MirrorServer> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export const send =
  (bytes: Buffer): Behaviour =>
  answer =>
    void answer.writeHead(200, { 'content-length': bytes.length }).end(bytes);

export const status =
  (code: number): Behaviour =>
  answer =>
    void answer.writeHead(code).end('no');

export const redirect =
  (location: string): Behaviour =>
  answer =>
    void answer.writeHead(302, { location }).end();

/** Never says a word. */
export const hang: Behaviour = () => {};

/** Says how much there will be, sends some of it and then nothing more. */
export const stall =
  (bytes: Buffer): Behaviour =>
  answer =>
    void answer.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, bytes.length / 2));

/** Says how much there will be, sends some of it and hangs up. */
export const hangUp =
  (bytes: Buffer): Behaviour =>
  answer => {
    answer.writeHead(200, { 'content-length': bytes.length });
    answer.write(bytes.subarray(0, bytes.length / 2), () => answer.destroy());
  };

/** Does not say how much there is, and sends it. */
export const sendChunked =
  (bytes: Buffer): Behaviour =>
  answer => {
    answer.writeHead(200);
    answer.write(bytes);
    answer.end();
  };

/** Sends without an end. */
export const flood: Behaviour = answer => {
  answer.writeHead(200);
  const more = (): void => {
    while (!answer.destroyed && answer.write(Buffer.alloc(1 << 16)));
    if (!answer.destroyed) answer.once('drain', more);
  };
  more();
};
