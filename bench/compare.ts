import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findInstallations, programPath } from '../src/client/installation.ts';
import { shopScripts } from '../src/demo/shop/shop.ts';
import { findServerPrograms } from '../src/throwaway/find-server-programs.ts';
import { chooseServer } from '../src/throwaway/server-programs.ts';
import { startThrowawayServer } from '../src/throwaway/throwaway-server.ts';
import { type CompareRounds, type CompareWay, compareRatios, renderCompareDocument } from './compare-document.ts';
import { cpuSeconds } from './cpu.ts';
import { machineText } from './document.ts';
import { measure, measureNode } from './measure.ts';
import { rotated } from './ratios.ts';
import { thisMachine } from './this-machine.ts';

/**
 * Measures what it costs to compare a database with its unchanged copy: our commands against `pgcopydb compare`, which
 * has to be on PATH, and against counting rows.
 *
 *     node bench/compare.ts [--scale=20] [--rounds=3] [--script=dist/cli/index.js] [--write]
 *
 * The scale is that of pgbench. `--write` makes docs/benchmarks-compare.md of it.
 */
const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    script: { type: 'string', default: join(root, 'dist/cli/index.js') },
    write: { type: 'boolean', default: false },
  },
});
const [scale, rounds] = [Number(values.scale), Number(values.rounds)];
const script = resolve(values.script);
await access(script);
const load = loadavg()[0] ?? 0;
const path = process.env['PATH'] ?? '';

const [client] = await findInstallations();
if (client === undefined) throw new Error('no Postgres client is installed');
const programs = chooseServer(await findServerPrograms([root]), { atMostMajor: client.version.major });
if (programs === undefined)
  throw new Error(`no Postgres server of major ${client.version.major} or older is installed`);
const version = /pgcopydb version (\S+)/.exec((await said('--version')).stdout)?.[1] ?? '?';

await using server = await startThrowawayServer({
  programs,
  settings: { autovacuum: 'off', max_wal_size: '4GB', max_locks_per_transaction: '256' },
});
const address = `${server.host}:${server.port}`;
const url = (database: string) => `postgresql://${server.user}:${server.password.reveal()}@${address}/${database}`;
const psql = programPath(client.folder, 'psql');
const execute = (sql: string, database = 'postgres') =>
  measure({
    program: psql,
    arguments: [
      '-XqAt',
      '-v',
      'ON_ERROR_STOP=1',
      '-h',
      server.host,
      '-p',
      String(server.port),
      '-U',
      server.user,
      database,
    ],
    input: sql,
    environment: { PGPASSWORD: server.password.reveal() },
  });

const folder = await mkdtemp(join(tmpdir(), 'bench-compare-'));
const ours = (...parameters: readonly string[]) =>
  measureNode({
    arguments: [script, ...parameters, `--working-directory=${folder}`],
    environment: { HERE: url('source'), THERE: url('copy'), SERVER: url('postgres') },
  });

/** As pgbench -i makes them. */
const pgbench = `
create table pgbench_tellers (tid int not null, bid int, tbalance int, filler char(84)) with (fillfactor = 100);
create table pgbench_branches (bid int not null, bbalance int, filler char(88)) with (fillfactor = 100);
create table pgbench_accounts (aid int not null, bid int, abalance int, filler char(84)) with (fillfactor = 100);
create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
insert into pgbench_branches select n, 0 from generate_series(1, ${scale}) n;
insert into pgbench_tellers select n, (n - 1) / 10 + 1, 0 from generate_series(1, ${scale * 10}) n;
insert into pgbench_accounts select n, (n - 1) / 100000 + 1, 0, '' from generate_series(1, ${scale * 100_000}) n;
alter table pgbench_branches add primary key (bid);
alter table pgbench_tellers add primary key (tid);
alter table pgbench_accounts add primary key (aid);`;

const counts = `
select relkind, count(*) from pg_class group by 1; select count(*) from pg_constraint; select count(*) from pg_trigger;
select count(*) from pg_proc; select count(*) from pg_extension;
select format('select count(*) from %I.%I;', schemaname, tablename) from pg_tables
  where schemaname not in ('pg_catalog', 'information_schema') order by 1
\\gexec
`;

