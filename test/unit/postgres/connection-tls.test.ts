import { describe, expect, test } from 'vitest';
import { isInsecure, isPublic } from '../../../src/postgres/connection/exposure.ts';
import { home, parametersOn, problemsOn, workspace } from './connection-resolving.ts';

const enclosed = [
  'localhost',
  'postgres',
  'db.localhost',
  'printer.local',
  'db.internal',
  'nas.home.arpa',
  '/var/run/postgresql',
  '@abstract',
];
const enclosedAddresses = [
  '127.0.0.1',
  '127.9.9.9',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.1.1',
  '100.64.0.1',
  '::1',
  'fd00::1',
  'fe80::1%eth0',
  '::ffff:10.0.0.1',
];
const exposed = [
  'db.example.com',
  'db.example.com.',
  'local.example.com',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '2001:db8::1',
  '::ffff:8.8.8.8',
  '134744072',
  '0x08080808',
];

describe('a way through the internet', () => {
  test.each([...enclosed, ...enclosedAddresses])('is not needed for %s', host => {
    expect(isPublic({ host, address: undefined, port: 5432 })).toBe(false);
  });

  test.each(exposed)('may be needed for %s', host => {
    expect(isPublic({ host, address: undefined, port: 5432 })).toBe(true);
  });

  test('depends on the numeric address where there is one', () => {
    expect(isPublic({ host: 'db.example.com', address: '10.0.0.1', port: 5432 })).toBe(false);
    expect(isPublic({ host: 'localhost', address: '8.8.8.8', port: 5432 })).toBe(true);
  });
});

describe('sslmode', () => {
  const files = { [`${workspace}/root.crt`]: '', '/absolute.crt': '' };

  test.each([
    ['localhost', {}, 'prefer'],
    ['postgres', { sslrootcert: 'root.crt' }, 'prefer'],
    ['db.example.com', {}, 'require'],
    ['db.example.com', { sslrootcert: 'root.crt' }, 'verify-full'],
    ['postgres,db.example.com', {}, 'require'],
    ['localhost', { sslrootcert: 'system' }, 'verify-full'],
    ['localhost', { sslnegotiation: 'direct' }, 'require'],
    ['db.example.com', { sslmode: 'verify-ca', sslrootcert: '/absolute.crt' }, 'verify-ca'],
    ['localhost', { sslmode: 'disable' }, 'disable'],
  ])('for %s with %j is %s', (host, parts, mode) => {
    const parameters = parametersOn({ files }, { parts: { host, ...parts } });
    expect(parameters.tls.mode).toBe(mode);
    expect(isInsecure(parameters)).toBe(false);
  });

  test.each(['disable', 'allow', 'prefer'])(
    '%s is refused on a public address and possible when asked for by name',
    sslmode => {
      const parts = { host: 'localhost,db.example.com', sslmode };
      const [problem, ...others] = problemsOn({}, { parts });
      expect(problem?.code).toBe('PGR113');
      expect(problem?.message).toContain('db.example.com');
      expect(others).toEqual([]);
      const allowed = parametersOn({}, { parts, allowInsecure: true });
      expect(allowed.tls.mode).toBe(sslmode);
      expect(isInsecure(allowed)).toBe(true);
    },
  );

  test('stays strong where weakness is allowed and not asked for', () => {
    expect(parametersOn({}, { parts: { host: 'db.example.com' }, allowInsecure: true }).tls.mode).toBe('require');
  });

  test.each([
    ['PGR112', { sslmode: 'verify-ca' }],
    ['PGR112', { sslmode: 'verify-full' }],
    ['PGR112', { sslrootcert: 'missing.crt' }],
    ['PGR112', { sslrootcert: 'root.crt', sslcrl: 'missing.crl' }],
    ['PGR112', { sslcert: 'root.crt' }],
    ['PGR112', { sslcert: 'root.crt', sslkey: 'missing.key' }],
    ['PGR111', { sslrootcert: 'system', sslmode: 'require' }],
    ['PGR111', { sslnegotiation: 'direct', sslmode: 'prefer' }],
    ['PGR111', { ssl_min_protocol_version: 'TLSv1.3', ssl_max_protocol_version: 'TLSv1.2' }],
    ['PGR111', { ssl_min_protocol_version: 'SSLv3' }],
    ['PGR111', { sslmode: 'verify_full' }],
    ['PGR111', { channel_binding: 'maybe' }],
    ['PGR111', { target_session_attrs: 'master' }],
    ['PGR111', { gssencmode: 'require' }],
  ])('%s for %j', (code, parts) => {
    const problems = problemsOn({ files }, { parts: { host: 'localhost', ...parts } });
    expect(problems.map(problem => problem.code)).toEqual([code]);
  });
});

describe('certificate files', () => {
  test('are made absolute', () => {
    const files = Object.fromEntries(['root', 'me', 'key', 'list'].map(name => [`${workspace}/certs/${name}.pem`, '']));
    const parts = {
      sslrootcert: 'certs/root.pem',
      sslcert: './certs/me.pem',
      sslkey: 'certs/key.pem',
      sslcrl: 'certs/list.pem',
    };
    expect(parametersOn({ files }, { parts: { host: 'h', ...parts } }).tls).toMatchObject({
      rootCertificate: `${workspace}/certs/root.pem`,
      certificate: `${workspace}/certs/me.pem`,
      key: `${workspace}/certs/key.pem`,
      revocationList: `${workspace}/certs/list.pem`,
    });
  });

  const usual = ['root.crt', 'root.crl', 'postgresql.crt', 'postgresql.key'].map(name => `${home}/.postgresql/${name}`);
  const files = Object.fromEntries(usual.map(path => [path, '']));

  test('of the home folder are used as libpq would', () => {
    const { tls } = parametersOn({ files }, { parts: { host: 'h', sslmode: 'verify-full' } });
    expect([tls.rootCertificate, tls.revocationList, tls.certificate, tls.key]).toEqual(usual);
    expect(parametersOn({ files }, { parts: { host: 'db.example.com' } }).tls.mode).toBe('require');
  });

  test('of the home folder are left alone without encryption or when told so', () => {
    expect(parametersOn({ files }, { parts: { host: 'h', sslmode: 'disable' } }).tls).toMatchObject({
      rootCertificate: undefined,
      certificate: undefined,
    });
    expect(parametersOn({ files }, { parts: { host: 'h', sslcertmode: 'disable' } }).tls).toMatchObject({
      certificate: undefined,
      key: undefined,
    });
  });
});
