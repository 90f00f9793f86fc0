import { expect, test } from 'vitest';
import { connectionParts, refusedParts } from '../../../src/config/declaration/connection-keys.ts';
import { findKeyword } from '../../../src/postgres/connection/keywords.ts';
import { brief, parse, problemsOf, withConnection } from './declarations.ts';

test('every key becomes the parameter of libpq that it stands for', () => {
  const config = parse(
    withConnection(
      'host: [a, b]',
      'port: [5432, 5433]',
      'user: me',
      'database: shop',
      'password: ${PASSWORD}',
      'sslmode: verify-full',
      'sslrootcert: ca.crt',
      'sslpassword: ${KEY}',
      'channel-binding: require',
      'ssl_min_protocol_version: TLSv1.2',
      'connect-timeout: 5',
      'keepalives: false',
      'keepalives-idle: 30',
      'options: -c work_mem=64MB',
      'service: shop',
      'service-file: pg_service.conf',
      'allow-insecure: true',
    ),
    { PASSWORD: 'correct horse', KEY: 'battery staple' },
  );
  const { password, ...others } = config.connections['db'] ?? {};
  expect(password?.reveal()).toBe('correct horse');
  expect(others).toEqual({
    parts: {
      host: 'a,b',
      port: '5432,5433',
      user: 'me',
      dbname: 'shop',
      sslmode: 'verify-full',
      sslrootcert: 'ca.crt',
      sslpassword: 'battery staple',
      channel_binding: 'require',
      ssl_min_protocol_version: 'TLSv1.2',
      connect_timeout: '5',
      keepalives: '0',
      keepalives_idle: '30',
      options: '-c work_mem=64MB',
    },
    service: 'shop',
    serviceFile: 'pg_service.conf',
    allowInsecure: true,
    protected: false,
  });
});

test.each(Object.keys(connectionParts))('the parameter behind %s is one that connections support', key => {
  expect(findKeyword(key.replaceAll('-', '_'))?.role).toMatch(/^(?:setting|tool)$/);
});

test.each(refusedParts)('%s is refused with a reason', keyword => {
  const found = findKeyword(keyword);
  const [problem] = problemsOf(() => parse(withConnection('host: localhost', `${keyword}: "1"`)));
  expect(problem).toMatchObject({ code: 'PGR122', remedy: found?.role === 'unsupported' ? found.remedy : '' });
});

test.each([
  ['url: postgres://localhost/a', { connect_timeout: '7' }],
  ['{ host: localhost, connect-timeout: 3 }', { host: 'localhost', connect_timeout: '3' }],
  ['url: postgres://localhost/a?connect_timeout=3', {}],
  ['conninfo: host=localhost connect_timeout=3', {}],
  ['service: shop', {}],
])('the limit for connecting holds where a connection has none of its own: %s', (line, parts) => {
  const config = parse(`${withConnection(line)}timeouts: { connect: 7s }\n`);
  expect(config.connections['db']?.parts).toEqual(parts);
});

const secret = 'correct%20horse';

