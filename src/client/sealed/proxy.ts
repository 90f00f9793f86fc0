import { fault } from '../../errors.ts';

/** The proxies of a machine, by the usual variables. */
export interface ProxySettings {
  /** For `http:` addresses. */
  readonly http: URL | undefined;
  /** For `https:` addresses. */
  readonly https: URL | undefined;
  /** Hosts that are reached directly: `*`, a host, `.domain`, `host:port`. */
  readonly except: readonly string[];
}

export const noProxy: ProxySettings = { http: undefined, https: undefined, except: [] };

/**
 * Reads `http_proxy`, `https_proxy` and `no_proxy`, in small letters before large ones, as curl(1) does.
 *
 * @throws PGR256 for a proxy that does not speak HTTP.
 */
export function readProxySettings(environment: Readonly<Record<string, string | undefined>>): ProxySettings {
  const read = (name: string): string =>
    (environment[name.toLowerCase()] || environment[name.toUpperCase()] || '').trim();
  return {
    http: parseProxy('HTTP_PROXY', read('http_proxy')),
    https: parseProxy('HTTPS_PROXY', read('https_proxy')),
    except: read('no_proxy')
      .split(/[\s,]+/)
      .filter(host => host !== '')
      .map(host => host.toLowerCase()),
  };
}

/** The proxy for an address; undefined where it is reached directly. */
export function proxyFor(url: URL, settings: ProxySettings): URL | undefined {
  const proxy = url.protocol === 'https:' ? settings.https : settings.http;
  return settings.except.some(pattern => covers(pattern, url)) ? undefined : proxy;
}

/** What `Authorization` or `Proxy-Authorization` says for the login in an address. It is a secret. */
export function basicAuthorization(url: URL): string | undefined {
  if (url.username === '') return undefined;
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** A percent sign that escapes nothing stands for itself. */
function decoded(text: string): string {
  return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
}

function covers(pattern: string, url: URL): boolean {
  if (pattern === '*') return true;
  if (pattern.split(':').length > 2) return url.hostname === (pattern.startsWith('[') ? pattern : `[${pattern}]`);
  const [, name = '', port] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(pattern) ?? [];
  const actual = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (port !== undefined && port !== actual) return false;
  return url.hostname === name || url.hostname.endsWith(`.${name}`);
}

function parseProxy(variable: string, text: string): URL | undefined {
  if (text === '') return undefined;
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  // The value is not shown: it may hold a password.
  throw fault(
    'PGR256',
    `${variable} does not name an HTTP proxy`,
    'write it as http://HOST:PORT, or unset it; other kinds of proxy are not supported',
  );
}
