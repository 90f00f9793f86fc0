import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttp, request as requestHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpGet } from '../../../../src/client/sealed/http-get.ts';
import { readProxySettings } from '../../../../src/client/sealed/proxy.ts';
import { hasOpenssl, issue, makeAuthority } from '../../../integration/connection-certificates.ts';

const openssl = await hasOpenssl();

interface Listening extends AsyncDisposable {
  readonly port: number;
}

async function listen(server: ReturnType<typeof createHttp> | ReturnType<typeof createHttps>): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close };
}

/** A proxy that knows CONNECT and plain forwarding, and notes what it was asked and with which login. */
async function startProxy(refuse?: number): Promise<Listening & { readonly seen: string[] }> {
  const seen: string[] = [];
  const server = createHttp((request, answer) => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
    const forwarded = requestHttp(request.url ?? '', { headers: { ...request.headers } }, inner => {
      answer.writeHead(inner.statusCode ?? 502);
      inner.pipe(answer);
    });
    forwarded.end();
  });
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
      return;
    }
    const [, port] = (request.url ?? '').split(':');
    const through = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) {
      end.on('error', () => end.destroy());
      end.on('close', () => [through, socket].map(other => other.destroy()));
    }
  });
  return { ...(await listen(server)), seen };
}

let folder = '';
let secure: Listening;
let plain: Listening;
const before = tls.getCACertificates('default');

beforeAll(async () => {
  if (!openssl) return;
  folder = await mkdtemp(join(tmpdir(), 'sealed-tunnel-'));
  const authority = await makeAuthority(folder, 'authority');
  const { certificateFile, keyFile } = await issue(authority, 'mirror', 'mirror', 'DNS:localhost');
  const [cert, key, ca] = await Promise.all(
    [certificateFile, keyFile, authority.certificateFile].map(file => readFile(file, 'utf8')),
  );
  tls.setDefaultCACertificates([...before, ca ?? '']);
  secure = await listen(createHttps({ cert, key }, (request, answer) => void answer.end(`secure ${request.url}`)));
  plain = await listen(
    createHttp((request, answer) => void answer.end(`plain ${request.headers.authorization ?? '-'}`)),
  );
});
afterAll(async () => {
  if (!openssl) return;
  tls.setDefaultCACertificates(before);
  await secure[Symbol.asyncDispose]();
  await plain[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function get(address: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const proxies = readProxySettings(environment);
  const answer = await httpGet(new URL(address), { proxies, agents: undefined, signal: AbortSignal.timeout(10_000) });
  return await text(answer);
}

const login = `Basic ${Buffer.from('me:correct horse').toString('base64')}`;

describe.skipIf(!openssl)('an https address', () => {
  test('is read directly where there is no proxy', async () => {
    expect(await get(`https://localhost:${secure.port}/a`)).toBe('secure /a');
  });

  test('is read through a tunnel, and the proxy sees the host and its own login alone', async () => {
    await using proxy = await startProxy();
    const HTTPS_PROXY = `http://me:correct%20horse@127.0.0.1:${proxy.port}`;
    expect(await get(`https://localhost:${secure.port}/a`, { HTTPS_PROXY })).toBe('secure /a');
    expect(proxy.seen).toEqual([`CONNECT localhost:${secure.port} ${login}`]);
  });

  test('is not read when the certificate is for another host, tunnel or not', async () => {
    await using proxy = await startProxy();
    const HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
    const address = `https://127.0.0.1:${secure.port}/`;
    await expect(get(address)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    await expect(get(address, { HTTPS_PROXY })).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(proxy.seen).toHaveLength(1);
  });

  test('is not read when the proxy refuses, and the proxy is named without its login', async () => {
    await using proxy = await startProxy(407);
    const HTTPS_PROXY = `http://me:correct%20horse@127.0.0.1:${proxy.port}`;
    const failed = get(`https://localhost:${secure.port}/`, { HTTPS_PROXY });
    await expect(failed).rejects.toThrow(`the proxy 127.0.0.1:${proxy.port} answered 407`);
  });

  test('is not asked for through a proxy that is excepted', async () => {
    await using proxy = await startProxy();
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'localhost' };
    expect(await get(`https://localhost:${secure.port}/a`, environment)).toBe('secure /a');
    expect(proxy.seen).toEqual([]);
  });

  test('that redirects to plain http is not followed', async () => {
    const down = await listen(createHttp((_, answer) => void answer.end('plain')));
    const [cert, key] = await Promise.all(
      ['mirror.crt', 'mirror.key'].map(name => readFile(join(folder, name), 'utf8')),
    );
    const location = `http://localhost:${down.port}/`;
    const up = await listen(createHttps({ cert, key }, (_, answer) => void answer.writeHead(302, { location }).end()));
    await expect(get(`https://localhost:${up.port}/`)).rejects.toThrow('not to be used');
    await Promise.all([up[Symbol.asyncDispose](), down[Symbol.asyncDispose]()]);
  });
});

describe.skipIf(!openssl)('an http address', () => {
  test('is asked of the proxy in full, each login to whom it belongs', async () => {
    await using proxy = await startProxy();
    const HTTP_PROXY = `http://me:correct%20horse@127.0.0.1:${proxy.port}`;
    const own = `Basic ${Buffer.from('user:pass').toString('base64')}`;
    expect(await get(`http://user:pass@127.0.0.1:${plain.port}/a`, { HTTP_PROXY })).toBe(`plain ${own}`);
    expect(proxy.seen).toEqual([`GET http://127.0.0.1:${plain.port}/a ${login}`]);
  });

  test('gets its login directly', async () => {
    expect(await get(`http://user:pass@127.0.0.1:${plain.port}/`)).toMatch(/^plain Basic /);
  });
});
