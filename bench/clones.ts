import { access, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { findInstallations, programPath } from '../src/client/installation.ts';
import { findServerPrograms } from '../src/throwaway/find-server-programs.ts';
import { chooseServer } from '../src/throwaway/server-programs.ts';
import { startThrowawayServer, type ThrowawayServer } from '../src/throwaway/throwaway-server.ts';
import { type CloneCase, type CloneRounds, type CloneWay, cloneRow, renderClonesDocument } from './clones-document.ts';
import { oneBigTable } from './data-set.ts';
import { machineText } from './document.ts';
import { measure } from './measure.ts';
import { rotated } from './ratios.ts';
import { thisMachine } from './this-machine.ts';

/**
 * Measures a clone by each strategy of a server against restoring again, with fsync off and on.
 *
 *     node bench/clones.ts [--cases=15:1,15:30,15:180,18:30,14:30,18:400] [--rounds=3] [--write]
 *
 * A case is a major of the server and the megabytes of all rows as text. `--write` makes docs/benchmarks-clones.md of what
 * has been measured, after each case.
 */
const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '15:1,15:30,15:180,18:30,14:30,18:400' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const jobs = availableParallelism();
const load = loadavg()[0] ?? 0;

const [client] = await findInstallations();
if (client === undefined) throw new Error('no Postgres client is installed');
const folder = await mkdtemp(join(tmpdir(), 'bench-clones-'));
const archive = (size: number) => join(folder, String(size));

async function start(major: number): Promise<ThrowawayServer> {
  const programs = chooseServer(await findServerPrograms([root]), { major });
  if (programs === undefined) throw new Error(`no Postgres server ${major} is installed`);
  return startThrowawayServer({ programs, settings: { autovacuum: 'off', max_wal_size: '4GB' } });
}

async function tool(
  server: ThrowawayServer,
  name: 'psql' | 'pg_dump' | 'pg_restore',
  database: string,
  rest: readonly string[],
  input = '',
) {
  const url = `postgresql://${server.user}@${server.host}:${server.port}/${database}`;
  const environment = { PGPASSWORD: server.password.reveal() };
  await measure({
    program: programPath(client?.folder ?? '', name),
    arguments: [...rest, '-d', url],
    input,
    environment,
  });
}

/** A session in the database postgres. */
async function connect({ host, port, user, password }: ThrowawayServer): Promise<pg.Client & AsyncDisposable> {
  const session = new pg.Client({ host, port, user, password: password.reveal(), database: 'postgres' });
  await session.connect();
  return Object.assign(session, { [Symbol.asyncDispose]: () => session.end() });
}

/** Made on a server of the client's major, which every newer and older server here can restore. */
async function makeArchive(size: number): Promise<void> {
  await using server = await start(client?.version.major ?? 0);
  await tool(server, 'psql', 'postgres', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null'], oneBigTable(size).sql);
  await tool(server, 'pg_dump', 'postgres', ['-Fd', `-j${jobs}`, '-Z1', '-f', archive(size)]);
}

type Perform = (sessions: readonly pg.Client[]) => Promise<void>;

/** What a server of this major can do, two copies each but for the restore. */
function waysOf(server: ThrowawayServer, size: number): readonly (readonly [CloneWay, Perform])[] {
  const { major } = server;
  const create = (name: string, strategy: string) =>
    `create database ${name} template app${major < 15 ? '' : ` strategy ${strategy}`}`;
  const clone =
    (strategy: string, method = 'copy'): Perform =>
    async ([one]) => {
      if (major >= 18) await one?.query(`set file_copy_method = ${method}`);
      for (const name of ['copy_1', 'copy_2']) await one?.query(create(name, strategy));
    };
  const atOnce =
    (strategy: string): Perform =>
    async sessions => {
      if (major >= 18) for (const session of sessions) await session.query('set file_copy_method = copy');
      await Promise.all(sessions.map((session, index) => session.query(create(`copy_${index + 1}`, strategy))));
    };
  const restore: Perform = async ([one]) => {
    await one?.query('create database copy_1');
    await tool(server, 'pg_restore', 'copy_1', [`-j${jobs}`, archive(size)]);
  };
  return [
    ['restore', restore],
    ['file_copy', clone('file_copy')],
    ['file_copy ×2', atOnce('file_copy')],
    ...(major < 15
      ? []
      : ([
          ['wal_log', clone('wal_log')],
          ['wal_log ×2', atOnce('wal_log')],
        ] as const)),
    ...(major < 18 ? [] : ([['reflink', clone('file_copy', 'clone')]] as const)),
  ];
}

async function measureCase(server: ThrowawayServer, size: number, fsync: boolean): Promise<CloneCase> {
  await using one = await connect(server);
  await using two = await connect(server);
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit'])
    await one.query(`alter system set ${name} = ${fsync ? 'on' : 'off'}`);
  await one.query('select pg_reload_conf(), pg_sleep(0.5)');
  const measured: Record<CloneWay, number[]> = {
    restore: [],
    wal_log: [],
    file_copy: [],
    reflink: [],
    'wal_log ×2': [],
    'file_copy ×2': [],
  };
  for (let round = 0; round < rounds; round++) {
    for (const [name, perform] of rotated(waysOf(server, size), round)) {
      await one.query('checkpoint');
      const started = performance.now();
      await perform([one, two]);
      const seconds = (performance.now() - started) / 1000;
      measured[name].push(name === 'restore' ? seconds : seconds / 2);
      for (const copy of ['copy_1', 'copy_2']) await one.query(`drop database if exists ${copy}`);
    }
  }
  const { rows } = await one.query<{ bytes: string }>(`select pg_database_size('app') as bytes`);
  return { major: server.major, fsync, bytes: Number(rows[0]?.bytes), rounds: measured satisfies CloneRounds };
}

async function writeDocument(major: number): Promise<void> {
  const machine = machineText(thisMachine(major, major, load)).replace(/, server \d+$/, '');
  const fileSystem = (await statfs(tmpdir())).type === 0xef53 ? 'ext4' : 'another file system than ext4';
  const document = { machine, fileSystem, jobs, rounds, load: [load, loadavg()[0] ?? 0], cases } as const;
  await writeFile(join(root, 'docs/benchmarks-clones.md'), renderClonesDocument(document));
}

const cases: CloneCase[] = [];
try {
  for (const [major = 0, size = 0] of values.cases.split(',').map(one => one.split(':').map(Number))) {
    await access(archive(size)).catch(() => makeArchive(size));
    await using server = await start(major);
    await using session = await connect(server);
    await session.query('create database app');
    await tool(server, 'pg_restore', 'app', [`-j${jobs}`, archive(size)]);
    for (const fsync of [false, true]) {
      const one = await measureCase(server, size, fsync);
      cases.push(one);
      console.log(cloneRow(one).join(' | '));
    }
    if (values.write) await writeDocument(client.version.major);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
