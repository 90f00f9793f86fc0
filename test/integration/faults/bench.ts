import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { catalogue, type ErrorCode, type ExitCode } from '../../../src/errors.ts';
import type { Secret } from '../../../src/secret.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type CliEnd, type CliOptions, type CliRun, makePlace, type Place } from '../../support/cli.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';
import { processesAreVisible } from '../../support/processes.ts';
import { programsOf, queryOn, type TestServer, urlOf } from '../../support/servers.ts';

/** A server of one test file's own: what is on it can be listed before and after a run. */
export async function startServer(
  options: { readonly password?: Secret } = {},
  major?: number,
): Promise<ThrowawayServer> {
  return startThrowawayServer({ programs: await programsOf(major), ...options });
}

export type Step = Readonly<Record<string, unknown>>;

export interface Declaration {
  readonly steps: readonly Step[];
  readonly source?: Step;
  readonly target?: Step;
  readonly [key: string]: unknown;
}

/**
 * A declared file with two connections, `source` and `target`, whose URLs come from variables. Without retries, as a test
 * is about what one fault leads to; undefined leaves them to the default.
 */
export function declared({ source, target, ...rest }: Declaration): string {
  const connections = {
    source: { url: '${SOURCE_URL}', ...source },
    target: { url: '${TARGET_URL}', ...target },
  };
  return JSON.stringify({ version: 1, connections, retries: 0, ...rest }, undefined, 2);
}

/** Dump, restore as `copy`, verify, publish: what most users declare. */
export function drillSteps(copy = 'copy', more: { readonly dump?: Step; readonly restore?: Step } = {}): Step[] {
  return [
    { dump: { from: 'source', to: 'dumps/set', ...more.dump } },
    { restore: { into: 'target', as: { shop: copy }, ...more.restore } },
    { verify: {} },
    { publish: { folder: 'published' } },
  ];
}

/** The variables of `declared`: both connections on one server unless told otherwise. */
export function urls(server: TestServer, more: { readonly source?: string; readonly target?: string } = {}) {
  return {
    SOURCE_URL: more.source ?? urlOf(server, 'shop'),
    TARGET_URL: more.target ?? urlOf(server, 'postgres'),
  };
}

/** The same server, reached through something that stands before it. */
export function through(server: TestServer, { host, port }: { readonly host: string; readonly port: number }) {
  return { ...server, host, port } satisfies TestServer;
}

/** Tables whose data is long on the wire, so that a proxy can tell it from everything else. */
export const longTables = `
  CREATE TABLE long_one AS SELECT i AS id, repeat(md5(i::text), 12) AS words FROM generate_series(1, 10000) i;
  CREATE TABLE long_two AS SELECT i AS id, repeat(md5(i::text), 12) AS words FROM generate_series(1, 10000) i;
  ALTER TABLE long_one ADD PRIMARY KEY (id);
  CREATE VIEW total AS SELECT count(*) FROM long_one`;

/** So many bytes into a connection is the data of a long table: the catalogs that pg_dump reads before are shorter. */
export const intoData = 1_500_000;

/** A small database called `shop`, made anew. */
export async function makeShop(server: TestServer, sql = smallTables): Promise<void> {
  await queryOn(server, 'postgres', 'DROP DATABASE IF EXISTS shop WITH (FORCE)');
  await queryOn(server, 'postgres', 'CREATE DATABASE shop TEMPLATE template0');
  await queryOn(server, 'shop', sql);
}

export const smallTables = `
  CREATE TABLE customer (id int PRIMARY KEY, name text);
  INSERT INTO customer SELECT i, 'customer ' || i FROM generate_series(1, 100) i;
  CREATE TABLE purchase (id int PRIMARY KEY, customer int REFERENCES customer);
  INSERT INTO purchase SELECT i, i FROM generate_series(1, 100) i`;

/** Names of everything on a server that a run could leave there. */
export async function clusterState(server: TestServer): Promise<readonly string[]> {
  const rows = await queryOn(
    server,
    'postgres',
    `SELECT 'database ' || datname AS thing FROM pg_database UNION ALL SELECT 'role ' || rolname FROM pg_roles ORDER BY 1`,
  );
  return rows.map(row => String(row['thing']));
}

/** Sessions of runs, by what they do. A backend notices only after a while that its client is gone. */
export async function sessionsOfRuns(server: TestServer): Promise<readonly string[]> {
  const rows = await queryOn(
    server,
    'postgres',
    `SELECT coalesce(state, '') || ': ' || query AS doing FROM pg_stat_activity WHERE application_name LIKE 'pg-roundtrip%'`,
  );
  return rows.map(row => String(row['doing']));
}

/**
 * What a run that failed is to look like, for `toMatchObject`: code and exit code belong together, the terminal shows the
 * code, the report names no database.
 */
export function failure(code: ErrorCode, says: RegExp | string, remedy: RegExp | string): object {
  const exitCode: ExitCode = catalogue[code].exit;
  return {
    exitCode,
    problem: { code, message: textLike(says), remedy: textLike(remedy) },
    output: expect.stringContaining(code),
    report: { exitCode, verdict: 'failed', databases: [] },
  };
}

function textLike(text: RegExp | string): unknown {
  return typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
}

/** What is left of the runs of a place: files and folders, then processes. */
export async function traces(place: Place): Promise<readonly string[]> {
  const processes = processesAreVisible ? await place.processes() : [];
  return [...(await place.remains()), ...processes.map(({ commandLine }) => commandLine.join(' '))];
}

/** Paths of the finished dump set that a drill has made, which may stay when a later step fails. */
export async function dumpSetOf(place: Place): Promise<readonly string[]> {
  return (await place.remains()).filter(path => /^workspace\/dumps(\/set(\/|$)|$)/.test(path));
}

/** Throws unless what could be left on a server is what was there before. For the hooks of a file. */
export async function assertUnchanged(server: TestServer, before: readonly string[]): Promise<void> {
  const now = await clusterState(server);
  if (now.join() !== before.join())
    throw new Error(`left on the server: ${now.filter(one => !before.includes(one)).join()}`);
}

/** Throws unless a run that a test only needs has succeeded. */
export function assertSucceeded(end: CliEnd): void {
  if (end.exitCode !== 0) throw new Error(end.output);
}

/** Waits for something to become true, for a time that no healthy machine needs. */
export async function eventually(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (await holds()) return;
    await delay(50);
  }
  throw new Error(`never happened: ${what}`);
}

/** Waits for a fault to strike a run; a run that ends before it is not what the test is about. */
export async function struck(proxy: FaultProxy, run: CliRun): Promise<void> {
  const early = run.ended.then(end => {
    throw new Error(`the run ended before the fault: ${end.output}`);
  });
  await Promise.race([proxy.struck, early]);
  early.catch(() => undefined);
}

/** A place with a declared file in it. */
export async function placeWith(declaration: string): Promise<Place> {
  const place = await makePlace();
  await place.write('pg-roundtrip.yml', declaration);
  return place;
}

export type { CliEnd, CliOptions, Place };