/** Lines of a connection, and the problem; none where a password may stand in the file. */
const typed: readonly (readonly [readonly string[], string | undefined])[] = [
  [
    [`url: postgres://me:${secret}@db.example.com/a`],
    'PGR125 4:10 connections.db.url: a password is written in the file',
  ],
  [
    [`url: postgres://db.example.com/a?password=${secret}`],
    'PGR125 4:10 connections.db.url: a password is written in the file',
  ],
  [[`url: postgres://me:${secret}@10.0.0.1/a`], 'PGR125 4:10 connections.db.url: a password is written in the file'],
  [
    [`url: postgres://me:${secret}@localhost,db.example.com/a`],
    'PGR125 4:10 connections.db.url: a password is written in the file',
  ],
  [
    [`url: postgres://me:${secret}@localhost/a?hostaddr=192.0.2.1`],
    'PGR125 4:10 connections.db.url: a password is written in the file',
  ],
  [[`url: postgres://me:${secret}@2130706433/a`], 'PGR125 4:10 connections.db.url: a password is written in the file'],
  [
    [`url: postgres://\${USER}:${secret}@\${HOST}/a`],
    'PGR125 4:10 connections.db.url: a password is written in the file',
  ],
  [
    [`url: postgres://me:\${UNSET:-${secret}}@db.example.com/a`],
    'PGR125 4:10 connections.db.url: a password is written in the file',
  ],
  [
    ['conninfo: host=db.example.com password=horse'],
    'PGR125 4:15 connections.db.conninfo: a password is written in the file',
  ],
  [
    ['host: db.example.com', 'password: correct horse'],
    'PGR125 5:15 connections.db.password: a password is written in the file',
  ],
  [
    ['service: shop', 'password: correct horse'],
    'PGR125 5:15 connections.db.password: a password is written in the file',
  ],
  [
    ['host: db.example.com', 'sslpassword: correct horse'],
    'PGR125 5:18 connections.db.sslpassword: a password is written in the file',
  ],
  [
    ['host: db.example.com', 'password: ${UNSET:-correct horse}'],
    'PGR125 5:15 connections.db.password: a password is written in the file',
  ],
  [[`url: postgres://me:${secret}@localhost/a`], undefined],
  [[`url: postgres://me:${secret}@127.0.0.1,[::1]/a`], undefined],
  [[`url: postgres://me:${secret}@%2Fvar%2Frun/a`], undefined],
  [[`url: postgres://me:${secret}@postgres/a`], undefined],
  [[`url: postgres://me:\${PASSWORD}@db.example.com/a`], undefined],
  [['url: ${URL}'], undefined],
  [['host: postgres', 'password: correct horse'], undefined],
  [['host: db.example.com', 'password: ${PASSWORD}'], undefined],
];

test.each(typed)('a password in the file: %j', (lines, expected) => {
  const environment = {
    USER: 'me',
    HOST: 'db.example.com',
    PASSWORD: 'horse',
    URL: `postgres://me:${secret}@db.example.com/a`,
  };
  const problems = problemsOf(() => parse(withConnection(...lines), environment));
  expect(problems.map(brief)).toEqual(expected === undefined ? [] : [expected]);
  expect(JSON.stringify(problems)).not.toContain('horse');
});

test.each([
  ['url: postgres://me@db.example.com/${NAME}', { NAME: 'a?sslmode=disable' }, 'url'],
  ['conninfo: host=db.example.com dbname=${NAME}', { NAME: 'a sslmode=disable' }, 'conninfo'],
])('a variable cannot add parameters: %s', (line, environment, key) => {
  expect(problemsOf(() => parse(withConnection(line), environment))).toMatchObject([
    { code: 'PGR101', message: `connections.db.${key}: a variable in it adds parameters of its own` },
  ]);
});

test.each([
  ['url: postgres://me@${PLACE}/a', { PLACE: 'db.example.com:5433' }],
  ['url: postgres://${WHO}@db.example.com/a', { WHO: 'me:horse' }],
  ['conninfo: "${ALL}"', { ALL: 'host=db.example.com dbname=a sslmode=require' }],
  ["conninfo: host=db.example.com password='${PASSWORD}'", { PASSWORD: 'correct horse' }],
])('a variable may hold what belongs together: %s', (line, environment) => {
  expect(problemsOf(() => parse(withConnection(line), environment))).toEqual([]);
});

test.each([
  [
    '{ host: db.example.com, password: "a\\nb" }',
    'PGR109 4:39 connections.db.password: the value contains a control character',
  ],
  [
    '{ host: db.example.com, password: 12345 }',
    'PGR123 4:39 connections.db.password: expected text in one line, found no text',
  ],
  ['url: [a]', 'PGR123 4:10 connections.db.url: expected text in one line, found a list'],
  [
    'url: postgres://me:hor@se@db.example.com/a',
    'PGR101 4:10 connections.db: character 18 of the connection URL is an "@" that is not the last one',
  ],
  [
    'url: "postgres://me:@db.example.com/a"',
    'PGR110 4:10 connections.db: the connection URL has a ":" for a password and an empty password after it',
  ],
  ['url: postgres:///a', 'PGR127 4:10 connections.db: no host is given'],
])('a message about a secret says nothing of it: %s', (line, expected) => {
  const problems = problemsOf(() => parse(withConnection(line)));
  expect(problems.map(brief)).toEqual([expected]);
  expect(JSON.stringify(problems)).not.toMatch(/12345|hor@|se@/);
});
