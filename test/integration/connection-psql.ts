import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { passfileText, serviceFileText, toConninfo } from '../../src/postgres/connection/conninfo.ts';
import type { DeclaredConnection } from '../../src/postgres/connection/declared.ts';
import { resolveConnection } from '../../src/postgres/connection/resolve.ts';
import type { ConnectionParameters } from '../../src/postgres/connection-parameters.ts';
import type { Secret } from '../../src/secret.ts';
import { clientFolder, type TestServer } from '../support/servers.ts';

/** A folder for the length of a test. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'pg-roundtrip-connection-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Resolves a declaration on this machine, with nothing of the user's home. */
export function parametersFor(declared: Partial<DeclaredConnection>, workspace = '/'): ConnectionParameters {
  const resolved = resolveConnection(
    'test',
    { parts: {}, allowInsecure: false, ...declared },
    {
      readFile: path => {
        try {
          return readFileSync(path, 'latin1');
        } catch {
          return undefined;
        }
      },
      homeDirectory: '/nonexistent',
      environment: {},
      userName: 'nobody',
      workspace,
    },
  );
  if (resolved.kind === 'resolved') return resolved.parameters;
  throw new Error(resolved.problems.map(({ code, message }) => `${code} ${message}`).join('\n'));
}

/** A server's own parameters, with libpq's parameters added or replaced. */
export function parametersOn(
  server: TestServer,
  parts: Readonly<Record<string, string>> = {},
  password: Secret | 'none' = server.password,
): ConnectionParameters {
  const own = { host: server.host, port: String(server.port), user: server.user, dbname: 'postgres' };
  return parametersFor({ parts: { ...own, ...parts }, ...(password === 'none' ? {} : { password }) });
}

export interface PsqlResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real psql the way the product runs its tools: conninfo, password file, service file, no environment. */
export async function psql(parameters: ConnectionParameters, sql: string, database?: string): Promise<PsqlResult> {
  await using folder = await temporaryFolder();
  const passfile = join(folder.path, 'pass');
  const serviceFile = join(folder.path, 'service');
  await writeFile(passfile, passfileText(parameters) ?? '', { mode: 0o600 });
  await writeFile(serviceFile, serviceFileText(parameters) ?? '', { mode: 0o600 });
  const conninfo = toConninfo(parameters, database === undefined ? {} : { database });
  const child = spawn(
    join(clientFolder(), 'psql'),
    ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', conninfo, '-c', sql],
    {
      env: { LC_ALL: 'C', HOME: folder.path, PGPASSFILE: passfile, PGSERVICEFILE: serviceFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout: stdout.trim(), stderr: stderr.trim() };
}
