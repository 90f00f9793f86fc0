import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Client } from '../client/client.ts';
import { findInstallations, readInstallation } from '../client/installation.ts';
import { lock } from '../client/lock/packages.ts';
import { findCertificateFile } from '../client/sealed/tls-environment.ts';
import { sealedClients } from '../client/sealed-clients.ts';
import type { Config } from '../config/config.ts';
import { readOrigin } from '../dumpset/elsewhere.ts';
import type { Manifest } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import { freeOf, readLimits, readLimitsAndSizes } from '../postgres/connection-limits.ts';
import { nameInPattern, parseSimplePattern } from '../postgres/pattern.ts';
import type { Session } from '../postgres/session.ts';
import type { PostgresVersion } from '../postgres/version.ts';
import type { ServerFacts, Survey } from './survey.ts';
import { surveyUseLists } from './use-lists.ts';

export interface Surroundings {
  readonly workspace: string;
  /** Where fetched clients lie, or will lie. */
  readonly clientFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly openSession: (connection: string) => Promise<Session>;
  /** Versions of servers, by connection, that are made for this run: there is nothing on them yet to look at. */
  readonly newServers: Readonly<Record<string, PostgresVersion>>;
}

/** Looks at the machine, the servers and the dump sets that the file names. Throws what stands in the way. */
export async function takeSurvey(config: Config, surroundings: Surroundings): Promise<Survey> {
  const [clients, servers, dumpSets, useLists] = await Promise.all([
    clientsFor(config, surroundings),
    surveyServers(config, surroundings),
    surveyDumpSets(config, surroundings.workspace),
    surveyUseLists(config, surroundings.workspace),
  ]);
  return { cores: availableParallelism(), clients, servers, dumpSets, useLists };
}

/** A client that is named is the only one; else what is installed, and what the lock can provide. */
async function clientsFor(
  config: Config,
  { workspace, clientFolder, environment }: Surroundings,
): Promise<readonly Client[]> {
  if (config.client.kind !== 'path') {
    const named = environment['SSL_CERT_FILE'] || environment['SSL_CERT_DIR'];
    const certificateFile = named ? undefined : await findCertificateFile();
    const machine = { platform: process.platform, architecture: process.arch };
    return [...(await findInstallations(environment)), ...sealedClients(lock, machine, clientFolder, certificateFile)];
  }
  const folder = resolve(workspace, config.client.path);
  const installation = await readInstallation(folder);
  if (installation !== undefined) return [installation];
  throw fault(
    'PGR152',
    `client.path ${folder} does not hold pg_dump, pg_dumpall, pg_restore and psql of one version`,
    'name the folder of the programs themselves, such as /usr/lib/postgresql/17/bin',
  );
}

async function surveyServers(config: Config, surroundings: Surroundings): Promise<Record<string, ServerFacts>> {
  const patterns = new Map<string, Set<string>>();
  const dumped = new Set(config.steps.flatMap(step => (step.kind === 'dump' ? [step.from] : [])));
  for (const step of config.steps) {
    for (const connection of connectionsOf(step)) {
      const wanted = patterns.get(connection) ?? new Set();
      if (step.kind === 'dump')
        for (const pattern of [...step.databases, ...step['exclude-database']]) wanted.add(pattern);
      patterns.set(connection, wanted);
    }
  }
  const facts = await Promise.all(
    [...patterns].map(async ([name, wanted]) => {
      const version = surroundings.newServers[name];
      const facts =
        version === undefined
          ? await surveyServer(await surroundings.openSession(name), wanted, dumped.has(name))
          : newServer(version, wanted);
      return [name, facts] as const;
    }),
  );
  return Object.fromEntries(facts);
}

function connectionsOf(step: Config['steps'][number]): readonly string[] {
  switch (step.kind) {
    case 'dump':
      return [step.from];
    case 'restore':
      return [step.into];
    case 'verify':
      return [
        step.into,
        ...(step.source !== undefined && step.checks.some(({ on }) => on !== 'target') ? [step.source] : []),
      ];
    case 'compare':
      return [step.source, step.target];
    case 'clone':
      return [step.on];
    case 'sql':
    case 'publish':
    case 'fetch':
    case 'prune':
      return [];
  }
}

/** What a step is going to dump of it, a step before has made: so far only its name is known. */
function newServer(version: PostgresVersion, patterns: ReadonlySet<string>): ServerFacts {
  const matches = [...patterns].map(pattern => [pattern, [nameInPattern(pattern) ?? []].flat()] as const);
  return { version, matches: Object.fromEntries(matches), leftOut: {} };
}

async function surveyServer(opened: Session, patterns: ReadonlySet<string>, isDumped: boolean): Promise<ServerFacts> {
  await using session = opened;
  const matches: [string, readonly string[]][] = [];
  const leftOut: [string, readonly { readonly name: string; readonly why: string }[]][] = [];
  for (const pattern of patterns) {
    const rows = await session.query<{ name: string; why: string }>(
      `select datname::text as name,
         case when not datallowconn then 'it takes no connections' when datistemplate then 'a template'
           when not has_database_privilege(oid, 'connect') then 'the role may not connect to it' else '' end as why
       from pg_database where datname ~ $1 order by datname`,
      [parseSimplePattern(pattern)],
    );
    // One that is named outright is not passed over in silence for want of a privilege: its dump says what is missing.
    const named = nameInPattern(pattern) !== undefined;
    const dumped = rows.filter(({ why }) => why === '' || (named && why === 'the role may not connect to it'));
    matches.push([pattern, dumped.map(row => row.name)]);
    leftOut.push([pattern, rows.filter(row => !dumped.includes(row))]);
  }
  return {
    version: session.serverVersion,
    ...(session.pooled ? {} : await surveyLimits(session, isDumped)),
    matches: Object.fromEntries(matches),
    leftOut: Object.fromEntries(leftOut),
  };
}

async function surveyLimits(
  session: Session,
  isDumped: boolean,
): Promise<Pick<ServerFacts, 'freeConnections' | 'sizes'>> {
  const { limits, sizes } = isDumped
    ? await readLimitsAndSizes(session)
    : { limits: await readLimits(session), sizes: undefined };
  return { freeConnections: Math.min(...limits.map(freeOf)), sizes };
}

async function surveyDumpSets(config: Config, workspace: string): Promise<Record<string, Manifest>> {
  const made = new Set<string>();
  const needed = new Set<string>();
  for (const step of config.steps) {
    if (step.kind === 'dump') made.add(resolve(workspace, step.to));
    else if (step.kind === 'restore' || step.kind === 'verify') {
      const folder = resolve(workspace, step.from);
      if (!made.has(folder)) needed.add(folder);
    }
  }
  return Object.fromEntries(
    await Promise.all([...needed].map(async folder => [folder, await readOrigin(folder)] as const)),
  );
}
