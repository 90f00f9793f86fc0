import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { basicAuthorization } from './proxy.ts';

interface ProxyRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A request to the proxy itself, with its login. */
export function askProxy(proxy: URL, options: ProxyRequest): ClientRequest {
  const secure = proxy.protocol === 'https:';
  const login = basicAuthorization(proxy);
  return (secure ? requestHttps : requestHttp)({
    ...options,
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port === '' ? (secure ? 443 : 80) : Number(proxy.port),
    headers: { ...options.headers, ...(login === undefined ? {} : { 'proxy-authorization': login }) },
    agent: false,
  });
}

/**
 * A connection to a host through a proxy that knows CONNECT (RFC 9110, 9.3.6): what is sent over it is for the host
 * alone, so the proxy sees no more than the host's name.
 *
 * @throws plain errors of the network, of the proxy or of the signal.
 */
export async function openTunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const authority = `${host}:${port}`;
  const outgoing = askProxy(proxy, { method: 'CONNECT', path: authority, headers: { host: authority }, signal });
  return await new Promise((resolve, reject) => {
    const refused = (status: number | undefined): void =>
      reject(new Error(`the proxy ${proxy.host} answered ${status ?? 'nothing'}`));
    outgoing.once('connect', (answer, socket: Socket) => {
      if (answer.statusCode === 200) {
        resolve(socket);
        return;
      }
      socket.destroy();
      refused(answer.statusCode);
    });
    // A server that does not know CONNECT answers as to any other request.
    outgoing.once('response', answer => {
      answer.destroy();
      refused(answer.statusCode);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
