import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, loadavg, platform, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { finishDumpSet } from '../src/dumpset/finish.ts';
import { runtimeToken } from '../test/support/results-service.ts';
import { jobEnvironment } from '../test/support/runner-environment.ts';
import { manifest } from '../test/unit/plan/contexts.ts';
import { measure, measureNode } from './measure.ts';
import { rotated } from './ratios.ts';
import {
  renderTransportDocument,
  type TransportTiming,
  type TransportWay,
  transportRatios,
  transportRows,
  transportWays,
} from './transport-document.ts';

/**
 * Measures how fast dump sets are published and fetched: by a folder, plain and encrypted, S3, artifact and commands,
 * against `cp -r` and, where it is installed, the age command.
 *
 *     node bench/transport.ts [--megabytes=2000] [--rounds=3] [--cold] [--only=WORD] [--dist=dist] [--write]
 *
 * WORD leaves the ways in whose name it stands, with `cp`. `--cold` leaves the unmeasured round out. `--write` makes docs/benchmarks-transport.md of it. Needs
 * Node 24 or newer, as the action does, and five times the bytes on the disk of the temporary folder.
 */
const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    cold: { type: 'boolean', default: false },
    dist: { type: 'string', default: join(root, 'dist') },
    write: { type: 'boolean', default: false },
  },
});
const [megabytes, rounds] = [Number(values.megabytes), Number(values.rounds)];
const startLoad = loadavg()[0] ?? 0;
const folder = await mkdtemp(join(tmpdir(), 'bench-transport-'));
const at = (name: string) => join(folder, name);
/** Most of the bytes in few files and most of the files small, as databases are. */
const smallFiles = 300;
const largeFiles = 6;

async function makeSet(): Promise<void> {
  const partial = at('set.partial');
  await mkdir(join(partial, 'app.dir'), { recursive: true, mode: 0o700 });
  const block = Buffer.alloc(1 << 20);
  const fill = async (name: string, bytes: number) => {
    await using file = await open(join(partial, 'app.dir', name), 'wx');
    for (let left = bytes; left > 0; left -= block.length) {
      await file.write(randomFillSync(block), 0, Math.min(left, block.length));
    }
  };
  for (let number = 0; number < smallFiles; number += 1) await fill(`${number}.dat`, 20_011);
  const large = Math.round((megabytes * 1e6 - smallFiles * 20_011) / largeFiles);
  for (let number = 0; number < largeFiles; number += 1) await fill(`large-${number}.dat`, large);
  await fill('toc.dat', 10_007);
  await finishDumpSet(at('set'), partial, manifest(['app']));
}

/** The steps are run by the command line. */
async function ours(steps: string): Promise<TransportTiming> {
  await writeFile(at('run.yml'), `${head}steps:\n  - ${steps}\n`);
  return await measureNode({
    arguments: [join(values.dist, 'cli/index.js'), 'run', at('run.yml'), `--working-directory=${folder}`],
    environment,
  });
}

/** The same by the action, as only a job has artifacts. */
async function action(steps: string): Promise<TransportTiming> {
  const job = await jobEnvironment({ workspace: folder, temporary: at('runner') });
  const files = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY'].map(name => [
    `GITHUB_${name}`,
    at(`runner/${name}`),
  ]);
  for (const [, file] of files) await writeFile(file ?? '', '');
  return await measureNode({
    arguments: [join(values.dist, 'action/index.js')],
    environment: {
      ...job,
      ...Object.fromEntries(files),
      ACTIONS_RESULTS_URL: `${services.origin}/`,
      ACTIONS_RUNTIME_TOKEN: runtimeToken('Actions.Results:run-1:job-1'),
      INPUT_CONFIG: `${head}steps:\n  - ${steps}\n`,
      ...environment,
    },
  });
}

async function theirs(...[program = '', ...given]: readonly string[]): Promise<TransportTiming> {
  const { seconds } = await measure({ program, arguments: given });
  return { seconds, cpuSeconds: undefined, peakBytes: undefined };
}

const recipients = 'encrypt: { recipients-file: recipients }';
const ways: Readonly<Record<TransportWay, () => Promise<TransportTiming>>> = {
  'publish to a folder': () => ours('publish: { from: set, folder: copies/plain }'),
  'fetch from a folder': () => ours('fetch: { folder: copies/plain, to: back }'),
  'publish to a folder, encrypted': () => ours(`publish: { from: set, folder: copies/sealed, ${recipients} }`),
  'fetch from a folder, encrypted': () =>
    ours('fetch: { folder: copies/sealed, to: back, decrypt: { identity-file: identity } }'),
  'publish to S3': () => ours('publish: { from: set, storage: bucket, name: set }'),
  'fetch from S3': () => ours('fetch: { storage: bucket, name: set, to: back }'),
  'publish as artifact': () => action('publish: { from: set, artifact: set }'),
  'fetch an artifact': () => action('fetch: { artifact: set, to: back }'),
  'publish by commands': () => ours('publish: { from: set, storage: shelf, name: set }'),
  'fetch by commands': () => ours('fetch: { storage: shelf, name: set, to: back }'),
  cp: () => theirs('cp', '-r', at('set'), at('back')),
  'cp and sync': () => theirs('sh', '-c', `cp -r '${at('set')}' '${at('back')}' && sync $(find '${at('back')}')`),
  'tar and age': () =>
    theirs('sh', '-c', `tar -C '${folder}' -cf - set | age -R '${at('recipients')}' >'${at('age')}'`),
  'age and tar': () =>
    theirs(
      'sh',
      '-c',
      `mkdir '${at('back')}' && age -d -i '${at('identity')}' '${at('age')}' | tar -C '${at('back')}' -xf -`,
    ),
};

