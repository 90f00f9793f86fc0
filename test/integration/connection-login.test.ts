import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionParameters } from '../../src/postgres/connection-parameters.ts';
import { openSession } from '../../src/postgres/session.ts';
import { Secret } from '../../src/secret.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../src/throwaway/throwaway-server.ts';
import { programsOf, queryOn } from '../support/servers.ts';
import {
  type Authority,
  hasOpenssl,
  issue,
  lockKey,
  makeAuthority,
  type Pair,
  pemOf,
  revoke,
} from './connection-certificates.ts';
import { parametersFor, parametersOn, psql, temporaryFolder } from './connection-psql.ts';

const hardPassword = `p:a\\s@s%w/#?'"é!()*`;

describe.skipIf(!(await hasOpenssl()))('logging in', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: ThrowawayServer;
  let authority: Authority;
  let serverPair: Pair;

  beforeAll(async () => {
    folder = await temporaryFolder();
    // The server runs as another user and reads the authority's certificate from here.
    await chmod(folder.path, 0o755);
    authority = await makeAuthority(folder.path, 'authority');
    await chmod(authority.certificateFile, 0o644);
    serverPair = await issue(authority, 'server', 'server', 'DNS:localhost,IP:127.0.0.1');
    server = await startThrowawayServer({
      programs: await programsOf(15),
      tls: await pemOf(serverPair),
      settings: { ssl_ca_file: authority.certificateFile },
      hba: [
        'local all all scram-sha-256',
        'hostssl all certified 127.0.0.1/32 cert',
        'host all trusted 127.0.0.1/32 trust',
        'host all hashed 127.0.0.1/32 md5',
        'host all plaintext 127.0.0.1/32 password',
        'hostnossl all careless 127.0.0.1/32 trust',
        'host all all 127.0.0.1/32 scram-sha-256',
      ],
    });
    await queryOn(
      server,
      'postgres',
      `create role certified login; create role trusted login; create role careless login password 'right';
       create role plaintext login password 'right';
       create role hard login password '${hardPassword.replaceAll("'", "''")}';
       set password_encryption = md5; create role hashed login password 'right'`,
    );
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** Who we are on the server, by our own session and by psql; the words of the refusal where there is one. */
  async function bothAre(parameters: ConnectionParameters): Promise<readonly [ours: string, theirs: string]> {
    const theirs = await psql(parameters, 'select current_user');
    return [await whoAmI(parameters), theirs.status === 0 ? theirs.stdout : 'refused'];
  }

  async function whoAmI(parameters: ConnectionParameters): Promise<string> {
    try {
      await using session = await openSession(parameters, { applicationName: 'test' });
      const [row] = await session.query<{ me: string }>('select current_user as me');
      return row?.me ?? '';
    } catch {
      return 'refused';
    }
  }

  const overTls = { host: 'localhost', hostaddr: '127.0.0.1', sslmode: 'require' };

  test('a password with every awkward sign survives URL, password file and login', async () => {
    const encodings = [
      encodeURIComponent(hardPassword),
      Buffer.from(hardPassword).toString('hex').replace(/../g, '%$&'),
      encodeURIComponent(hardPassword).replace(/%../g, sign => sign.toLowerCase()),
    ];
    for (const encoded of encodings) {
      const url = new Secret(`postgres://hard:${encoded}@127.0.0.1:${server.port}/postgres`);
      expect(await bothAre(parametersFor({ url }))).toEqual(['hard', 'hard']);
    }
  });

  test('the same password survives a connection string', async () => {
    const quoted = hardPassword.replace(/['\\]/g, '\\$&');
    const conninfo = new Secret(`host = 127.0.0.1 port=${server.port} dbname=postgres user=hard password='${quoted}'`);
    expect(await bothAre(parametersFor({ conninfo }))).toEqual(['hard', 'hard']);
  });

  test('a client certificate is a login', async () => {
    const pair = await issue(authority, 'client', 'certified');
    const parts = { ...overTls, user: 'certified', sslcert: pair.certificateFile, sslkey: pair.keyFile };
    expect(await bothAre(parametersOn(server, parts, 'none'))).toEqual(['certified', 'certified']);
    const without = parametersOn(server, { ...overTls, user: 'certified' }, 'none');
    expect(await bothAre(without)).toEqual(['refused', 'refused']);
  });

  test('a client key may be under a password, which stays off the command line', async () => {
    const pair = await lockKey(await issue(authority, 'locked', 'certified'), "a key: it's \\ # =");
    const parts = { ...overTls, user: 'certified', sslcert: pair.certificateFile, sslkey: pair.keyFile };
    const right = parametersOn(server, { ...parts, sslpassword: "a key: it's \\ # =" }, 'none');
    expect(await bothAre(right)).toEqual(['certified', 'certified']);
    const wrong = parametersOn(server, { ...parts, sslpassword: 'wrong' }, 'none');
    expect(await bothAre(wrong)).toEqual(['refused', 'refused']);
  });

  test('a client certificate of an unknown authority is refused and said to be a matter of TLS', async () => {
    const pair = await issue(await makeAuthority(folder.path, 'unknown'), 'stranger', 'certified');
    const parts = { ...overTls, user: 'certified', sslcert: pair.certificateFile, sslkey: pair.keyFile };
    const parameters = parametersOn(server, parts, 'none');
    expect((await psql(parameters, 'select 1')).status).not.toBe(0);
    await expect(openSession(parameters, { applicationName: 'test' })).rejects.toMatchObject({ code: 'PGR203' });
  });

  const bindings = [
    { user: 'hard', password: hardPassword, sslmode: 'require', expected: 'hard' },
    { user: 'hard', password: hardPassword, sslmode: 'disable', expected: 'refused' },
    { user: 'trusted', password: 'any', sslmode: 'require', expected: 'refused' },
    { user: 'hashed', password: 'right', sslmode: 'require', expected: 'refused' },
    { user: 'plaintext', password: 'right', sslmode: 'require', expected: 'refused' },
  ];
  test.each(bindings)('channel_binding=require with sslmode=$sslmode lets $user in: $expected', async row => {
    const parts = { ...overTls, sslmode: row.sslmode, user: row.user, channel_binding: 'require' };
    expect(await bothAre(parametersOn(server, parts, new Secret(row.password)))).toEqual([row.expected, row.expected]);
  });

  const methods = [
    { user: 'hard', password: hardPassword, expected: 'hard' },
    { user: 'hashed', password: 'right', expected: 'hashed' },
    { user: 'plaintext', password: 'right', expected: 'plaintext' },
    { user: 'trusted', password: 'any', expected: 'trusted' },
    { user: 'hard', password: 'wrong', expected: 'refused' },
    { user: 'hard', password: undefined, expected: 'refused' },
  ];
  test.each(methods)('$user with the password $password: $expected', async ({ user, password, expected }) => {
    for (const channel_binding of ['disable', 'prefer']) {
      const parameters = parametersOn(
        server,
        { user, channel_binding },
        password === undefined ? 'none' : new Secret(password),
      );
      expect(await bothAre(parameters)).toEqual([expected, expected]);
    }
  });

  // The installed psql may be too old for require_auth, so only our own sessions are asked.
  test.each([
    ['scram-sha-256', 'hard', 'hard'],
    ['!password,!md5', 'hard', 'hard'],
    ['scram-sha-256', 'plaintext', 'refused'],
    ['!password,!md5', 'plaintext', 'refused'],
    ['scram-sha-256,md5', 'trusted', 'refused'],
    ['none', 'trusted', 'trusted'],
  ])('require_auth=%s for %s: %s', async (require_auth, user, expected) => {
    const password = new Secret(user === 'hard' ? hardPassword : 'right');
    expect(await whoAmI(parametersOn(server, { user, require_auth }, password))).toBe(expected);
  });

  test('a password that was wrong over TLS is not sent again without it', async () => {
    const parameters = parametersOn(server, { user: 'careless', sslmode: 'prefer' }, new Secret('wrong'));
    expect(await bothAre(parameters)).toEqual(['refused', 'careless']);
  });

  test('an address is checked against the addresses of the certificate', async () => {
    const parts = { host: '127.0.0.1', sslmode: 'verify-full', sslrootcert: authority.certificateFile };
    const parameters = parametersOn(server, parts);
    expect(await bothAre(parameters)).toEqual(['postgres', 'postgres']);
  });

  test('a revoked certificate of the server is refused', async () => {
    const other = await issue(authority, 'innocent', 'innocent');
    const verified = { ...overTls, sslmode: 'verify-full', sslrootcert: authority.certificateFile };
    const innocentList = join(folder.path, 'innocent.crl');
    await writeFile(innocentList, await readFile(await revoke(authority, other)));
    expect(await bothAre(parametersOn(server, { ...verified, sslcrl: innocentList }))).toEqual([
      'postgres',
      'postgres',
    ]);
    const list = await revoke(authority, serverPair);
    expect(await bothAre(parametersOn(server, { ...verified, sslcrl: list }))).toEqual(['refused', 'refused']);
  });

  test.each([
    ['ssl_max_protocol_version', 'TLSv1.2', 'TLSv1.2'],
    ['ssl_min_protocol_version', 'TLSv1.3', 'TLSv1.3'],
  ])('%s=%s gives %s', async (keyword, value, version) => {
    await using session = await openSession(parametersOn(server, { ...overTls, [keyword]: value }), {
      applicationName: 'test',
    });
    const rows = await session.query('select version from pg_stat_ssl where pid = pg_backend_pid()');
    expect(rows).toEqual([{ version }]);
  });

  test('a Unix socket is a host, in parts and in a URL, and never encrypted', async () => {
    const socketFolder = server.socketFolder ?? '';
    const url = `postgresql://postgres:${encodeURIComponent(server.password.reveal())}@${encodeURIComponent(socketFolder)}:${server.port}/postgres`;
    for (const parameters of [
      parametersOn(server, { host: socketFolder, sslmode: 'require' }),
      parametersFor({ url: new Secret(url) }),
    ]) {
      expect(await bothAre(parameters)).toEqual(['postgres', 'postgres']);
      await using session = await openSession(parameters, { applicationName: 'test' });
      expect(session.encrypted).toBe(false);
      expect(await session.query('select inet_server_addr() as address')).toEqual([{ address: null }]);
    }
  });

  test('a service file gives what is not declared', async () => {
    const file = join(folder.path, 'services.conf');
    await writeFile(
      file,
      `# services\n[other]\nhost=elsewhere\n\n[mine]\nhost=127.0.0.1\nport=${server.port}\nuser=nobody\ndbname=postgres\n`,
    );
    const parameters = parametersFor({
      service: 'mine',
      serviceFile: file,
      password: new Secret(hardPassword),
      parts: { user: 'hard' },
    });
    expect(await bothAre(parameters)).toEqual(['hard', 'hard']);
  });

  test('cancelling also works over an encrypted connection', async () => {
    const controller = new AbortController();
    const session = await openSession(parametersOn(server, overTls), {
      applicationName: 'test',
      signal: controller.signal,
    });
    const running = `select 1 from pg_stat_activity where pid = ${session.backendPid} and state = 'active'`;
    const working = session.query('select pg_sleep(600)').catch((error: unknown) => error);
    while ((await queryOn(server, 'postgres', running)).length === 0);
    controller.abort();
    expect(await working).toMatchObject({ code: 'PGR600' });
    await session[Symbol.asyncDispose]();
    while ((await queryOn(server, 'postgres', running)).length > 0);
    expect(server.logTail()).toContain('canceling statement due to user request');
  });

  // The servers found here are too old for direct negotiation, so a listener of our own stands in for one.
  test.each([
    [['postgresql'], 'postgresql'],
    [['http/1.1'], undefined],
    [undefined, undefined],
  ])('sslnegotiation=direct with a server that speaks %j', async (protocols, agreed) => {
    const seen: { protocol?: string | false | null; startup?: Buffer } = {};
    const listener = createServer(
      { ...(await keyAndCertificate(serverPair)), ...(protocols ? { ALPNProtocols: protocols } : {}) },
      socket => {
        seen.protocol = socket.alpnProtocol;
        socket.on('error', () => undefined);
        socket.once('data', message => {
          seen.startup = message;
          socket.end();
        });
      },
    );
    listener.on('tlsClientError', () => undefined);
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const parameters = parametersOn(server, { ...overTls, port, sslnegotiation: 'direct' });
    const opening = openSession(parameters, { applicationName: 'test' });
    await expect(opening).rejects.toMatchObject({ code: agreed === undefined ? 'PGR203' : 'PGR200' });
    expect(seen.startup?.toString('latin1').includes('postgres')).toBe(agreed === undefined ? undefined : true);
    listener.close();
  });
});

async function keyAndCertificate(pair: Pair): Promise<{ readonly key: string; readonly cert: string }> {
  const { key, certificate } = await pemOf(pair);
  return { key, cert: certificate };
}
