import { dirname, join } from 'node:path';
import { reportText, runCommand } from '../cli/run-command.ts';
import { withRunFolder } from '../cli/with-run-folder.ts';
import { findInstallations } from '../client/installation.ts';
import { parseConfig } from '../config/parse.ts';
import { fault } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import { openSession, type Session } from '../postgres/session.ts';
import { resolveConnections } from '../run/prepare.ts';
import { findServerPrograms } from '../throwaway/find-server-programs.ts';
import { offerOf } from '../throwaway/offers.ts';
import { chooseServer, type ServerPrograms } from '../throwaway/server-programs.ts';
import { startThrowawayServer, type ThrowawayServer } from '../throwaway/throwaway-server.ts';
import { demoConfig, demoDatabases, demoVariable } from './demo-config.ts';
import { loadShop } from './shop/shop.ts';

export interface Demo {
  readonly platform: Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Starts two throwaway servers, fills a shop on one, runs the declared round trip to the other and prints the proof. */
export async function demo({ platform, environment, signal }: Demo): Promise<number> {
  const programs = await demoPrograms();
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

/** The newest server that is not newer than the newest client: pg_dump refuses servers newer than itself. */
async function demoPrograms(): Promise<ServerPrograms> {
  const [client] = await findInstallations();
  if (client === undefined) {
    throw fault(
      'PGR151',
      'no Postgres client is installed: the demo needs pg_dump, pg_restore, psql and pg_dumpall',
      'install one: apt-get install postgresql-client (Debian, Ubuntu), dnf install postgresql (Fedora), brew install libpq (macOS)',
    );
  }
  // The package's own folder, for a clone whose dependencies are installed, and the current one.
  const found = await findServerPrograms([join(dirname(import.meta.dirname), '..'), process.cwd()]);
  const programs = chooseServer(found, { atMostMajor: client.version.major });
  if (programs !== undefined) return programs;
  throw fault(
    'PGR153',
    `no Postgres server of major ${client.version.major} or older is on this machine`,
    'run npm ci in the clone, which brings servers along, or install one: apt-get install postgresql',
  );
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