const ways: readonly (readonly [CompareWay, () => Promise<{ readonly seconds: number }>])[] = [
  [
    'counts',
    () =>
      both(
        () => execute(counts, 'source'),
        () => execute(counts, 'copy'),
      ),
  ],
  ['pgcopydb schema', () => said('compare', 'schema')],
  ['pgcopydb data', () => said('compare', 'data')],
  ['compare', () => ours('run', 'compare.yml')],
  ['compare at objects', () => ours('run', 'objects.yml')],
  ['verify', () => ours('run', 'verify.yml')],
];

async function said(...parameters: readonly string[]) {
  const work = await mkdtemp(join(tmpdir(), 'bench-pgcopydb-'));
  const between =
    parameters[0] === 'compare'
      ? ['--source', url('source'), '--target', url('copy'), '--dir', join(work, 'work')]
      : [];
  try {
    return await measure({ program: 'pgcopydb', arguments: [...parameters, ...between], environment: { PATH: path } });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function both(...each: readonly (() => Promise<{ readonly seconds: number }>)[]) {
  let seconds = 0;
  for (const one of each) seconds += (await one()).seconds;
  return { seconds };
}

function declaration(...steps: readonly string[]): string {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of the declared file
  const connections =
    'connections:\n  here: { url: "${HERE}" }\n  there: { url: "${THERE}" }\n  server: { url: "${SERVER}" }';
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: variables of the declared file
  return ['version: 1', connections, 'steps:', ...steps.map(step => `  - ${step}`), ''].join('\n');
}

const measured: CompareRounds[number]['timings'] = {
  counts: [],
  'pgcopydb schema': [],
  'pgcopydb data': [],
  compare: [],
  'compare at objects': [],
  verify: [],
};
const dataSets: CompareRounds[number][] = [];
try {
  const shop = shopScripts(server.major).map(({ sql }) => sql);
  for (const [title, sql] of [
    ['the shop of the demo: many kinds of objects, few rows', shop],
    [`the same with the tables of pgbench at scale ${scale}`, [...shop, pgbench]],
  ] as const) {
    await execute('create database source template template0');
    for (const one of sql) await execute(one, 'source');
    await execute('vacuum analyze', 'source');
    const set = 'restore: { into: server, as: { source: copy } }';
    await writeFile(join(folder, 'drill.yml'), declaration('dump: { from: here, databases: [source], to: set }', set));
    await writeFile(
      join(folder, 'verify.yml'),
      declaration('verify: { from: set, into: server, as: { source: copy }, level: content }'),
    );
    await writeFile(
      join(folder, 'compare.yml'),
      declaration('compare: { source: here, target: there, level: content }'),
    );
    await writeFile(
      join(folder, 'objects.yml'),
      declaration('compare: { source: here, target: there, level: objects }'),
    );
    await ours('run', 'drill.yml').catch((error: unknown) => {
      // Without a proof a drill is not green.
      if (!/unproven/i.test(String(error))) throw error;
    });
    console.log(`\n${title}`);
    const timings = structuredClone(measured);
    for (let round = -1; round < rounds; round++) {
      for (const [name, perform] of rotated(ways, Math.max(0, round))) {
        const before = await cpuSeconds(server.pid());
        const { seconds } = await perform();
        const after = await cpuSeconds(server.pid());
        const cpu = before === undefined || after === undefined ? Number.NaN : after - before;
        if (round >= 0) timings[name].push({ seconds, cpu });
        console.log(
          `${round < 0 ? 'warm-up' : `round ${round + 1}`}: ${name} ${seconds.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU`,
        );
      }
    }
    dataSets.push({ title, timings });
    for (const row of compareRatios(timings)) console.log(`  ${row.join('  ')}`);
    await execute('drop database copy');
    await execute('drop database source');
    await rm(join(folder, 'set'), { recursive: true });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

if (values.write) {
  const machine = machineText(thisMachine(client.version.major, server.major, load));
  await writeFile(
    join(root, 'docs/benchmarks-compare.md'),
    renderCompareDocument({ machine, load, rounds, version, dataSets }),
  );
}
