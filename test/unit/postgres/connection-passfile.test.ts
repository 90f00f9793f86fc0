import { describe, expect, test } from 'vitest';
import { resolveConnection } from '../../../src/postgres/connection/resolve.ts';
import { Secret } from '../../../src/secret.ts';
import { home, type Machine, parametersOn, problemsOn, workspace } from './connection-resolving.ts';

const usual = `${home}/.pgpass`;
const parts = { host: 'db', port: '5433', user: 'me', dbname: 'app' };
const passwordOn = (machine: Machine, more: Readonly<Record<string, string>> = {}) =>
  parametersOn(machine, { parts: { ...parts, ...more } }).password?.reveal();

describe('the password file', () => {
  test.each([
    ['db:5433:app:me:secret', 'secret'],
    ['*:*:*:*:secret', 'secret'],
    ['# db:5433:app:me:no\n\ndb:5433:app:me:first\ndb:5433:app:me:second', 'first'],
    ['other:*:*:*:no\r\ndb:*:*:me:secret\r\n', 'secret'],
    ['db:5433:app:me:with:colons: and blanks ', 'with:colons: and blanks '],
    ['db:5433:app:me:a\\:b\\\\c\\d', 'a:b\\cd'],
    ['db:5432:app:me:no', undefined],
    ['db:5433:other:me:no', undefined],
    ['db:5433:app:other:no', undefined],
    ['db*:5433:app:me:no', undefined],
    ['\\*:5433:app:me:no', undefined],
    ['db:5433:app:me', undefined],
    ['db:5433:app:me:', undefined],
    ['', undefined],
  ])('%j gives %j', (text, expected) => {
    expect(passwordOn({ files: { [usual]: text } })).toBe(expected);
  });

  test.each([
    [{ user: 'm:e\\x' }, '*:*:*:m\\:e\\\\x:secret'],
    [{ dbname: 'ä p"p' }, '*:*:ä p"p:*:secret'],
    [{ host: '/var/run/postgresql' }, 'localhost:*:*:*:secret'],
    [{ host: '/my/sockets' }, '/my/sockets:*:*:*:secret'],
    [{ host: '::1' }, '\\:\\:1:*:*:*:secret'],
    [{ host: 'db,other', port: '5433' }, 'other:*:*:*:secret'],
  ])('%j is found', (more, text) => {
    expect(passwordOn({ files: { [usual]: text } }, more)).toBe('secret');
  });

  test('is the one that the connection names, before PGPASSFILE, before the one at home', () => {
    const files = {
      [usual]: '*:*:*:*:home',
      '/etc/pass': '*:*:*:*:environment',
      [`${workspace}/own`]: '*:*:*:*:named',
    };
    expect(passwordOn({ files })).toBe('home');
    expect(passwordOn({ files, environment: { PGPASSFILE: '/etc/pass' } })).toBe('environment');
    expect(passwordOn({ files, environment: { PGPASSFILE: '/missing' } })).toBe(undefined);
    expect(passwordOn({ files, environment: { PGPASSFILE: '/etc/pass' } }, { passfile: 'own' })).toBe('named');
  });

  test('is not asked where a password is given, or a command for it', () => {
    const machine = { files: { [usual]: '*:*:*:*:no' } };
    expect(parametersOn(machine, { parts, password: new Secret('given') }).password?.reveal()).toBe('given');
    const { password, passwordCommand } = parametersOn(machine, { parts, passwordCommand: ['token', '-x'] });
    expect({ password, passwordCommand }).toEqual({ password: undefined, passwordCommand: ['token', '-x'] });
  });

  test('is refused where it is missing, ambiguous, or a password is given twice', () => {
    const files = { [usual]: 'one:*:*:*:first\ntwo:*:*:*:second' };
    expect(problemsOn({ files }, { parts: { ...parts, host: 'one,two' } })).toMatchObject([{ code: 'PGR106' }]);
    expect(problemsOn({}, { parts: { ...parts, passfile: 'gone' } })).toMatchObject([{ code: 'PGR115' }]);
    expect(problemsOn({}, { parts, password: new Secret('x'), passwordCommand: ['y'] })).toMatchObject([
      { code: 'PGR105' },
    ]);
  });

  test('that others may read is refused where it would be used', () => {
    const resolved = (text: string) =>
      resolveConnection(
        'staging',
        { parts, allowInsecure: false },
        {
          readFile: path => (path === usual ? text : undefined),
          isPrivate: () => false,
          homeDirectory: home,
          environment: {},
          userName: 'me',
          workspace,
        },
      );
    expect(resolved('*:*:*:*:open')).toMatchObject({ kind: 'refused', problems: [{ code: 'PGR115' }] });
    expect(resolved('other:*:*:*:open')).toMatchObject({ kind: 'resolved' });
  });
});
