import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../src/cli/run-command.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { plainPlatform } from '../../../src/platform/plain.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { serverProvider } from '../../../src/run/server-provider.ts';
import type { Level } from '../../../src/verify/finding.ts';
import { checksOf } from '../../support/round-trip-results.ts';
import { keptClients } from '../../support/sealed.ts';
import { dropDatabase, queryOn, type TestServer, urlOf, withClient } from '../../support/servers.ts';
import { pgcopydbCompare, type SaidOfChange } from './pgcopydb.ts';
import { plainCounts } from './plain-counts.ts';

export interface Found {
  readonly level: Level;
  /** `missing …`, `extra …`, or `changed OBJECT: PROPERTY`. */
  readonly text: string;
}

/** A source, its proven copy, and copies of that with changes in them. Disposing of it leaves nothing on the server. */
export interface MutationLab extends AsyncDisposable {
  /** Dumps and restores the source, and verifies the copy. */
  makeCopy(): Promise<RunReport>;
  /** What verify finds in a copy of the copy once these statements were executed in it. */
  mutate(
    statements: readonly string[],
    level: Level,
  ): Promise<{ readonly report: RunReport; readonly found: readonly Found[] }>;
  /** Whether plain counts tell the changed copy from the source. The change is taken back. */
  isCounted(statement: string): Promise<boolean>;
  pgcopydb(statement: string): Promise<SaidOfChange>;
}

export interface LabOptions {
  readonly server: TestServer;
  /** Begins the names of all databases. */
  readonly prefix: string;
  /** What fills the source. */
  readonly sql: readonly string[];
  /** What a template does not bring along. */
  readonly afterCopy: string;
}

export async function openLab({ server, prefix, sql, afterCopy }: LabOptions): Promise<MutationLab> {
  const folder = await mkdtemp(join(tmpdir(), 'mutations-'));
  const [source, copy, changed, counted] = ['source', 'copy', 'changed', 'counted'].map(name => `${prefix}_${name}`);
  if (source === undefined || copy === undefined || changed === undefined || counted === undefined)
    throw new Error('no names');
  await queryOn(server, 'postgres', `CREATE DATABASE ${source} TEMPLATE template0`);
  for (const statements of sql) await queryOn(server, source, statements);
  let expectedCounts: Promise<string> | undefined;

  async function drop(name: string): Promise<void> {
    const rows = await queryOn(
      server,
      'postgres',
      `SELECT subname::text AS name FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname = '${name}'`,
    );
    for (const row of rows) {
      const subscription = String(row['name']);
      await queryOn(server, name, `ALTER SUBSCRIPTION ${subscription} SET (slot_name = NONE)`);
      await queryOn(server, name, `DROP SUBSCRIPTION ${subscription}`);
    }
    await dropDatabase(server, name);
  }

  async function fromCopy(name: string, statements: readonly string[]): Promise<void> {
    await drop(name);
    await queryOn(server, 'postgres', `CREATE DATABASE ${name} TEMPLATE ${copy}`);
    await queryOn(server, name, afterCopy);
    for (const statement of statements)
      await queryOn(server, name, statement).catch((error: unknown) => {
        throw new Error(`${statement}: ${String(error)}`);
      });
  }

  /** Runs steps as the command line does, without starting it anew each time. */
  function run(steps: readonly object[]): Promise<RunReport> {
    const sink = { write: () => true };
    const declared = { version: 1, connections: { server: { url: '${URL}' } }, steps };
    const environment = { URL: urlOf(server, source ?? ''), PATH: process.env['PATH'], ...keptClients };
    return runCommand({
      readConfig: async () =>
        parseConfig(JSON.stringify(declared), { file: 'it', environment, workspace: folder, temporary: undefined }),
      platform: plainPlatform({ stdout: sink, stderr: sink, workspace: folder, temporary: folder, interactive: false }),
      environment,
      signal: new AbortController().signal,
      servers: serverProvider([process.cwd()]),
      reportPath: undefined,
    });
  }

  return {
    makeCopy: () =>
      run([
        { dump: { from: 'server', databases: source, to: 'set', 'content-hash': true } },
        { restore: { into: 'server', as: { [source]: copy } } },
        { verify: { level: 'content' } },
      ]),
    async mutate(statements, level) {
      await fromCopy(changed, statements);
      const report = await run([{ verify: { from: 'set', into: 'server', as: { [source]: changed }, level } }]);
      const found = checksOf(report).flatMap(check =>
        check.findings.map(one => ({
          level: check.level,
          text: `${one.kind} ${one.object}${one.kind === 'changed' ? `: ${one.property}` : ''}`,
        })),
      );
      return { report, found };
    },
    async isCounted(statement) {
      expectedCounts ??= fromCopy(counted, []).then(() => plainCounts(sql => queryOn(server, counted, sql)));
      const expected = await expectedCounts;
      return await withClient(server, counted, async client => {
        await client.query('BEGIN');
        await client.query(statement);
        await client.query('RESET ROLE');
        return (await plainCounts(async sql => (await client.query(sql)).rows)) !== expected;
      });
    },
    async pgcopydb(statement) {
      await fromCopy(changed, [statement]);
      return await pgcopydbCompare(urlOf(server, source), urlOf(server, changed));
    },
    async [Symbol.asyncDispose]() {
      for (const name of [changed, counted, copy, source]) await drop(name);
      await rm(folder, { recursive: true });
    },
  };
}