/** A pair is a way there and the way back: the next pair begins on an empty place. */
const pairs = [
  ['cp'],
  ['publish to a folder', 'fetch from a folder'],
  ['cp and sync'],
  ['publish to a folder, encrypted', 'fetch from a folder, encrypted'],
  ['tar and age', 'age and tar'],
  ['publish to S3', 'fetch from S3'],
  ['publish as artifact', 'fetch an artifact'],
  ['publish by commands', 'fetch by commands'],
] as const satisfies readonly (readonly TransportWay[])[];

async function startServices() {
  await mkdir(at('services'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'transport-services.ts'), at('services')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  return { origin: String(said).trim(), stop: () => child.stdin.end() };
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
const withAge = (await isThere('/usr/bin/age')) && (await isThere('/usr/bin/age-keygen'));
await mkdir(at('runner'));
const services = await startServices();
const environment = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_REGION: 'eu-test-1' };
const head = `version: 1
connections: { unused: { host: localhost } }
storages:
  bucket: { s3: { bucket: backups, endpoint: "${services.origin}" } }
  shelf:
    command:
      upload: [sh, -c, 'mkdir -p "$(dirname "$2")" && cp "$1" "$2"', sh, "{file}", "${at('shelf')}/{key}"]
      download: [cp, "${at('shelf')}/{key}", "{file}"]
      list: [sh, -c, 'if cd "$1" 2>/dev/null; then find . -type f -printf "%P\\n"; fi', sh, "${at('shelf')}"]
`;
const timings = Object.fromEntries(transportWays.map(way => [way, []])) as unknown as Record<
  TransportWay,
  TransportTiming[]
>;
try {
  await makeSet();
  if (withAge) {
    await measure({ program: 'age-keygen', arguments: ['-o', at('identity')] });
    const { stdout } = await measure({ program: 'age-keygen', arguments: ['-y', at('identity')] });
    await writeFile(at('recipients'), stdout);
  }
  // Without age there are no keys, and nothing to compare with.
  const chosen = pairs.filter(
    ([way]) => (withAge || !/age$|encrypted/.test(way)) && (way === 'cp' || way.includes(values.only)),
  );
  for (let round = values.cold ? 0 : -1; round < rounds; round++) {
    for (const pair of rotated(chosen, Math.max(0, round))) {
      for (const way of pair) {
        const timing = await ways[way]();
        await rm(at('back'), { recursive: true, force: true });
        if (round >= 0) timings[way].push(timing);
        const { seconds, cpuSeconds, peakBytes } = timing;
        console.log(
          `${round < 0 ? 'warm-up' : `round ${round + 1}`}: ${way}, ${seconds.toFixed(2)} s, ${(megabytes / seconds).toFixed(0)} MB/s${cpuSeconds === undefined ? '' : `, ${cpuSeconds.toFixed(1)} s of CPU, ${((peakBytes ?? 0) / 1e6).toFixed(0)} MB`}`,
        );
      }
      for (const place of ['copies', 'shelf', 'age', 'services']) await rm(at(place), { recursive: true, force: true });
      await mkdir(at('services'));
      await measure({ program: 'sync', arguments: ['-f', folder] });
    }
  }
} finally {
  services.stop();
  await rm(folder, { recursive: true, force: true });
}
for (const row of [...transportRows(timings, megabytes), ...transportRatios(timings)])
  console.log(`  ${row.join('  ')}`);

if (values.write) {
  const age = withAge ? (await measure({ program: 'age', arguments: ['--version'] })).stdout.trim() : undefined;
  const machine = `${availableParallelism()} cores, ${Math.round(totalmem() / 1024 ** 3)} GB of memory, ${platform()} ${arch()}, Node ${Number.parseInt(process.versions.node, 10)}`;
  await writeFile(
    join(root, 'docs/benchmarks-transport.md'),
    renderTransportDocument({
      machine,
      load: [startLoad, loadavg()[0] ?? 0],
      rounds,
      warm: !values.cold,
      megabytes,
      files: smallFiles + largeFiles + 3,
      age,
      timings,
    }),
  );
}
