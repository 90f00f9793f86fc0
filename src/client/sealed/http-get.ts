import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { basicAuthorization, type ProxySettings, proxyFor } from './proxy.ts';
import { askProxy, openTunnel } from './tunnel.ts';

export interface GetOptions {
  readonly proxies: ProxySettings;
  /** Keep connections open from one request to the next. Only used without a proxy. */
  readonly agents: { readonly http: Agent; readonly https: Agent } | undefined;
  /** Ends the request and the answer, however far they have come. */
  readonly signal: AbortSignal;
  /** GET unless given. */
  readonly method?: 'GET' | 'DELETE';
  /** A secret for the host of the address, which no other host is told. */
  readonly authorization?: string;
}

/** Mirrors hand over to their networks and snapshots to the state that an older one shares; more is a circle. */
const mostRedirects = 5;

/**
 * Asks for one address and gives the answer as soon as its head is there; redirects are followed. node's own `fetch` is
 * not used as it knows of no proxies on Node 20.
 *
 * @throws plain errors of the network, of TLS or of the signal.
 */
export async function httpGet(address: URL, options: GetOptions): Promise<IncomingMessage> {
  let url = address;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    // It was meant for the first server alone.
    const { authorization: _, ...others } = options;
    const answer = await getOnce(url, url.origin === address.origin ? options : others);
    const { statusCode = 0, headers } = answer;
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return answer;
    answer.destroy();
    url = redirected(url, headers.location);
  }
  throw new Error(`it redirects more than ${mostRedirects} times`);
}

function redirected(from: URL, location: string): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && from.protocol === 'http:')) return url;
  throw new Error('it redirects to an address that is not to be used');
}

async function getOnce(
  url: URL,
  { proxies, agents, signal, method = 'GET', authorization }: GetOptions,
): Promise<IncomingMessage> {
  const own = authorization ?? basicAuthorization(url);
  const headers = {
    'user-agent': 'pg-roundtrip',
    accept: '*/*',
    // A package is to come as it is: its size and hash are those of the file.
    'accept-encoding': 'identity',
    host: url.host,
    ...(own === undefined ? {} : { authorization: own }),
  };
  const proxy = proxyFor(url, proxies);
  if (url.protocol === 'http:') {
    if (proxy === undefined) return await answerOf(requestHttp(url, { method, headers, signal, agent: agents?.http }));
    return await answerOf(askProxy(proxy, { method, path: withoutLogin(url), headers, signal }));
  }
  if (proxy === undefined) return await answerOf(requestHttps(url, { method, headers, signal, agent: agents?.https }));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = await openTunnel(proxy, url.hostname, url.port === '' ? 443 : Number(url.port), signal);
  // An address has no place in the name that TLS sends ahead; the certificate is still checked against it.
  const name = isIP(host) === 0 ? { servername: host } : {};
  const createConnection = () => connectTls({ socket, host, ...name });
  return await answerOf(requestHttps(url, { method, headers, signal, createConnection }));
}

function withoutLogin(url: URL): string {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy.href;
}

async function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end();
  });
}
