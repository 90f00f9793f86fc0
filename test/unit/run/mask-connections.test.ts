import { describe, expect, test } from 'vitest';
import type { Config, ConfiguredConnection } from '../../../src/config/config.ts';
import type { ConnectionParameters } from '../../../src/postgres/connection-parameters.ts';
import { maskConnections } from '../../../src/run/mask-connections.ts';
import { Secret } from '../../../src/secret.ts';
import { contextOf, parameters } from '../plan/contexts.ts';

interface Connection {
  readonly declared?: Partial<ConfiguredConnection>;
  readonly password?: string;
  readonly keyPassword?: string;
}

/** What is hidden of connections that are called 0, 1, … */
function masked(...connections: readonly Connection[]): readonly string[] {
  const hidden: string[] = [];
  const { config } = contextOf({ steps: [] });
  const declared = connections.map((one, index) => [
    String(index),
    {
      parts: {},
      allowInsecure: false,
      protected: false,
      throwaway: undefined,
      ...one.declared,
    } satisfies ConfiguredConnection,
  ]);
  const resolved = connections.map((one, index) => [String(index), resolvedOf(one)]);
  maskConnections(
    { mask: value => hidden.push(value) },
    { ...config, connections: Object.fromEntries(declared) as Config['connections'] },
    Object.fromEntries(resolved) as Record<string, ConnectionParameters>,
  );
  return hidden;
}

function resolvedOf({ password, keyPassword }: Connection): ConnectionParameters {
  const secretOf = (text: string | undefined) => (text === undefined ? undefined : new Secret(text));
  return parameters({
    user: 'ann',
    database: 'shop',
    password: secretOf(password),
    tls: { ...parameters().tls, keyPassword: secretOf(keyPassword) },
  });
}

const url = new Secret('postgres://ann:correct%20horse@db/shop');
const conninfo = new Secret("host=db password='correct horse'");

describe('what is hidden', () => {
  test.each<readonly [string, Connection, readonly string[]]>([
    ['a password', { password: 'correct horse' }, ['correct horse']],
    ['the URL that it stands in', { password: 'correct horse', declared: { url } }, ['correct horse', url.reveal()]],
    [
      'the text that it stands in',
      { password: 'correct horse', declared: { conninfo } },
      ['correct horse', conninfo.reveal()],
    ],
    ['the password of a key', { keyPassword: 'battery staple' }, ['battery staple']],
    ['both', { keyPassword: 'battery staple', password: 'correct horse' }, ['battery staple', 'correct horse']],
    [
      'the password of a key beside one that is no secret',
      { keyPassword: 'battery staple', password: 'postgres' },
      ['battery staple'],
    ],
  ])('%s', (_, connection, expected) => {
    expect(masked(connection)).toEqual(expected);
  });

  test('of every connection', () => {
    expect(masked({ password: 'one horse' }, { password: 'ann' }, {}, { password: 'two horses' })).toEqual([
      'one horse',
      'two horses',
    ]);
  });
});

describe('what is no secret is left alone', () => {
  const plain = new Secret('postgres://ann:x@db/shop');

  test.each<readonly [string, Connection]>([
    ['no password', { declared: { url: plain } }],
    ['the password of service containers', { password: 'postgres', declared: { url: plain } }],
    ['the name of the user', { password: 'ann', declared: { url: plain } }],
    ['the name of the database', { password: 'shop', declared: { conninfo: plain } }],
  ])('%s', (_, connection) => {
    expect(masked(connection)).toEqual([]);
  });
});
