import { tmpdir } from 'node:os';
import type { Secret } from '../secret.ts';
import { atLastResort } from './last-resort.ts';
import { endedFault, type NewServer, type NewServerOptions, serverHost, startNewServer } from './new-server.ts';
import type { ServerFolder } from './server-folder.ts';
import type { StopMode } from './server-process.ts';
import { stopLeftServerNow } from './stop-left-server.ts';

export interface ThrowawayServerOptions
  extends Omit<NewServerOptions, 'parents' | 'signal' | 'onFolder' | 'outlivesUs'> {
  /** Where the server's own folder is made; by default the folder for temporary files. */
  readonly folder?: string | undefined;
}

/** A server whose data may be lost at any time. Disposing of it ends it and removes all of it. */
export interface ThrowawayServer extends AsyncDisposable {
  readonly host: typeof serverHost;
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

/**
 * Makes and starts a server that lives as long as this process at most, however that ends.
 *
 * @throws PGR240 when the cluster cannot be made or the server does not start.
 */
export async function startThrowawayServer({ folder, ...options }: ThrowawayServerOptions): Promise<ThrowawayServer> {
  let made: ServerFolder | undefined;
  let server: NewServer | undefined;
  const cancelLastResort = atLastResort(() => {
    if (made === undefined) return;
    stopLeftServerNow({ dataFolder: made.dataFolder, folders: made.all, pid: server?.process().pid });
  });
  try {
    server = await startNewServer({
      ...options,
      outlivesUs: false,
      parents: folder === undefined ? usualParents(tmpdir()) : [folder],
      onFolder: newFolder => {
        made = newFolder;
      },
    });
  } catch (error) {
    cancelLastResort();
    throw error;
  }
  const { port, superuser, password, dataFolder, logTail, restart, folder: place } = server;
  const running = server.process;
  return {
    host: serverHost,
    port,
    socketFolder: place.socketFolder,
    user: superuser,
    password,
    major: options.programs.version.major,
    dataFolder,
    pid: () => running().pid,
    logTail,
    assertRunning: () => {
      const ending = running().ending();
      if (ending !== undefined) throw endedFault(ending, logTail());
    },
    stop: mode => running().stop(mode),
    restart,
    [Symbol.asyncDispose]: async () => {
      await server.remove();
      cancelLastResort();
    },
  };
}

/** Folders for what is temporary, the given one before those that every Unix has. */
export function usualParents(temporary: string): readonly string[] {
  return [...new Set([temporary, tmpdir(), '/tmp', '/var/tmp'])];
}
