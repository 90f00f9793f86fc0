import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SealedFolder } from '../../../src/client/sealed/sealed-folder.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { programsOf } from '../../support/servers.ts';
import { type Authority, hasOpenssl, issue, makeAuthority, pemOf } from '../connection-certificates.ts';
import { absence, installReal, lockedMajors, lockedSet, openFolder, runSealed, type Said } from './real-set.ts';

const missing = (await hasOpenssl()) ? await absence(() => lockedSet('client', 17)) : 'there is no openssl program';

describe.skipIf(missing !== undefined).each(lockedMajors('client'))('TLS of a sealed client %i', major => {
  let place: Awaited<ReturnType<typeof openFolder>>;
  let folder: SealedFolder;
  let server: ThrowawayServer;
  let authority: Authority;
  let other: Authority;

  beforeAll(async () => {
    place = await openFolder();
    folder = await installReal(lockedSet('client', major), join(place.path, 'client'));
    [authority, other] = (await Promise.all(['authority', 'other'].map(name => makeAuthority(place.path, name)))) as [
      Authority,
      Authority,
    ];
    const tls = await pemOf(await issue(authority, 'server', 'server', 'DNS:localhost'));
    server = await startThrowawayServer({
      programs: await programsOf(15),
      tls,
      hba: ['hostssl all all 127.0.0.1/32 scram-sha-256'],
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  async function connect(
    parts: Readonly<Record<string, string>>,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Said> {
    const all = {
      host: 'localhost',
      hostaddr: '127.0.0.1',
      port: String(server.port),
      user: server.user,
      dbname: 'postgres',
      ...parts,
    };
    const conninfo = Object.entries(all)
      .map(([key, value]) => `${key}='${value}'`)
      .join(' ');
    const query = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    const login = { PGPASSWORD: server.password.reveal(), ...environment };
    return await runSealed(folder, 'psql', ['-XAtc', query, conninfo], { environment: login });
  }

  const encrypted = { status: 0, stdout: 't\n', stderr: '' };

  test.each(['require', 'verify-ca', 'verify-full'])(
    'sslmode=%s with the right authority, and SCRAM bound to the channel',
    async sslmode => {
      const parts = { sslmode, sslrootcert: authority.certificateFile, channel_binding: 'require' };
      expect(await connect(parts)).toEqual(encrypted);
    },
  );

  test('another authority is refused', async () => {
    const said = await connect({ sslmode: 'verify-full', sslrootcert: other.certificateFile });
    expect(said).toMatchObject({ status: 2, stderr: expect.stringContaining('certificate verify failed') });
  });

  test('another name is refused', async () => {
    const parts = { sslmode: 'verify-full', sslrootcert: authority.certificateFile, host: 'elsewhere.example' };
    expect(await connect(parts)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('does not match host name'),
    });
  });

  test('without TLS the server lets nobody in', async () => {
    expect(await connect({ sslmode: 'disable' })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no encryption'),
    });
  });

  // The word is known from libpq 16 on.
  describe.skipIf(major < 16)('sslrootcert=system', () => {
    const system = { sslmode: 'verify-full', sslrootcert: 'system' };

    test("is the authorities that SSL_CERT_FILE names, and else this machine's", async () => {
      expect(await connect(system, { SSL_CERT_FILE: authority.certificateFile })).toEqual(encrypted);
      expect(await connect(system)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('certificate verify failed'),
      });
    });

    test.skipIf(major < 17)('goes with direct negotiation where the server knows it', async () => {
      await using modern = await startThrowawayServer({
        programs: await programsOf(17),
        tls: await pemOf(await issue(authority, 'modern', 'modern', 'DNS:localhost')),
        hba: ['hostssl all all 127.0.0.1/32 scram-sha-256'],
      });
      const parts = { ...system, sslnegotiation: 'direct', port: String(modern.port), user: modern.user };
      const login = { PGPASSWORD: modern.password.reveal(), SSL_CERT_FILE: authority.certificateFile };
      expect(await connect(parts, login)).toEqual(encrypted);
    });
  });
});
