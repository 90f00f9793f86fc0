import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault, type RoundtripError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { freePort } from './free-port.ts';
import { makeCluster } from './make-cluster.ts';
import { postgresCommand } from './postgres-command.ts';
import { makeServerFolder, removeServerFolder, type ServerFolder } from './server-folder.ts';
import { type ServerProcess, type StopMode, serverEnvironment, startServerProcess } from './server-process.ts';
import type { ServerPrograms } from './server-programs.ts';
import type { ServerCertificate } from './server-settings.ts';
import { chooseServerUser } from './server-user.ts';
import { usablePrograms } from './usable-programs.ts';
import { noWatcher, startWatcher } from './watcher.ts';

export interface NewServerOptions {
  readonly programs: ServerPrograms;
  /** Where the server's own folder is made: below the first of them that its user can enter. */
  readonly parents: readonly string[];
  /** More lines for `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly superuser?: string | undefined;
  /** By default a random one. */
  readonly password?: Secret | undefined;
  readonly tls?: ServerCertificate | undefined;
  /** The lines of `pg_hba.conf`; by default passwords (SCRAM) from the socket and from 127.0.0.1. */
  readonly hba?: readonly string[] | undefined;
  /** Added to the server's environment. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether the server may live on when this process is gone. Where it may not, it ends even if this process is killed. */
  readonly outlivesUs: boolean;
  /** Called as soon as there is something to remove, before anything is started. */
  readonly onFolder?: ((folder: ServerFolder) => void) | undefined;
}

/** A server that runs. */
export interface NewServer {
  readonly folder: ServerFolder;
  readonly dataFolder: string;
  readonly port: number;
  readonly superuser: string;
  readonly password: Secret;
  /** The process now; it changes with a restart. */
  readonly process: () => ServerProcess;
  /** Ends the process if need be and starts it on the same port. */
  readonly restart: (mode: StopMode) => Promise<void>;
  /** The end of the server's log, at most 64 KiB. */
  readonly logTail: () => string;
  /** Ends it in order and removes all of it. */
  readonly remove: () => Promise<void>;
}

export const serverHost = '127.0.0.1';
const startAttempts = 5;
const logTailLength = 65_536;

/**
 * Makes a cluster in a fresh folder and starts a server on it, reachable from this machine alone. As root it is handed
 * to an ordinary user. When that fails nothing is left.
 *
 * @throws PGR240 when the cluster cannot be made or the server does not start, or the signal's reason.
 */
export async function startNewServer(options: NewServerOptions): Promise<NewServer> {
  const { signal } = options;
  const user = await chooseServerUser(process.geteuid?.());
  const folder = await makeServerFolder(options.parents, user);
  const watcher = options.outlivesUs ? noWatcher : startWatcher({ dataFolder: folder.dataFolder, folders: folder.all });
  let running: ServerProcess | undefined;
  try {
    options.onFolder?.(folder);
    const logFile = join(folder.path, 'server.log');
    const logTail = () => readFileSync(logFile, 'utf8').slice(-logTailLength);
    const superuser = options.superuser ?? 'postgres';
    const password = options.password ?? new Secret(randomBytes(18).toString('base64url'));
    const programs = await usablePrograms(options.programs, user, folder.path);
    const { settings = {}, environment = {}, hba, tls } = options;
    const { path, socketFolder } = folder;
    const place = { programs, folder: path, socketFolder, user, listen: serverHost, signal, watcher } as const;
    const dataFolder = await makeCluster({ ...place, superuser, password, settings, hba, tls });
    const postgres = await postgresCommand(options.programs, {
      folder: programs,
      serverFolder: path,
      dataFolder,
      environment: { ...serverEnvironment(), ...environment },
    });
    const start = { postgres, dataFolder, logFile, user, signal, watcher };
    const { port, process: first } = await startSomewhere(() => freePort(serverHost), start, logTail);
    let current = first;
    running = first;
    signal?.throwIfAborted();
    return {
      folder,
      dataFolder,
      port,
      superuser,
      password,
      logTail,
      process: () => current,
      restart: async mode => {
        await current.stop(mode);
        current = (await startSomewhere(async () => port, start, logTail)).process;
      },
      remove: async () => {
        await current.stop('fast');
        await removeServerFolder(folder);
        watcher.release();
      },
    };
  } catch (error) {
    await running?.stop('immediate');
    await removeServerFolder(folder);
    watcher.release();
    throw signal?.aborted ? signal.reason : error;
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

export function endedFault(ending: string, log: string): RoundtripError {
  const last = log.trim().split('\n').slice(-3).join(' | ');
  return fault('PGR240', `the throwaway server has ended (${ending}); its last words: ${last}`, 'start it again');
}
