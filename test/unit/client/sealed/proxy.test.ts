import { describe, expect, test } from 'vitest';
import { basicAuthorization, proxyFor, readProxySettings } from '../../../../src/client/sealed/proxy.ts';
import { refusalOf } from '../../refusal.ts';

const proxyOf = (address: string, environment: Readonly<Record<string, string>>): string | undefined =>
  proxyFor(new URL(address), readProxySettings(environment))?.href;

describe('the proxy for an address', () => {
  test.each([
    ['http://a.example/', { HTTP_PROXY: 'http://p.example:3128' }, 'http://p.example:3128/'],
    ['https://a.example/', { HTTP_PROXY: 'http://p.example:3128' }, undefined],
    ['https://a.example/', { HTTPS_PROXY: 'http://p.example:3128' }, 'http://p.example:3128/'],
    ['https://a.example/', { HTTPS_PROXY: 'p.example:3128' }, 'http://p.example:3128/'],
    [
      'https://a.example/',
      { HTTPS_PROXY: 'http://large.example', https_proxy: 'http://small.example' },
      'http://small.example/',
    ],
    ['https://a.example/', { HTTPS_PROXY: 'http://large.example', https_proxy: '' }, 'http://large.example/'],
    ['https://a.example/', { HTTPS_PROXY: '  ' }, undefined],
    ['https://a.example/', {}, undefined],
  ])('%s with %o is %s', (address, environment, expected) => {
    expect(proxyOf(address, environment)).toBe(expected);
  });

  test.each([
    ['http://a.example/', '*', false],
    ['http://a.example/', 'a.example', false],
    ['http://A.Example/', 'a.EXAMPLE', false],
    ['http://deep.a.example/', 'a.example', false],
    ['http://deep.a.example/', '.a.example', false],
    ['http://deep.a.example/', '*.a.example', false],
    ['http://not-a.example/', 'a.example', true],
    ['http://a.example/', 'b.example, a.example', false],
    ['http://a.example/', 'b.example a.example', false],
    ['http://a.example:8080/', 'a.example:8080', false],
    ['http://a.example/', 'a.example:8080', true],
    ['http://a.example/', 'a.example:80', false],
    ['http://127.0.0.1/', 'localhost,127.0.0.1,::1', false],
    ['http://[::1]/', 'localhost,127.0.0.1,::1', false],
    ['http://[::1]/', '[::1]', false],
    ['http://[::1]/', '::2', true],
    ['http://a.example/', '', true],
    ['http://a.example/', '.', true],
  ])('%s except for "%s" is used: %s', (address, NO_PROXY, used) => {
    expect(proxyOf(address, { HTTP_PROXY: 'http://p.example', NO_PROXY }) !== undefined).toBe(used);
  });

  test.each(['socks5://p.example:1080', 'http://', 'not a proxy', 'ftp://p.example'])(
    'is not %s',
    async HTTPS_PROXY => {
      const problem = await refusalOf(() => readProxySettings({ HTTPS_PROXY }));
      expect(problem).toMatchObject({ code: 'PGR256', message: 'HTTPS_PROXY does not name an HTTP proxy' });
    },
  );
});

test.each([
  ['http://p.example', undefined],
  ['http://me:correct%20horse@p.example', 'me:correct horse'],
  ['http://me@p.example', 'me:'],
  ['http://100%:50%25@p.example', '100%:50%'],
])('the login of %s is %s', (address, expected) => {
  const header = basicAuthorization(new URL(address));
  const login = header === undefined ? undefined : Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();
  expect(login).toBe(expected);
});
