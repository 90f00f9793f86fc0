import { dirname, join } from 'node:path';
import { reportText, runCommand } from '../cli/run-command.ts';
import { withRunFolder } from '../cli/with-run-folder.ts';
import { userClientStore } from '../client/client-store.ts';
import { findInstallations } from '../client/installation.ts';
import { parseConfig } from '../config/parse.ts';
import { fault } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import { openSession, type Session } from '../postgres/session.ts';
import { obtainPrograms } from '../run/choose-servers.ts';
import { resolveConnections } from '../run/prepare.ts';
import { serverProvider } from '../run/server-provider.ts';
import { offerOf, rankOffers } from '../throwaway/offers.ts';
import type { ServerPrograms } from '../throwaway/server-programs.ts';
import { startThrowawayServer, type ThrowawayServer } from '../throwaway/throwaway-server.ts';
import { demoConfig, demoDatabases, demoVariable } from './demo-config.ts';
import { loadShop } from './shop/shop.ts';

export interface Demo {
  readonly platform: Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Starts two throwaway servers, fills a shop on one, runs the declared round trip to the other and prints the proof. */
export async function demo(given: Demo): Promise<number> {
  const { platform, environment, signal } = given;
  const programs = await demoPrograms(given);
  platform.info(
    `Starting two servers for this demo alone: PostgreSQL ${programs.version.text} from ${programs.folder}.`,
  );
  return withRunFolder(async workspace => {
    await using source = await startThrowawayServer({ programs });
    const variables = { ...environment, [demoVariable]: urlOf(source, demoDatabases.source) };
    const readConfig = async () =>
      parseConfig(demoConfig, { file: 'demo.yml', environment: variables, workspace, temporary: workspace });
    const { shop } = resolveConnections(await readConfig(), variables, workspace);
    if (shop === undefined) throw fault('PGR900', 'the demo lacks its connection', 'please report it');
    const open = (database: string) => openSession(shop, { database, applicationName: 'pg-roundtrip demo', signal });
    const tables = await fillShop(open, source.major);
    platform.info(`Filled a shop: ${tables} tables, objects of every kind, hostile names and values among them.`);
    platform.info(`The declared file:\n\n${demoConfig.replaceAll(/^(?=.)/gm, '    ')}`);
    const report = await runCommand({
      readConfig,
      platform: { ...platform, workspace },
      environment: variables,
      signal,
      servers: async () => [offerOf(programs)],
      reportPath: undefined,
    });
    platform.info(reportText({ ...report, databases: [] }, false));
    platform.info('\nThe servers and everything on them are gone again. Your own file: pg-roundtrip check, plan, run.');
    return report.exitCode;
  });
}

/**
 * What is on the machine comes first: the newest server that the newest installed client can dump. Where either is
 * missing, a server and its client are fetched, the newest that is released.
 */
async function demoPrograms({ platform, environment, signal }: Demo): Promise<ServerPrograms> {
  // The package's own folder, for a clone whose dependencies are installed, and the current one.
  const provider = serverProvider([join(dirname(import.meta.dirname), '..'), process.cwd()]);
  const offers = await provider({ store: userClientStore(environment), mirrors: [], platform, environment, signal });
  const [client] = await findInstallations(environment);
  const newest = client?.version.major ?? 0;
  const present = offers.filter(offer => offer.origin !== 'sealed' && offer.version.major <= newest);
  const major = present.length === 0 ? undefined : Math.max(...present.map(offer => offer.version.major));
  return obtainPrograms(rankOffers(major === undefined ? offers : present, major).offers);
}

async function fillShop(open: (database: string) => Promise<Session>, major: number): Promise<number> {
  {
    await using maintenance = await open('postgres');
    await maintenance.query(`create database ${demoDatabases.source}`);
  }
  await using session = await open(demoDatabases.source);
  await loadShop(session, major);
  const [row] = await session.query<{ tables: string }>(
    `select count(*)::text as tables from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'`,
  );
  return Number(row?.tables);
}

function urlOf({ host, port, user, password }: ThrowawayServer, database: string): string {
  return `postgresql://${user}:${encodeURIComponent(password.reveal())}@${host}:${port}/${database}`;
}
