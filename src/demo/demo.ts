import { dirname, join } from 'node:path';
import { reportText, runCommand } from '../cli/run-command.ts';
import { withRunFolder } from '../cli/with-run-folder.ts';
import { findInstallations } from '../client/installation.ts';
import { parseConfig } from '../config/parse.ts';
import { fault } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import { openSession } from '../postgres/session.ts';
import { findServerPrograms } from './find-server-programs.ts';
import { chooseServer, type ServerPrograms } from './server-programs.ts';
import { loadShop } from './shop/shop.ts';
import { startThrowawayServer, type ThrowawayServer } from './throwaway-server.ts';

export interface Demo {
  readonly platform: Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** The round trip that the demo declares: what a user's own file looks like. */
export const demoFile = `version: 1
connections:
  shop:
    url: \${SHOP_URL}
steps:
  - dump: { from: shop, globals: true, to: dumps/shop }
  - restore: { into: shop, as: { shop: shop_copy } }
  - verify: { level: counts }
  - publish: { folder: backups/shop }
`;

/** Starts a throwaway server, fills a shop, runs the declared round trip on it and prints the proof. */
export async function demo({ platform, environment, signal }: Demo): Promise<number> {
  const programs = await demoPrograms();
  platform.info(`Starting PostgreSQL ${programs.version.text} from ${programs.folder}, for this demo alone.`);
  return withRunFolder(async workspace => {
    await using server = await startThrowawayServer({ programs });
    const tables = await fillShop(server, signal);
    platform.info(
      `Filled the database "shop": ${tables} tables and objects of every kind, hostile names and values among them.`,
    );
    platform.info(`\nThe declared file:\n\n${demoFile}`);
    const own = { ...environment, SHOP_URL: urlOf(server) };
    const report = await runCommand({
      readConfig: async () =>
        parseConfig(demoFile, { file: 'demo.yml', environment: own, workspace, temporary: workspace }),
      platform: { ...platform, workspace },
      environment: own,
      signal,
      reportPath: undefined,
    });
    platform.info(reportText(report, false));
    return report.exitCode;
  });
}

/** The newest server that is not newer than the newest client: pg_dump refuses servers newer than itself. */
async function demoPrograms(): Promise<ServerPrograms> {
  const [client] = await findInstallations();
  if (client === undefined) {
    throw fault(
      'PGR151',
      'no Postgres client is installed: the demo needs pg_dump, pg_restore, psql and pg_dumpall',
      'install one: apt-get install postgresql-client (Debian, Ubuntu), brew install libpq (macOS)',
    );
  }
  // The package's own folder, for a clone whose dependencies are installed, and the current one.
  const found = await findServerPrograms([join(dirname(import.meta.dirname), '..'), process.cwd()]);
  const programs = chooseServer(found, { atMostMajor: client.version.major });
  if (programs !== undefined) return programs;
  throw fault(
    'PGR240',
    `no Postgres server of major ${client.version.major} or older is on this machine`,
    'run npm ci in the clone, which brings servers along, or install one: apt-get install postgresql',
  );
}

async function fillShop(server: ThrowawayServer, signal: AbortSignal): Promise<number> {
  const parameters = parametersOf(server);
  {
    await using session = await openSession(parameters, {
      database: 'postgres',
      applicationName: 'pg-roundtrip demo',
      signal,
    });
    await session.query('create database shop');
  }
  await using session = await openSession(parameters, {
    database: 'shop',
    applicationName: 'pg-roundtrip demo',
    signal,
  });
  await loadShop(session, server.major);
  const [row] = await session.query<{ tables: string }>(
    `select count(*)::text as tables from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'`,
  );
  return Number(row?.tables);
}

function urlOf({ host, port, user, password }: ThrowawayServer): string {
  return `postgresql://${user}:${encodeURIComponent(password.reveal())}@${host}:${port}/shop`;
}

function parametersOf(server: ThrowawayServer): ConnectionParameters {
  return {
    hosts: [{ host: server.host, address: undefined, port: server.port }],
    user: server.user,
    password: server.password,
    database: 'shop',
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
    connectTimeout: 10,
    options: undefined,
    others: {},
  };
}
