import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, loadavg, platform, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type InstallTiming,
  type InstallWay,
  installCosts,
  installRatios,
  renderInstallDocument,
} from './install-document.ts';
import { measureNode } from './measure.ts';
import { installInOverlay } from './overlaid-apt.ts';
import { installByApt } from './private-apt.ts';
import { rotated } from './ratios.ts';

/**
 * Measures how a client comes onto a machine, against apt on Debian, as root. The machine stays as it is.
 *
 *     node bench/install.ts [--major=15] [--rounds=5] [--write]
 *
 * The major has to be the one of the machine's Debian. `--write` makes docs/benchmarks-install.md of it.
 */
const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    major: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
});
const [major, rounds] = [Number(values.major), Number(values.rounds)];
const load = loadavg()[0] ?? 0;
const base = await mkdtemp(join(tmpdir(), 'bench-install-'));
const [kept, ready] = [join(base, 'packages'), join(base, 'ready')];
let client = '';

/** Installs the sealed client into a folder; `packages` may hold what a CI's cache would. */
async function seal(folder: string, packages: readonly string[] = []): Promise<InstallTiming> {
  const proxies = Object.entries(process.env).flatMap(([name, value]) =>
    /_proxy$/i.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  const measured = await measureNode({
    arguments: [join(root, 'bench/install-set.ts'), String(major), folder, ...packages],
    environment: Object.fromEntries(proxies),
  });
  const told = JSON.parse(measured.stdout) as { version: string; requests: number; bytes: number };
  client = told.version;
  return { seconds: measured.seconds, requests: told.requests, bytes: told.bytes, peakBytes: measured.peakBytes };
}

const ways: readonly (readonly [InstallWay, (folder: string) => Promise<InstallTiming>])[] = [
  ['cold', folder => seal(join(folder, 'client'))],
  ['from packages', folder => seal(join(folder, 'client'), [kept])],
  ['warm', () => seal(ready)],
  ['apt', folder => installInOverlay(folder, major)],
  ['apt, unpacked only', folder => installByApt(folder, major, 'this machine')],
  ['apt for a bare image, unpacked only', folder => installByApt(folder, major, 'a bare image')],
];

const timings: Record<InstallWay, InstallTiming[]> = {
  cold: [],
  'from packages': [],
  warm: [],
  apt: [],
  'apt, unpacked only': [],
  'apt for a bare image, unpacked only': [],
};
try {
  await seal(ready, [kept]);
  for (let round = -1; round < rounds; round++) {
    for (const [name, perform] of rotated(ways, Math.max(0, round))) {
      const folder = join(base, 'work');
      await mkdir(folder);
      const timing = await perform(folder);
      if (round >= 0) timings[name].push(timing);
      console.log(`${round < 0 ? 'warm-up' : `round ${round + 1}`}: ${name} ${timing.seconds.toFixed(2)} s`);
      await rm(folder, { recursive: true });
    }
  }
} finally {
  await rm(base, { recursive: true, force: true });
}
for (const [ratio, value] of installRatios(timings)) console.log(`  ${ratio.padEnd(84)} ${value}`);
for (const cells of installCosts(timings)) console.log(`  ${cells.join(' | ')}`);

if (values.write) {
  const machine = `${availableParallelism()} cores, ${Math.round(totalmem() / 1024 ** 3)} GB of memory, ${platform()} ${arch()}, Node ${Number.parseInt(process.versions.node, 10)}`;
  const path = join(root, 'docs/benchmarks-install.md');
  await writeFile(path, renderInstallDocument({ client, machine, load, rounds: timings }));
  console.log(`wrote ${path}`);
}
