import { access, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findInstallations, programPath } from '../src/client/installation.ts';
import { findServerPrograms } from '../src/throwaway/find-server-programs.ts';
import { chooseServer } from '../src/throwaway/server-programs.ts';
import { startThrowawayServer } from '../src/throwaway/throwaway-server.ts';
import { type DataSet, oneBigTable, smallTables } from './data-set.ts';
import { machineText, ratioRows, renderDocument } from './document.ts';
import { measure } from './measure.ts';
import { formatSpread } from './ratios.ts';
import { performRounds } from './rounds.ts';
import { measureStartUp } from './start-up.ts';
import { thisMachine } from './this-machine.ts';
import { waysOf } from './ways.ts';

/**
 * Measures our round trip against the naive and the tuned script, on data of its own and a server of its own.
 *
 *     node bench/drill.ts [--megabytes=150] [--tables=2000] [--rounds=3] [--script=dist/cli/index.js] [--write]
 *
 * A size of 0 leaves that data set out. `--write` makes docs/benchmarks.md of it.
 */
const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '150' },
    tables: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
    script: { type: 'string', default: join(root, 'dist/cli/index.js') },
    write: { type: 'boolean', default: false },
  },
});
const megabytes = wholeNumber('megabytes', 0);
const tables = wholeNumber('tables', 0);
const rounds = wholeNumber('rounds', 1);
const script = resolve(values.script);
await access(script).catch(() => stop(`${script} is not there: run npm run bundle, or name it with --script`));
const load = loadavg()[0] ?? 0;

const [client] = await findInstallations();
if (client === undefined) stop('no Postgres client is installed');
const programs = chooseServer(await findServerPrograms([root]), { atMostMajor: client.version.major });
if (programs === undefined) stop(`no Postgres server of major ${client.version.major} or older is installed`);

await using server = await startThrowawayServer({
  programs,
  settings: { autovacuum: 'off', max_wal_size: '4GB', max_locks_per_transaction: '256' },
});
const url = (database: string) => `postgresql://${server.user}@${server.host}:${server.port}/${database}`;
const psql = programPath(client.folder, 'psql');
const execute = async (sql: string, database = 'postgres') => {
  await measure({
    program: psql,
    arguments: ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', url(database)],
    input: sql,
    environment: { PGPASSWORD: server.password.reveal() },
  });
};
const cores = availableParallelism();
const ways = waysOf({ url, password: server.password, client, cores, script });

const machine = thisMachine(client.version.major, server.major, load);
console.log(`${machineText(machine)}; load average ${load.toFixed(1)}`);

const dataSets: Parameters<typeof renderDocument>[0]['dataSets'][number][] = [];
for (const dataSet of wanted()) {
  console.log(`\n${dataSet.title}`);
  await execute(`create database ${dataSet.name}`);
  await execute(dataSet.sql, dataSet.name);
  const measured = await performRounds({
    ways,
    rounds,
    source: dataSet.name,
    serverPid: server.pid(),
    execute,
    say: console.log,
  });
  await execute(`drop database ${dataSet.name}`);
  dataSets.push({ title: dataSet.title, rounds: measured });
  for (const [ratio, value] of ratioRows(measured)) console.log(`  ${ratio.padEnd(60)} ${value}`);
}
const startUp = await measureStartUp(script, 15);
console.log(`\nstart of the command line / an empty Node: ${formatSpread(startUp)}`);

if (values.write) {
  const path = join(root, 'docs/benchmarks.md');
  await writeFile(path, renderDocument({ machine, rounds, dataSets, startUp }));
  console.log(`wrote ${path}`);
}

function wanted(): readonly DataSet[] {
  return [...(megabytes > 0 ? [oneBigTable(megabytes)] : []), ...(tables > 0 ? [smallTables(tables)] : [])];
}

function wholeNumber(name: 'megabytes' | 'tables' | 'rounds', least: number): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < least) stop(`--${name} takes a whole number from ${least}`);
  return number;
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
