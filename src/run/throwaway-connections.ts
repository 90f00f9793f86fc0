import type { Config, ConfiguredConnection } from '../config/config.ts';
import { serverText } from '../plan/describe.ts';
import type { Platform } from '../platform/platform.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import type { Secret } from '../secret.ts';
import type { Undo } from '../steps/undo.ts';
import { serverHost, startNewServer } from '../throwaway/new-server.ts';
import { restoreSettings } from '../throwaway/server-settings.ts';
import { usualParents } from '../throwaway/throwaway-server.ts';
import { type ChosenServer, obtainPrograms } from './choose-servers.ts';

export interface Starting {
  readonly platform: Pick<Platform, 'info' | 'group' | 'temporary'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly undo: Undo;
  readonly signal: AbortSignal;
  /** Whether the servers are for later steps of the job too; else they end with this process, however that ends. */
  readonly outliveUs: boolean;
  /** Called with each password before anybody could see it. */
  readonly onPassword: (connection: string, password: Secret) => void;
}

/** Seconds, where the file says nothing; the server is on this machine. */
const defaultConnectTimeout = 10;

/** The runner ends what carries this variable at the end of a job, whatever became of our own cleaning up. */
const kept = ['RUNNER_TRACKING_ID'];

/**
 * Starts throwaway servers, one after another, and gives the parameters of their connections. What the journal names has
 * to be taken back.
 *
 * @throws PGR240 where one does not start, and what stands in the way of its programs.
 */
export async function startServers(
  chosen: readonly ChosenServer[],
  config: Config,
  starting: Starting,
): Promise<Readonly<Record<string, ConnectionParameters>>> {
  const started: [string, ConnectionParameters][] = [];
  for (const server of chosen) {
    const { connection } = server.planned;
    started.push([connection, await startServer(server, config.connections[connection], starting)]);
  }
  return Object.fromEntries(started);
}

async function startServer(
  { planned, offers }: ChosenServer,
  declared: ConfiguredConnection | undefined,
  { platform, environment, undo, signal, outliveUs, onPassword }: Starting,
): Promise<ConnectionParameters> {
  const { connection } = planned;
  const programs = await obtainPrograms(offers);
  return platform.group(serverText({ ...planned, version: programs.version }), async () => {
    let replaced = () => {};
    const server = await startNewServer({
      programs,
      parents: usualParents(platform.temporary),
      settings: restoreSettings,
      environment: Object.fromEntries(
        kept.flatMap(name => (environment[name] === undefined ? [] : [[name, environment[name]]])),
      ),
      signal,
      outlivesUs: outliveUs,
      onFolder: ({ dataFolder, all }) => {
        replaced = undo.record({ kind: 'server', connection, dataFolder, folders: all });
      },
    });
    const { pid } = server.process();
    undo.record({ kind: 'server', connection, pid, dataFolder: server.dataFolder, folders: server.folder.all });
    replaced();
    onPassword(connection, server.password);
    platform.info(`    listens on ${serverHost}:${server.port}`);
    return { ...throwawayParameters(declared), hosts: [hostAt(server.port)], password: server.password };
  });
}

/** Parameters of a throwaway connection whose server does not run (yet). */
export function throwawayParameters(declared: ConfiguredConnection | undefined): ConnectionParameters {
  return {
    hosts: [hostAt(0)],
    user: 'postgres',
    password: undefined,
    database: 'postgres',
    tls: {
      mode: 'disable',
      rootCertificate: undefined,
      certificate: undefined,
      key: undefined,
      keyPassword: undefined,
      revocationList: undefined,
      minimumVersion: undefined,
      maximumVersion: undefined,
      negotiation: 'postgres',
    },
    channelBinding: 'prefer',
    targetSessionAttributes: 'any',
    connectTimeout: Number(declared?.parts['connect_timeout'] ?? defaultConnectTimeout),
    options: undefined,
    others: {},
  };
}

function hostAt(port: number): ConnectionParameters['hosts'][0] {
  return { host: serverHost, address: undefined, port };
}
