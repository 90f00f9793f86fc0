import { describe, expect, test } from 'vitest';
import type { DeclaredConnection } from '../../../src/postgres/connection/declared.ts';
import { Secret } from '../../../src/secret.ts';
import { addressOf, home, type Machine, parametersOn, problemsOn, workspace } from './connection-resolving.ts';

const url = new Secret('postgres://u:secret@h/db');

describe('a declaration', () => {
  test('in parts', () => {
    const parts = { host: 'h', port: '1', user: 'u', dbname: 'db' };
    const parameters = parametersOn({}, { parts, password: new Secret('p') });
    expect(addressOf(parameters)).toEqual({ hosts: ['h 1'], user: 'u', password: 'p', database: 'db' });
  });

  test('empty parts count as not given', () => {
    const parts = { host: 'h', port: '', user: '', dbname: '', sslmode: '', sslrootcert: '' };
    expect(addressOf(parametersOn({}, { parts }))).toMatchObject({
      hosts: ['h 5432'],
      user: 'runner',
      database: 'runner',
    });
  });

  test('a URL goes with settings and with its password given again', () => {
    const parameters = parametersOn(
      {},
      { url, password: new Secret('secret'), parts: { sslmode: 'require', connect_timeout: '3', port: '' } },
    );
    expect(parameters).toMatchObject({ tls: { mode: 'require' }, connectTimeout: 3 });
  });

  test.each<readonly [string, Partial<DeclaredConnection>, Machine, readonly string[]]>([
    ['a URL and a host', { url, parts: { host: 'h' } }, {}, ['PGR105']],
    ['a URL and a database', { url, parts: { dbname: 'db' } }, {}, ['PGR105']],
    ['a connection string and a port', { conninfo: new Secret('host=h'), parts: { port: '1' } }, {}, ['PGR105']],
    ['a URL and a connection string', { url, conninfo: new Secret('host=h user=u dbname=db') }, {}, ['PGR105']],
    ['two passwords', { url, password: new Secret('other') }, {}, ['PGR106']],
    ['two modes', { url: new Secret('postgres://h?sslmode=require'), parts: { sslmode: 'prefer' } }, {}, ['PGR105']],
    ['an empty password', { password: new Secret(''), parts: { host: 'h' } }, {}, ['PGR110']],
    ['no host', { parts: {} }, {}, ['PGR127']],
    ['no user', { parts: { host: 'h' } }, { userName: '' }, ['PGR127']],
    ['an unknown part', { parts: { host: 'h', sslmod: 'x' } }, {}, ['PGR104']],
    ['a name that every object has', { parts: { host: 'h', constructor: 'x' } }, {}, ['PGR104']],
    ['a part that is refused', { parts: { host: 'h', requirepeer: 'x' } }, {}, ['PGR104']],
    ['a key password that no service file can hold', { parts: { host: 'h', sslpassword: 'x ' } }, {}, ['PGR109']],
  ])('%s', (_, declared, machine, codes) => {
    expect(problemsOn(machine, declared).map(({ code }) => code)).toEqual(codes);
  });

  test('an unknown part is named and a likely one offered', () => {
    const [problem] = problemsOn({}, { parts: { host: 'h', sslrootcrt: 'x' } });
    expect(problem?.message).toContain('"sslrootcrt"');
    expect(problem?.remedy).toContain('"sslrootcert"');
  });
});

describe('a service', () => {
  const text = `# a comment
  [first]
host=h1
port=1
host=ignored

[second]
  host=h2
user=service user
password=p=1
sslmode=require
hostaddr=10.0.0.2
[empty]
`;
  const personal = `${home}/.pg_service.conf`;

  test('of the home folder', () => {
    const parameters = parametersOn({ files: { [personal]: text } }, { service: 'first' });
    expect(addressOf(parameters)).toMatchObject({ hosts: ['h1 1'] });
  });

  test('ends with the next section', () => {
    const parameters = parametersOn({ files: { [personal]: text } }, { service: 'second' });
    expect(addressOf(parameters)).toEqual({
      hosts: ['h2 5432'],
      user: 'service user',
      password: 'p=1',
      database: 'service user',
    });
    expect(parameters.tls.mode).toBe('require');
  });

  test.each<readonly [string, Machine, Partial<DeclaredConnection>]>([
    [
      'PGSERVICEFILE',
      { files: { '/s': '[x]\nhost=right', [personal]: '[x]\nhost=wrong' }, environment: { PGSERVICEFILE: '/s' } },
      {},
    ],
    [
      'PGSYSCONFDIR',
      {
        files: { '/etc/pg/pg_service.conf': '[x]\nhost=right', [personal]: '[y]' },
        environment: { PGSYSCONFDIR: '/etc/pg' },
      },
      {},
    ],
    [
      'the named file alone',
      { files: { [`${workspace}/s`]: '[x]\nhost=right', [personal]: '[x]\nhost=wrong' } },
      { serviceFile: 's' },
    ],
    [
      'the URL',
      { files: { '/s': '[x]\nhost=right' } },
      { service: undefined as never, url: new Secret('postgres://?service=x&servicefile=/s') },
    ],
  ])('is found through %s', (_, machine, declared) => {
    const { service, ...rest } = { service: 'x', ...declared };
    const parameters = parametersOn(machine, service === undefined ? rest : { service, ...rest });
    expect(parameters.hosts[0].host).toBe('right');
  });

  test('gives way to what is declared', () => {
    const declared = {
      service: 'second',
      password: new Secret('mine'),
      parts: { user: 'me', sslmode: 'prefer', port: '7' },
    };
    const parameters = parametersOn({ files: { [personal]: text } }, declared);
    expect(addressOf(parameters)).toEqual({ hosts: ['h2 7'], user: 'me', password: 'mine', database: 'me' });
  });

  test('does not send another host to its own address', () => {
    const parameters = parametersOn({ files: { [personal]: text } }, { service: 'second', parts: { host: 'mine' } });
    expect(parameters.hosts).toEqual([{ host: 'mine', address: undefined, port: 5432 }]);
  });

  test.each<readonly [string, Machine, string, RegExp]>([
    ['no file', {}, 'PGR114', /no service file/],
    ['no such section', { files: { [personal]: text } }, 'PGR114', /not in \/home/],
    ['a line without a name', { files: { [personal]: '[x]\nsecret' } }, 'PGR114', /line 2/],
    ['an LDAP address', { files: { [personal]: '[x]\nldap://h/x' } }, 'PGR114', /line 2/],
    ['a service in a service', { files: { [personal]: '[x]\nservice=y' } }, 'PGR114', /another service/],
    ['an unknown parameter', { files: { [personal]: '[x]\nhost=h\nhost =h' } }, 'PGR104', /"host "/],
  ])('%s', (_, machine, code, words) => {
    const problems = problemsOn(machine, { service: 'x' });
    expect(problems.map(problem => problem.code)).toEqual([code]);
    expect(problems[0]?.message).toMatch(words);
    expect(problems[0]?.message).not.toContain('secret');
  });
});
