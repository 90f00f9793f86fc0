import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { addressOf, fromUrl, problemsOn } from './connection-resolving.ts';

interface Address {
  readonly hosts: readonly string[];
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
}

const plain: Address = { hosts: ['h 5432'], user: 'runner', password: undefined, database: 'runner' };

describe('a connection URL', () => {
  test.each<readonly [string, Partial<Address>]>([
    ['postgresql://h', {}],
    ['postgres://h', {}],
    ['postgres://h/', {}],
    ['postgres://h/db', { database: 'db' }],
    ['postgres://h:5433/db', { hosts: ['h 5433'], database: 'db' }],
    ['postgres://h:/db', { database: 'db' }],
    ['postgres://h?', {}],
    ['postgres://h/db?', { database: 'db' }],
    ['postgres://u@h', { user: 'u', database: 'u' }],
    ['postgres://u:p@h/db', { user: 'u', password: 'p', database: 'db' }],
    ['postgres://@h', {}],
    ['postgres://:p@h', { password: 'p' }],
    ['postgres://u:p:q@h', { user: 'u', password: 'p:q', database: 'u' }],
    ['postgres://u:p#q@h', { user: 'u', password: 'p#q', database: 'u' }],
    ['postgres://u:a+b@h', { user: 'u', password: 'a+b', database: 'u' }],
    ['postgres://u%40x:p%3A%2F%3f%25%40@h/d%2Fb%20c', { user: 'u@x', password: 'p:/?%@', database: 'd/b c' }],
    ['postgres://u:%F0%9F%98%80@h', { user: 'u', password: '😀', database: 'u' }],
    ['postgres://h1:1,h2:2/db', { hosts: ['h1 1', 'h2 2'], database: 'db' }],
    ['postgres://h1,h2:2/db', { hosts: ['h1 5432', 'h2 2'], database: 'db' }],
    ['postgres://h1,h2', { hosts: ['h1 5432', 'h2 5432'] }],
    ['postgres://[::1]/db', { hosts: ['::1 5432'], database: 'db' }],
    [
      'postgres://u:p@[2001:db8::1]:5433,[::1]:5434',
      { hosts: ['2001:db8::1 5433', '::1 5434'], user: 'u', password: 'p', database: 'u' },
    ],
    ['postgres://[fe80::1%25eth0]:5433', { hosts: ['fe80::1%eth0 5433'] }],
    ['postgres://%2Fvar%2Frun%2Fpostgresql:5433/db', { hosts: ['/var/run/postgresql 5433'], database: 'db' }],
    ['postgres:///db?host=/tmp&port=5433', { hosts: ['/tmp 5433'], database: 'db' }],
    ['postgres:///?host=h&user=u&password=p%26q&dbname=db', { user: 'u', password: 'p&q', database: 'db' }],
    ['postgres://h?dbname=host%3Delsewhere', { database: 'host=elsewhere' }],
    ['postgres://h/postgres%3A%2F%2Felsewhere', { database: 'postgres://elsewhere' }],
  ])('%s', (url, expected) => {
    expect(addressOf(fromUrl(url))).toEqual({ ...plain, ...expected });
  });

  test('takes every parameter of libpq behind the question mark', () => {
    const parameters = fromUrl(
      'postgres://h/db?sslmode=require&connect_timeout=3&options=-c%20work_mem%3D1MB&keepalives_idle=7&channel_binding=disable&target_session_attrs=primary&application_name=',
    );
    expect(parameters).toMatchObject({
      tls: { mode: 'require' },
      connectTimeout: 3,
      options: '-c work_mem=1MB',
      channelBinding: 'disable',
      targetSessionAttributes: 'primary',
      others: { keepalives_idle: '7' },
    });
  });

  test('takes ssl=true for sslmode=require, as libpq does for users of JDBC', () => {
    expect(fromUrl('postgres://h/db?ssl=true').tls.mode).toBe('require');
  });

  const faults: readonly (readonly [code: string, url: string, words: RegExp])[] = [
    ['PGR110', '', /is empty/],
    ['PGR110', 'postgres://u:@h/db', /empty password/],
    ['PGR103', 'postgresql+psycopg://u:p@h/db', /scheme "postgresql\+psycopg"/],
    ['PGR103', 'jdbc:postgresql://h/db?user=u&password=p', /scheme "jdbc:postgresql"/],
    ['PGR103', 'mysql://h/db', /scheme "mysql"/],
    ['PGR103', 'postgres:/x', /does not begin/],
    ['PGR103', 'postgres:x', /does not begin/],
    ['PGR103', 'POSTGRES://h', /does not begin/],
    ['PGR103', '//h/db', /does not begin/],
    ['PGR103', 'secret:word@h/db', /does not begin/],
    ['PGR103', 'host=h dbname=db', /does not begin/],
    ['PGR101', 'postgres://u:sec@ret@h/db', /character 17 .*"@"/],
    ['PGR101', 'postgres://u:sec/ret@h/db', /character 21 .*behind the host/],
    ['PGR101', 'postgres://u:5432/ret@h/db', /behind the host/],
    ['PGR101', 'postgres://u:sec?ret@h/db', /behind the host/],
    ['PGR101', 'postgres://h/db?application_name=a@b', /behind the host/],
    ['PGR101', 'postgres://h/db/more', /character 16 .*second "\/"/],
    ['PGR101', 'postgres://h/db?x', /character 17 .*no value/],
    ['PGR101', 'postgres://h/db?options=a=b', /character 26 .*second "="/],
    ['PGR101', 'postgres://u:sec ret@h/db', /character 17 .*white space/],
    ['PGR101', 'postgres://u:secret@h/db\n', /character 25 .*white space/],
    ['PGR101', 'postgres://::1/db', /host at character 12/],
    ['PGR101', 'postgres://u:p@a:b:c/db', /host at character 16/],
    ['PGR101', 'postgres://[::1/db', /host at character 12/],
    ['PGR101', 'postgres://[::1]x/db', /host at character 12/],
    ['PGR101', 'postgres://[h]/db', /brackets at character 12/],
    ['PGR101', 'postgres://a%2Cb/db', /comma/],
    ['PGR102', 'postgres://u:sec%ZZret@h/db', /character 17/],
    ['PGR102', 'postgres://u:secret%@h/db', /character 20/],
    ['PGR102', 'postgres://u:%FF@h/db', /character 14/],
    ['PGR102', 'postgres://h%GG/db', /character 13/],
    ['PGR102', 'postgres://h/%GG', /character 14/],
    ['PGR102', 'postgres://h/?%GG=x', /character 15/],
    ['PGR102', 'postgres://h/?user=%GG', /character 20/],
    ['PGR104', 'postgres://h/db?foo=bar', /character 21/],
    ['PGR104', 'postgres://h/db?requirepeer=x', /requirepeer/],
    ['PGR105', 'postgres://h/db?host=other', /host is given more than once/],
    ['PGR105', 'postgres://h/db?sslmode=require&sslmode=prefer', /sslmode is given more than once/],
    ['PGR106', 'postgres://u:one@h/db?password=two', /two different passwords/],
    ['PGR107', 'postgres://h:0/db', /1 to 65535/],
    ['PGR107', 'postgres://h:70000/db', /1 to 65535/],
    ['PGR107', 'postgres://h:54e2/db', /1 to 65535/],
    ['PGR107', 'postgres://h:+5432/db', /1 to 65535/],
    ['PGR107', 'postgres://u:secret/db', /1 to 65535/],
    ['PGR107', 'postgres://h1,h2/db?port=1,2,3', /3 ports/],
    ['PGR108', 'postgres://h/d%0Ab', /database name/],
    ['PGR108', 'postgres://h/d%00b', /database name/],
    ['PGR108', 'postgres://u%0D@h/db', /user name/],
    ['PGR109', 'postgres://u:p%0A@h/db', /line break/],
    ['PGR109', 'postgres://u:p%00q@h/db', /NUL/],
    ['PGR111', 'postgres://h/db?sslmode=bogus', /sslmode/],
    ['PGR111', 'postgres://h/db?ssl=1', /"ssl"/],
    ['PGR111', 'postgres://h/db?connect_timeout=0', /connect_timeout/],
    ['PGR111', 'postgres://h/db?connect_timeout=soon', /connect_timeout/],
    ['PGR111', 'postgres://h/db?hostaddr=name', /hostaddr/],
    ['PGR111', 'postgres://h1,h2/db?hostaddr=127.0.0.1', /2 hosts/],
    ['PGR127', 'postgres:///db', /no host/],
    ['PGR127', 'postgres://h,/db', /one of the hosts is empty/],
  ];
  test.each(faults)('%s %j', (code, url, words) => {
    const problems = problemsOn({}, { url: new Secret(url) });
    expect(problems.map(problem => problem.code)).toEqual([code]);
    expect(problems[0]?.message).toMatch(words);
    expect(problems[0]?.message).toMatch(/^connection "staging": /);
  });

  test('says everything that is wrong at once', () => {
    const problems = problemsOn({}, { url: new Secret('postgres://u%0A:p%0A@h:0/d%0A?foo=1&sslmode=x') });
    expect(problems.map(({ code }) => code).sort()).toEqual([
      'PGR104',
      'PGR107',
      'PGR108',
      'PGR108',
      'PGR109',
      'PGR111',
    ]);
  });

  test.each([
    ['sslmod', 'sslmode'],
    ['SSLMODE', 'sslmode'],
    ['usr', 'user'],
    ['database', 'dbname'],
    ['conect_timeout', 'connect_timeout'],
  ])('the unknown parameter %s suggests %s', (name, suggestion) => {
    const [problem] = problemsOn({}, { url: new Secret(`postgres://h/db?${name}=1`) });
    expect(problem).toMatchObject({ code: 'PGR104', remedy: `did you mean "${suggestion}"?` });
  });

  test('parameters of other drivers are known for what they are', () => {
    const [problem] = problemsOn({}, { url: new Secret('postgres://h/db?pgbouncer=true') });
    expect(problem?.remedy).toContain('another driver');
  });
});
