import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { problemsOn, resolveOn } from './connection-resolving.ts';

/** Signs that a password may hold and that mean something in a URL or a connection string, between recognizable words. */
const signs = [
  '@',
  '/',
  '?',
  '#',
  ':',
  '%',
  '%ZZ',
  '&',
  '=',
  ' ',
  '\n',
  "'",
  '\\',
  '[',
  ']',
  ',',
  '&foo=',
  ' foo=',
  '/x?foo=',
  '%00',
  '://',
  '?password=',
  '+',
];
const head = 'Zebra';
const tail = 'Quagga';

const forms: readonly (readonly [string, (password: string) => object])[] = [
  ['a URL', password => ({ url: new Secret(`postgres://user:${password}@db.example.com:5432/name?sslmode=nope`) })],
  ['a URL without a host', password => ({ url: new Secret(`postgres://user:${password}?sslmode=nope`) })],
  ['a URL of another scheme', password => ({ url: new Secret(`postgresql+x://user:${password}@h/name`) })],
  ['a URL without a scheme', password => ({ url: new Secret(`user:${password}@h/name`) })],
  ['a password as scheme', password => ({ url: new Secret(`${password}://h`) })],
  ['a query', password => ({ url: new Secret(`postgres://h:0/name?password=${password}`) })],
  ['a connection string', password => ({ conninfo: new Secret(`host=h port=0 password=${password} sslmode=nope`) })],
  [
    'a quoted connection string',
    password => ({ conninfo: new Secret(`host=h port=0 password='${password}' sslmode=nope`) }),
  ],
  ['a password of its own', password => ({ password: new Secret(`${password}\n`), parts: { port: '0' } })],
];

describe.each(forms)('a password in %s', (_, declare) => {
  test.each(signs)('with %j in it is in no message', sign => {
    for (const password of [`${head}${sign}${tail}`, `${sign}${head}${tail}`, `${head}${tail}${sign}`]) {
      const problems = problemsOn({}, declare(password));
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toMatch(new RegExp(`${head}|${tail}`, 'i'));
    }
  });
});

test('a resolved connection prints without its password', () => {
  const resolved = resolveOn({}, { url: new Secret(`postgres://u:${head}@h/db?sslpassword=${tail}`) });
  expect(resolved.kind).toBe('resolved');
  expect(JSON.stringify(resolved)).not.toMatch(new RegExp(`${head}|${tail}`));
});
