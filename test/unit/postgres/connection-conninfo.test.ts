import { describe, expect, test } from 'vitest';
import { passfileText, serviceFileText, toConninfo, withHosts } from '../../../src/postgres/connection/conninfo.ts';
import { Secret } from '../../../src/secret.ts';
import { addressOf, fromConninfo, fromUrl, parametersOn, problemsOn } from './connection-resolving.ts';

const plain = { hosts: ['h 5432'], user: 'runner', password: undefined, database: 'runner' };

describe('a connection string', () => {
  test.each([
    ['host=h', {}],
    ['  host = h  ', {}],
    ["host='h'", {}],
    ["host='h'dbname=db", { database: 'db' }],
    ['host=h\tdbname=db\nuser=u', { database: 'db', user: 'u' }],
    ["host=h dbname='a b'", { database: 'a b' }],
    ["host=h dbname='it\\'s'", { database: "it's" }],
    ["host=h dbname='a\\\\b'", { database: 'a\\b' }],
    ['host=h dbname=a\\ b', { database: 'a b' }],
    ["host=h dbname=a\\'b", { database: "a'b" }],
    ["host=h dbname=''", {}],
    ["host=h dbname='host=x dbname=y'", { database: 'host=x dbname=y' }],
    ['host=h password=a=b', { password: 'a=b' }],
    ['host=h1,h2 port=1,2', { hosts: ['h1 1', 'h2 2'] }],
    ['host=h1,h2 port=1', { hosts: ['h1 1', 'h2 1'] }],
    ['hostaddr=127.0.0.1', { hosts: ['127.0.0.1 5432'] }],
  ])('%j', (conninfo, expected) => {
    expect(addressOf(fromConninfo(conninfo))).toEqual({ ...plain, ...expected });
  });

  test.each([
    ['PGR110', '', /is empty/],
    ['PGR110', ' \n', /is empty/],
    ['PGR101', 'postgres://h/db', /is a URL/],
    ['PGR101', 'host=h password=one two', /character 21/],
    ['PGR101', 'host=h =x', /character 8/],
    ['PGR101', "host=h password='one", /no closing quote/],
    ['PGR101', "host=h password='one\\'", /no closing quote/],
    ['PGR104', 'host=h foo=bar', /character 8/],
    ['PGR105', 'host=h host=other', /host is given more than once/],
    ['PGR106', 'host=h password=one password=two', /two different/],
  ])('%s %j', (code, conninfo, words) => {
    const problems = problemsOn({}, { conninfo: new Secret(conninfo) });
    expect(problems.map(problem => problem.code)).toEqual([code]);
    expect(problems[0]?.message).toMatch(words);
  });
});

describe('for the tools', () => {
  test('every value is quoted and no secret is in it', () => {
    const parameters = fromUrl(
      "postgres://u'x:secret@h1:1,h2:2/d%5Cb?sslmode=require&options=-c%20a%3D'b'&keepalives=0",
    );
    expect(toConninfo(parameters)).toBe(
      "host='h1,h2' port='1,2' user='u\\'x' dbname='d\\\\b' sslmode='require' connect_timeout='10' options='-c a=\\'b\\'' keepalives='0'",
    );
  });

  test('another way to the server changes nothing else', () => {
    const parameters = fromUrl("postgres://u'x:secret@h1:1,h2:2/d%5Cb?sslmode=require&options=-c%20a%3D'b'");
    const hosts = [{ host: 'h1', address: '127.0.0.1', port: 7 }] as const;
    expect(withHosts(toConninfo(parameters), hosts)).toBe(toConninfo({ ...parameters, hosts }));
    const socket = [{ host: "/a folder's", address: undefined, port: 7 }] as const;
    expect(withHosts(toConninfo({ ...parameters, hosts }), socket)).toBe(toConninfo({ ...parameters, hosts: socket }));
  });

  test('what is read back is what was written', () => {
    const files = { '/c/root.crt': '', '/c/me.crt': '', '/c/me.key': '', '/c/gone.crl': '' };
    const parts = {
      host: 'db.example.com,/socket',
      hostaddr: '192.0.2.1,',
      port: '1,2',
      user: "it's",
      dbname: ' a\\b ',
      sslmode: 'verify-ca',
      sslrootcert: '/c/root.crt',
      sslcert: '/c/me.crt',
      sslkey: '/c/me.key',
      sslcrl: '/c/gone.crl',
      ssl_min_protocol_version: 'TLSv1.2',
      ssl_max_protocol_version: 'TLSv1.3',
      sslnegotiation: 'direct',
      channel_binding: 'require',
      target_session_attrs: 'read-write',
      connect_timeout: '7',
      options: '-c x=y',
      krbsrvname: 'postgres',
      require_auth: '!md5,!password',
    };
    const parameters = parametersOn({ files }, { parts });
    const again = parametersOn({ files }, { conninfo: new Secret(toConninfo(parameters)) });
    expect(again).toEqual(parameters);
  });

  test('another database goes in as a name, whatever it looks like', () => {
    const parameters = fromUrl('postgres://h/db');
    for (const database of ['host=x', 'postgres://x', "o'clock", '-d', '\\', '', ' ']) {
      const conninfo = toConninfo(parameters, { database });
      expect(conninfo).toContain(` dbname='${database.replace(/['\\]/g, '\\$&')}' `);
    }
  });

  test.each([
    ['secret', '*:*:*:*:secret\n'],
    ['a:b\\c', '*:*:*:*:a\\:b\\\\c\n'],
    ['# *', '*:*:*:*:# *\n'],
  ])('the password %j is the line %j', (password, line) => {
    expect(passfileText(parametersOn({}, { parts: { host: 'h' }, password: new Secret(password) }))).toBe(line);
  });

  test('without a password there is no password file', () => {
    expect(passfileText(fromUrl('postgres://h'))).toBeUndefined();
  });

  test('the password of a key goes through a service file that the connection names', () => {
    const parameters = parametersOn({}, { parts: { host: 'h', sslpassword: 'secret' } });
    const section = /^\[(.+)\]\nsslpassword=secret\n$/.exec(serviceFileText(parameters) ?? '')?.[1];
    expect(section).toBeDefined();
    expect(toConninfo(parameters)).toContain(`service='${section}'`);
    expect(toConninfo(parameters)).not.toContain('secret');
    expect(serviceFileText(fromUrl('postgres://h'))).toBeUndefined();
    expect(toConninfo(fromUrl('postgres://h'))).not.toContain('service');
  });
});
