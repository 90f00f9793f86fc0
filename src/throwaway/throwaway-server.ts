import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fault, type RoundtripError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { freePort } from './free-port.ts';
import { atLastResort } from './last-resort.ts';
import { makeCluster } from './make-cluster.ts';
import { makeServerFolder, removeServerFolder, type ServerFolder } from './server-folder.ts';
import { type ServerProcess, type StopMode, startServerProcess } from './server-process.ts';
import type { ServerPrograms } from './server-programs.ts';
import type { ServerCertificate } from './server-settings.ts';
import { chooseServerUser } from './server-user.ts';
import { usablePrograms } from './usable-programs.ts';

export interface ThrowawayServerOptions {
  readonly programs: ServerPrograms;
  /** Where the server's own folder is made; by default the folder for temporary files. */
  readonly folder?: string | undefined;
  /** More lines for `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly superuser?: string | undefined;
  /** By default a random one. */
  readonly password?: Secret | undefined;
  readonly tls?: ServerCertificate | undefined;
  /** The lines of `pg_hba.conf`; by default passwords (SCRAM) from the socket and from 127.0.0.1. */
  readonly hba?: readonly string[] | undefined;
}

/** A server whose data may be lost at any time. Disposing of it ends it and removes all of it. */
export interface ThrowawayServer extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Undefined on Windows. */
  readonly socketFolder: string | undefined;
  readonly user: string;
  readonly password: Secret;
  readonly major: number;
  readonly dataFolder: string;
  /** The process now; it changes with a restart. */
  pid(): number;
  /** The end of the server's log, at most 64 KiB. */
  logTail(): string;
  /** @throws PGR240, with how it ended, when the server runs no more. */
  assertRunning(): void;
  /** Ends the process and keeps the data, for `restart`. */
  stop(mode: StopMode): Promise<void>;
  /** Ends the process if need be and starts it on the same port. */
  restart(mode: StopMode): Promise<void>;
}

const host = '127.0.0.1';
const startAttempts = 5;
const logTailLength = 65_536;

/**
 * Makes a cluster in a fresh folder and starts a server on it, reachable from this machine alone. As root it is handed
 * to an ordinary user. Nothing of it outlives this process, unless that is killed with SIGKILL.
 *
 * @throws PGR240 when the cluster cannot be made or the server does not start.
 */
export async function startThrowawayServer(options: ThrowawayServerOptions): Promise<ThrowawayServer> {
  const user = await chooseServerUser(process.geteuid?.());
  const folder = await makeServerFolder(options.folder, user);
  const logFile = join(folder.path, 'server.log');
  const superuser = options.superuser ?? 'postgres';
  const password = options.password ?? new Secret(randomBytes(18).toString('base64url'));
  let running: ServerProcess | undefined;
  const cancelLastResort = atLastResort(() => removeNow(folder, running?.ending() === undefined ? running : undefined));
  const logTail = () => readFileSync(logFile, 'utf8').slice(-logTailLength);

  async function dispose(): Promise<void> {
    await running?.stop('fast');
    await removeServerFolder(folder);
    cancelLastResort();
  }

  try {
    const programs = await usablePrograms(options.programs.folder, user, folder.path);
    const { settings = {}, hba, tls } = options;
    const { path, socketFolder } = folder;
    const wish = { programs, folder: path, socketFolder, user, superuser, password, listen: host, settings, hba, tls };
    const dataFolder = await makeCluster({ ...wish, listen: host });
    const start = { programs, dataFolder, logFile, workingFolder: path, user };
    const first = await startSomewhere(() => freePort(host), start, logTail);
    const { port } = first;
    running = first.process;

    return {
      host,
      port,
      socketFolder,
      user: superuser,
      password,
      major: options.programs.version.major,
      dataFolder,
      pid: () => running?.pid ?? 0,
      logTail,
      assertRunning: () => {
        const ending = running?.ending();
        if (ending !== undefined) throw endedFault(ending, logTail());
      },
      stop: async mode => running?.stop(mode),
      restart: async mode => {
        await running?.stop(mode);
        running = (await startSomewhere(async () => port, start, logTail)).process;
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Tries again where a port was taken meanwhile, or where processes of a killed server have yet to notice its death. */
async function startSomewhere(
  choosePort: () => Promise<number>,
  start: Omit<Parameters<typeof startServerProcess>[0], 'port'>,
  logTail: () => string,
): Promise<{ readonly port: number; readonly process: ServerProcess }> {
  let ending = '';
  for (let attempt = 0; attempt < startAttempts; attempt++) {
    const port = await choosePort();
    const result = await startServerProcess({ ...start, port });
    if (result.kind === 'ready') return { port, process: result.process };
    ending = result.ending;
    if (!/could not create any TCP\/IP sockets|pre-existing shared memory block/.test(logTail())) break;
  }
  throw endedFault(ending, logTail());
}

function endedFault(ending: string, log: string): RoundtripError {
  const last = log.trim().split('\n').slice(-3).join(' | ');
  return fault('PGR240', `the throwaway server has ended (${ending}); its last words: ${last}`, 'start it again');
}

/** The synchronous way out, for a process that is about to exit. */
function removeNow(folder: ServerFolder, running: ServerProcess | undefined): void {
  if (running !== undefined) {
    const pidFile = join(folder.path, 'data', 'postmaster.pid');
    signal(running.pid, 'SIGQUIT');
    for (let waited = 0; waited < 2_000 && existsSync(pidFile); waited += 20) pause(20);
    if (existsSync(pidFile)) signal(running.pid, 'SIGKILL');
  }
  for (const path of folder.all) rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}
