import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findServerPrograms } from '../src/throwaway/find-server-programs.ts';
import { chooseServer } from '../src/throwaway/server-programs.ts';
import { startThrowawayServer } from '../src/throwaway/throwaway-server.ts';
import { clientOf } from './client.ts';
import { compressible, type DataSet, oneBigTable, smallTables } from './data-set.ts';
import { formatRow, type MeasuredSet, machineText, renderDocument, verdict } from './document.ts';
import { sqlRunner } from './execute.ts';
import { floorWays } from './floor.ts';
import { growthSeries, measureGrowth } from './growth.ts';
import { folderInMemory } from './in-memory.ts';
import { ownWays } from './own.ts';
import { pgcopydbVersion, pgcopydbWay } from './pgcopydb.ts';
import { ratioRows } from './ratio-rows.ts';
import { performRounds } from './rounds.ts';
import { scriptWays } from './scripts.ts';
import { measureStartUp } from './start-up.ts';
import { thisMachine } from './this-machine.ts';
import { type WayName, wayNames } from './ways.ts';

/**
 * Measures our round trip against scripts, pgcopydb and the floor, on data of its own and a server of its own.
 *
 *     node bench/drill.ts [--megabytes=600,2000] [--compressible=300] [--tables=2000] [--growth=50] [--rounds=3] [--major=17]
 *                         [--ways=tuned,content] [--pgcopydb=PROGRAM] [--script=dist/cli/index.js] [--folder=/dev/shm]
 *                         [--no-warm-up] [--write]
 *
 * A size of 0 leaves that data set out, several of `--megabytes` make one each; `--growth` is the smallest of three sizes in megabytes. `--write` makes docs/benchmarks.md of it.
 */
const root = resolve(import.meta.dirname, '..');

/** Those of one ratio, as what else the machine does changes from minute to minute. */
const nextToEachOther: readonly WayName[] = [
  'naive',
  'pgcopydb',
  'floor in',
  'floor out',
  'dump',
  'dump with hashes',
  'restore',
  'counts',
  'tuned',
  'content',
  'defaults',
];

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '600,2000' },
    compressible: { type: 'string', default: '300' },
    tables: { type: 'string', default: '2000' },
    growth: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    major: { type: 'string', default: '17' },
    ways: { type: 'string', default: wayNames.join(',') },
    pgcopydb: { type: 'string', default: 'pgcopydb' },
    script: { type: 'string', default: join(root, 'dist/cli/index.js') },
    folder: { type: 'string' },
    'no-warm-up': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const megabytes = values.megabytes.split(',').map(text => wholeNumber('megabytes', 0, text));
const [packed, tables, smallest] = (['compressible', 'tables', 'growth'] as const).map(name => wholeNumber(name, 0));
const rounds = wholeNumber('rounds', 1);
const warmUp = !values['no-warm-up'];
const major = wholeNumber('major', 13);
const script = resolve(values.script);
await access(script).catch(() => stop(`${script} is not there: run npm run bundle, or name it with --script`));
const load = loadavg()[0] ?? 0;

const folder = resolve(values.folder ?? (await folderInMemory()));
const work = await mkdtemp(join(folder, 'bench-drill-'));
try {
  const client = await clientOf(major, join(work, 'client'));
  const programs = chooseServer(await findServerPrograms([root]), { major });
  if (programs === undefined) stop(`no Postgres server of major ${major} is here`);
  await using server = await startThrowawayServer({
    programs,
    folder,
    settings: {
      autovacuum: 'off',
      max_wal_size: '4GB',
      max_locks_per_transaction: '2048',
      wal_level: 'minimal',
      max_wal_senders: '0',
      max_replication_slots: '0',
    },
  });
  const url = (database: string) => `postgresql://${server.user}@${server.host}:${server.port}/${database}`;
  const execute = sqlRunner({ url, password: server.password, client });
  const surroundings = { url, password: server.password, client, cores: availableParallelism(), script };
  const pgcopydb = await pgcopydbVersion(values.pgcopydb);
  const wanted = new Set(values.ways.split(','));
  const ways = [
    ...scriptWays(surroundings),
    ...(pgcopydb === undefined ? [] : [pgcopydbWay(surroundings, values.pgcopydb)]),
    ...floorWays(surroundings),
    ...ownWays(surroundings),
  ]
    .filter(({ name }) => wanted.has(name))
    .toSorted((one, other) => nextToEachOther.indexOf(one.name) - nextToEachOther.indexOf(other.name));

  const machine = thisMachine(client.version.major, server.major, load);
  console.log(`${machineText(machine)}; load average ${load.toFixed(1)}`);
  const options = { ways, folder, serverPid: server.pid(), execute, say: console.log };
  const make = async ({ name, sql }: DataSet): Promise<AsyncDisposable> => {
    await execute(`create database ${name}`);
    await execute(sql, name);
    return { [Symbol.asyncDispose]: () => execute(`drop database ${name}`) };
  };
  const dataSets: MeasuredSet[] = [];
  for (const dataSet of sets()) {
    console.log(`\n${dataSet.title}`);
    await using _ = await make(dataSet);
    const measured = await performRounds({ ...options, rounds, source: dataSet.name, warmUp });
    const small = dataSet.name === 'small_tables';
    dataSets.push({ title: dataSet.title, small, rounds: measured });
    for (const row of ratioRows(measured, small))
      console.log(`  ${row.title.padEnd(66)} ${formatRow(row).padEnd(20)} ${verdict(row.value.median, row.target)}`);
  }
  const growth = smallest ? await measureGrowth(growthSeries(smallest, [200, 2_000, 10_000]), options, make) : [];
  const startUp = await measureStartUp({ cli: script, action: join(root, 'dist/action/index.js') }, 15);
  console.log(`\nstart, ms: ${JSON.stringify(startUp)}`);
  if (values.write) {
    const path = join(root, 'docs/benchmarks.md');
    await writeFile(path, renderDocument({ machine, folder, rounds, warmUp, dataSets, growth, startUp, pgcopydb }));
    console.log(`wrote ${path}`);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}

function sets(): readonly DataSet[] {
  return [
    ...megabytes.flatMap(size => (size ? [oneBigTable(size)] : [])),
    ...(packed ? [compressible(packed)] : []),
    ...(tables ? [smallTables(tables)] : []),
  ];
}

function wholeNumber(
  name: 'megabytes' | 'compressible' | 'tables' | 'growth' | 'rounds' | 'major',
  least: number,
  text: string = values[name],
): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) stop(`--${name} takes a whole number from ${least}`);
  return number;
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
