import { expect, test } from 'vitest';
import { brief, type Case, parse, problemsOf, withConnection, withSteps } from './declarations.ts';

const cases: readonly Case[] = [
  [
    'another version',
    'version: 2\nconnections: { a: { host: a } }\nsteps: [{ sql: { on: a, run: x } }]\n',
    ['PGR123 1:10 version: expected 1, the only version of this format that this release knows, found the number 2'],
  ],
  [
    'a key of another program',
    withConnection('host: localhost', 'dbname: shop'),
    ['PGR122 5:5 connections.db: the key "dbname" is unknown'],
  ],
  [
    'a number for text',
    withSteps('  - sql: { on: target, database: 2024, run: x }'),
    ['PGR108 6:34 sql.database: expected a name (text without control characters), found the number 2024'],
  ],
  [
    'a number in scientific notation',
    withConnection('host: localhost', 'port: 54e2'),
    ['PGR107 5:11 connections.db.port: expected an integer from 1 to 65535, found the number 54e2'],
  ],
  [
    'a port out of range',
    withConnection('host: localhost', 'port: 0'),
    ['PGR107 5:11 connections.db.port: expected an integer from 1 to 65535, found the number 0'],
  ],
  ['no steps', 'version: 1\nconnections: { a: { host: a } }\nsteps: []\n', ['PGR123 3:8 steps: the list is empty']],
  [
    'no connections',
    'version: 1\nconnections: {}\nsteps: [{ sql: { on: a, run: x } }]\n',
    ['PGR128 3:22 sql.on: no such connection is declared: "a"'],
  ],
  [
    'a name with a line break',
    withSteps('  - sql: { on: target, database: "a\\nb", run: x }'),
    ['PGR108 6:34 sql.database: expected a name (text without control characters), found the text "a\\nb"'],
  ],
  [
    'a connection without a server',
    withConnection('user: me'),
    ['PGR127 4:5 connections.db: none of url, conninfo, service, host, hostaddr, throwaway is given'],
  ],
  [
    'a connection given in two ways',
    withConnection('url: postgres://localhost/a', 'host: localhost'),
    ['PGR105 5:5 connections.db: url and host exclude each other'],
  ],
  [
    'a key in two spellings',
    withConnection('host: localhost', 'channel-binding: require', 'channel_binding: require'),
    ['PGR150 6:5 connections.db: "channel_binding" and another spelling of channel-binding are both given'],
  ],
  [
    'an unknown sslmode',
    withConnection('host: localhost', 'sslmode: bogus'),
    [
      'PGR111 5:14 connections.db.sslmode: expected one of disable, allow, prefer, require, verify-ca, verify-full, found the text "bogus"',
    ],
  ],
  [
    'a parameter that is not supported',
    withConnection('host: localhost', 'replication: "on"'),
    ['PGR122 5:5 connections.db: the key "replication" is unknown'],
  ],
  [
    'a URL of another scheme',
    withConnection('url: jdbc:postgresql://localhost/a'),
    ['PGR103 4:10 connections.db: the connection URL has the scheme "jdbc:postgresql"'],
  ],
  [
    'a port for no host',
    withConnection('host: [a, b]', 'port: [1, 2, 3]'),
    ['PGR107 4:5 connections.db: 3 ports are given for 2 hosts'],
  ],
  [
    'a strange name of a connection',
    'version: 1\nconnections: { "a b": { host: a } }\nsteps: [{ sql: { on: a b, run: x } }]\n',
    ['PGR123 2:16 connections: the name "a b" is not a name of letters, digits, - and _ that begins with a letter'],
  ],
];

test.each(cases)('%s', (_what, text, expected) => {
  expect(problemsOf(() => parse(text)).map(brief)).toEqual(expected);
});
