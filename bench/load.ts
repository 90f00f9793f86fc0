import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findInstallations } from '../src/client/installation.ts';
import { findServerPrograms } from '../src/throwaway/find-server-programs.ts';
import { chooseServer } from '../src/throwaway/server-programs.ts';
import { startThrowawayServer } from '../src/throwaway/throwaway-server.ts';
import { cpuSeconds } from './cpu.ts';
import { machineText } from './document.ts';
import { sqlRunner } from './execute.ts';
import { growth, type LoadMeasurements, type LoadRun, loadRow, renderLoadDocument } from './load-document.ts';
import { type Shape, shapes } from './load-shapes.ts';
import { ourOwn, restoreStep, verifyStep } from './own.ts';
import { thisMachine } from './this-machine.ts';

/**
 * Drills databases that are large in one respect, at next to nothing, a quarter of the promised size and all of it.
 *
 *     node bench/load.ts [--only=tables] [--share=1] [--gigabytes=20] [--script=dist/cli/index.js] [--write]
 *
 * `--share` makes all sizes smaller, `--gigabytes` that of the last one; `--write` makes docs/benchmarks-load.md of it.
 */
const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    share: { type: 'string', default: '1' },
    gigabytes: { type: 'string', default: '20' },
    script: { type: 'string', default: join(root, 'dist/cli/index.js') },
    write: { type: 'boolean', default: false },
  },
});
const share = Number(values.share);
const sized = shapes.map(shape => {
  const size = shape.name === 'gigabytes' ? Number(values.gigabytes) : shape.size;
  return { ...shape, size: Math.ceil(size * share) };
});
const script = resolve(values.script);
await access(script);
const load = loadavg()[0] ?? 0;

const [client] = await findInstallations();
if (client === undefined) throw new Error('no Postgres client is installed');
const programs = chooseServer(await findServerPrograms([root]), { atMostMajor: client.version.major });
if (programs === undefined)
  throw new Error(`no Postgres server of major ${client.version.major} or older is installed`);

await using server = await startThrowawayServer({
  programs,
  settings: { autovacuum: 'off', max_wal_size: '4GB', max_locks_per_transaction: '2048' },
});
const url = (database: string) => `postgresql://${server.user}@${server.host}:${server.port}/${database}`;
const execute = sqlRunner({ url, password: server.password, client });
const drill = ourOwn(
  { url, password: server.password, script },
  { steps: [restoreStep(false), verifyStep('content')] },
);

async function run(shape: Shape, size: number): Promise<LoadRun> {
  await execute('create database large');
  await execute(`${shape.sql(size)}\nvacuum analyze;`, 'large');
  const folder = await mkdtemp(join(tmpdir(), 'bench-load-'));
  try {
    const before = await cpuSeconds(server.pid());
    const { total, parts, own } = await drill({ source: 'large', copy: 'large_copy', folder });
    const after = await cpuSeconds(server.pid());
    const { dump = Number.NaN, restore = Number.NaN, verify: proof = Number.NaN } = parts;
    const allCpu = before === undefined || after === undefined ? Number.NaN : after - before;
    return { size, dump, restore, proof, total, allCpu, ownCpu: own.cpuSeconds, peakBytes: own.peakBytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await execute('drop database if exists large_copy');
    await execute('drop database large');
  }
}

const measured: LoadMeasurements['shapes'][number][] = [];
for (const shape of sized.filter(({ name }) => values.only === undefined || name === values.only)) {
  console.log(`\n${shape.title(shape.size)}`);
  const runs: LoadRun[] = [];
  for (const size of [shape.least, Math.ceil(shape.size / 4), shape.size]) {
    const one = await run(shape, size);
    runs.push(one);
    console.log(loadRow(one).join('  '));
  }
  const [base, small, large] = runs;
  if (base !== undefined && small !== undefined && large !== undefined) console.log(growth(base, small, large));
  measured.push({ shape, runs });
}

if (values.write) {
  const machine = machineText(thisMachine(client.version.major, server.major, load));
  await writeFile(join(root, 'docs/benchmarks-load.md'), renderLoadDocument({ machine, load, shapes: measured }));
}
