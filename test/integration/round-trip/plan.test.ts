import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Plan, PlannedStep } from '../../../src/plan/plan.ts';
import type { Command } from '../../../src/postgres/process.ts';
import { makeRecordingClient, type RecordedStart, type RecordingClient } from '../../support/recording-client.ts';
import { type Declaration, makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { copyOn, databaseExists, drill, ending } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, queryOn, sharedServer } from '../../support/servers.ts';

const password = `p:a\\s@s%w/#?'"é!()* x`;
const role = 'planner';

let base: string;
let client: RecordingClient;
let workspace: Workspace;
let source: FreshDatabase;
let declaration: Declaration;

/** Says nothing about a database that a client should hear. */
const surroundings = {
  PGPASSWORD: 'of another server',
  PGHOST: '127.0.0.9',
  PGPORT: '1',
  PGUSER: 'nobody',
  PGDATABASE: 'elsewhere',
  PGOPTIONS: '-c search_path=elsewhere',
  PGSERVICE: 'elsewhere',
  PGSSLMODE: 'verify-full',
  PGAPPNAME: 'somebody else',
  PGTZ: 'Asia/Kathmandu',
  LC_ALL: 'de_DE.UTF-8',
  GITHUB_TOKEN: 'of the job',
  INPUT_PASSWORD: 'of the action',
  LD_LIBRARY_PATH: '/nowhere',
  PG_COLOR: 'always',
};

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'recording-'));
  client = await makeRecordingClient(base);
  workspace = await makeWorkspace();
  const server = await sharedServer();
  const [known] = await queryOn(server, 'postgres', `SELECT FROM pg_roles WHERE rolname = '${role}'`);
  if (known === undefined) await queryOn(server, 'postgres', `CREATE ROLE ${role} SUPERUSER LOGIN`);
  await queryOn(server, 'postgres', `ALTER ROLE ${role} PASSWORD '${password.replaceAll("'", "''")}'`);
  source = await freshDatabase(server, {
    sql: `CREATE TABLE letters AS SELECT n AS id FROM generate_series(1, 26) AS n;
      CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 2'`,
  });
  const url = `postgresql://${role}:${encodeURIComponent(password)}@${server.host}:${server.port}/${source.name}`;
  const change = `CREATE OR REPLACE FUNCTION twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 3'`;
  declaration = {
    connections: { source: url, target: url },
    client: { path: client.folder },
    steps: [
      ...drill(source.name, `${source.name}_copy`, {
        dump: { globals: true, jobs: 1, exclude: { 'table-data': 'public.x*' } },
        restore: { phases: 'separate', jobs: 1 },
      }),
      // A definition that differs, so that the scratch database is made as well.
      { sql: { on: 'target', database: `${source.name}_copy`, run: change } },
      { verify: { level: 'objects' } },
    ],
  };
});

