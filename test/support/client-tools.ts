import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import { programPath } from '../../src/client/installation.ts';
import type { Program } from '../../src/postgres/process.ts';
import type { Secret } from '../../src/secret.ts';

/** What a test needs to reach a server: a shared one, a `ThrowawayServer` of its own, or any other. */
export interface TestServer {
  readonly major: number;
  readonly host: string;
  readonly port: number;
  readonly socketFolder: string | undefined;
  readonly user: string;
  readonly password: Secret;
}

export interface ToolResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real client programs of this machine; a test that needs them cannot do without. */
export function clientFolder(): string {
  const folder = inject('clientFolder');
  if (folder === undefined) throw new Error('no Postgres client is installed on this machine');
  return folder;
}

/** Runs a real client tool against a server, with nothing of our own environment. */
export async function runTool(
  server: TestServer,
  program: Program,
  parameters: readonly string[],
  input = '',
): Promise<ToolResult> {
  const child = spawn(programPath(clientFolder(), program), parameters, {
    env: {
      LC_ALL: 'C',
      PGTZ: 'UTC',
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.user,
      PGPASSWORD: server.password.reveal(),
    },
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout, stderr };
}
