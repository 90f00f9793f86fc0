import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RoundtripError } from '../../src/errors.ts';
import type { ConnectionParameters } from '../../src/postgres/connection-parameters.ts';
import { openSession } from '../../src/postgres/session.ts';
import type { ServerCertificate } from '../../src/throwaway/server-settings.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../src/throwaway/throwaway-server.ts';
import { programsOf } from '../support/servers.ts';
import { type Authority, hasOpenssl, issue, makeAuthority, pemOf } from './connection-certificates.ts';
import { parametersOn, psql, temporaryFolder } from './connection-psql.ts';

const openssl = await hasOpenssl();

interface Scenario {
  readonly name: string;
  readonly certificate?: 'localhost' | 'elsewhere' | 'other authority';
  readonly hba?: string;
}

const scenarios: readonly Scenario[] = [
  { name: 'a server without TLS' },
  { name: 'a server with a certificate for its name', certificate: 'localhost' },
  { name: 'a server whose certificate another authority issued', certificate: 'other authority' },
  { name: 'a server whose certificate is for another name', certificate: 'elsewhere' },
  { name: 'a server that takes encrypted connections only', certificate: 'localhost', hba: 'hostssl' },
  { name: 'a server that takes unencrypted connections only', certificate: 'localhost', hba: 'hostnossl' },
];

const withRoot = ['allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
const withoutRoot = ['disable', 'allow', 'prefer', 'require'] as const;

/** What counts: whether it worked, and whether it was encrypted. */
type Outcome = 'refused' | 'encrypted' | 'plain';

describe.skipIf(!openssl).each(scenarios)('$name', scenario => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let authority: Authority;
  let server: ThrowawayServer;

  beforeAll(async () => {
    folder = await temporaryFolder();
    authority = await makeAuthority(folder.path, 'authority');
    const tls = await certificateOf(scenario, authority);
    const hba = scenario.hba === undefined ? undefined : [`${scenario.hba} all all 127.0.0.1/32 scram-sha-256`];
    server = await startThrowawayServer({ programs: await programsOf(15), tls, hba });
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const rows = [...withoutRoot.map(mode => ({ mode, root: false })), ...withRoot.map(mode => ({ mode, root: true }))];
  test.each(rows)('is treated by sslmode=$mode (root certificate: $root) as psql does', async ({ mode, root }) => {
    const parts = {
      host: 'localhost',
      hostaddr: '127.0.0.1',
      sslmode: mode,
      ...(root ? { sslrootcert: authority.certificateFile } : {}),
    };
    const parameters = parametersOn(server, parts);
    const [ours, theirs] = await Promise.all([outcomeOfSession(parameters), outcomeOfPsql(parameters)]);
    expect(ours).toBe(theirs);
  });
});

async function certificateOf({ certificate }: Scenario, authority: Authority): Promise<ServerCertificate | undefined> {
  if (certificate === undefined) return undefined;
  if (certificate === 'elsewhere') {
    return await pemOf(await issue(authority, 'server', 'localhost', 'DNS:elsewhere.example'));
  }
  const issuer = certificate === 'localhost' ? authority : await makeAuthority(authority.folder, 'other');
  return await pemOf(await issue(issuer, 'server', 'server', 'DNS:localhost'));
}

async function outcomeOfSession(parameters: ConnectionParameters): Promise<Outcome> {
  try {
    await using session = await openSession(parameters, { applicationName: 'test' });
    const [row] = await session.query<{ ssl: boolean }>('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    expect(session.encrypted).toBe(row?.ssl);
    return row?.ssl ? 'encrypted' : 'plain';
  } catch (error) {
    if (error instanceof RoundtripError && /^PGR20[13]$/.test(error.code)) return 'refused';
    throw error;
  }
}

async function outcomeOfPsql(parameters: ConnectionParameters): Promise<Outcome> {
  const { status, stdout, stderr } = await psql(parameters, 'select ssl from pg_stat_ssl where pid = pg_backend_pid()');
  if (status === 0) return stdout === 't' ? 'encrypted' : 'plain';
  expect(stderr).toMatch(/SSL|certificate|pg_hba/);
  return 'refused';
}