afterEach(async () => {
  await using _copy = copyOn(source.server, `${source.name}_copy`);
  await source[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
  await rm(base, { recursive: true, force: true });
});

/** The commands of a step in the order in which they are carried out. */
function commandsOf(step: PlannedStep, differing: boolean): readonly Command[] {
  switch (step.kind) {
    case 'dump':
      return [
        ...(step.globals === undefined ? [] : [step.globals.command]),
        ...step.databases.flatMap(({ command, whole }) => (whole === undefined ? [command] : [command, whole])),
      ];
    case 'restore':
      return step.databases.flatMap(({ phases }) => phases.map(({ command }) => command));
    case 'verify':
      return step.databases.flatMap(({ command, scratch }) =>
        differing ? [command, scratch.restore, scratch.dump] : [command],
      );
    case 'compare':
      return Object.values(step.commands);
    case 'clone':
    case 'sql':
    case 'publish':
    case 'fetch':
    case 'prune':
      return [];
  }
}

/** What is known only while it runs, as the plan writes it. */
function asPlanned(argument: string): string {
  return argument
    .replace(/^--snapshot=[0-9A-F]+-[0-9A-F]+-\d+$/, '--snapshot=<exported when the dump runs>')
    .replace(/^--file=.*\/definitions-[^/]+$/, '--file=<private file>')
    .replace(/dbname='?pg_roundtrip_scratch_[0-9a-f]+'?/, "dbname='<scratch database>'");
}

const plain = (argument: string): string =>
  argument.replace(/dbname='?<scratch database>'?/, "dbname='<scratch database>'");

describe.runIf(process.platform === 'linux')('plan', () => {
  test('says exactly which programs run starts, with which arguments, and does nothing itself', async () => {
    const planned = await workspace.command(['plan', '--json'], declaration, surroundings);
    expect(planned).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await client.starts()).toEqual([]);
    expect(await databaseExists(source.server, `${source.name}_copy`)).toBe(false);
    expect(await readdir(workspace.folder)).toEqual(['pg-roundtrip.yml']);

    const { report, exitCode } = await workspace.run(declaration, surroundings);
    expect(exitCode).toBe(3); // for the function that was changed on purpose
    expect(ending(report)).toMatchObject({ findings: [{ object: expect.stringContaining('twice') }] });

    const plan = JSON.parse(planned.stdout) as Plan;
    const commands = plan.steps.flatMap((step, index) => commandsOf(step, index === plan.steps.length - 1));
    expect((await client.starts()).map(start => [start.program, ...start.arguments.map(asPlanned)])).toEqual(
      commands.map(command => [command.program, ...command.arguments.map(plain)]),
    );
    for (const command of commands) expect(command.path).toBe(join(client.folder, command.program));
  });

  test('prints every argument of every command, as a shell would take it', async () => {
    const json = await workspace.command(['plan', '--json'], declaration);
    const text = await workspace.command(['plan'], declaration);
    const plan = JSON.parse(json.stdout) as Plan;
    for (const command of plan.steps.flatMap(step => commandsOf(step, true))) {
      for (const argument of command.arguments) {
        const quoted = `'${argument.replaceAll("'", `'\\''`)}'`;
        expect([argument, quoted].some(form => text.stdout.includes(form))).toBe(true);
      }
    }
  });

  test('no written form of a secret is in the plan, on a command line or in the environment of a program', async () => {
    const outputs = [
      await workspace.command(['plan'], declaration),
      await workspace.command(['plan', '--json'], declaration),
      await workspace.run(declaration, surroundings),
    ].map(({ stdout, stderr }) => stdout + stderr);
    const starts = await client.starts();
    expect(starts.length).toBeGreaterThan(6);
    const forms = [
      password,
      encodeURIComponent(password),
      password.replaceAll('\\', '\\\\').replaceAll(':', '\\:'),
      password.replaceAll('\\', '\\\\').replaceAll("'", "\\'"),
      JSON.stringify(password).slice(1, -1),
    ];
    for (const text of [...outputs, ...starts.map(start => JSON.stringify(start)), ...starts.flatMap(valuesOf)])
      for (const form of forms) expect(text).not.toContain(form);
  });

  test('programs see nothing of our environment but what is on the list', async () => {
    await workspace.run(declaration, { ...surroundings, SSL_CERT_DIR: '/certificates' });
    const starts = await client.starts();
    expect(starts.length).toBeGreaterThan(6);
    for (const { environment } of starts) {
      expect(environment).toEqual({
        LC_ALL: 'C',
        PGAPPNAME: expect.stringMatching(/^pg-roundtrip [0-9a-f]{8}$/),
        PGPASSFILE: expect.stringMatching(/\/passfile/),
        PGTZ: 'UTC',
        SSL_CERT_DIR: '/certificates',
        TMPDIR: expect.stringContaining('round-trip-'),
      });
    }
    expect(await workspace.leftovers()).toEqual([]);
  });
});

function valuesOf(start: RecordedStart): readonly string[] {
  return [...start.arguments, ...Object.values(start.environment)];
}
