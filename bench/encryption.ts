import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { measure, measureNode } from './measure.ts';
import { formatSpread, pairedRatios, rotated, spreadOf } from './ratios.ts';

/**
 * Measures encryption and decryption of a file without any pattern against the age command and against cp, each from
 * file to file and with the start of its process. Needs `age`, `age-keygen` and `cp`.
 *
 *     node bench/encryption.ts [--megabytes=1000] [--rounds=3] [--age=FOLDER]
 *
 * FOLDER is where the two programs lie, /usr/bin unless given.
 */
const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    age: { type: 'string', default: '/usr/bin' },
  },
});
const [megabytes, rounds] = [Number(values.megabytes), Number(values.rounds)];
const load = loadavg()[0] ?? 0;
const age = join(values.age, 'age');
const keygen = join(values.age, 'age-keygen');
const folder = await mkdtemp(join(tmpdir(), 'bench-encryption-'));
const at = (name: string) => join(folder, name);

async function ours(what: 'encrypt' | 'decrypt', key: string, from: string): Promise<readonly [number, number]> {
  const script = join(root, 'bench/encrypt-file.ts');
  const { seconds, peakBytes } = await measureNode({ arguments: [script, what, at(key), at(from), at('out')] });
  return [seconds, peakBytes];
}

async function theirs(program: string, ...args: readonly string[]): Promise<readonly [number, number]> {
  return [(await measure({ program, arguments: args })).seconds, 0];
}

const ways = {
  'we encrypt': () => ours('encrypt', 'recipients', 'plain'),
  'age encrypts': () => theirs(age, '-R', at('recipients'), '-o', at('out'), at('plain')),
  'we decrypt': () => ours('decrypt', 'identity', 'plain.age'),
  'age decrypts': () => theirs(age, '--decrypt', '-i', at('identity'), '-o', at('out'), at('plain.age')),
  'cp copies': () => theirs('cp', at('plain'), at('out')),
} as const;
type Way = keyof typeof ways;
const names = Object.keys(ways) as readonly Way[];

const seconds: Record<Way, number[]> = {
  'we encrypt': [],
  'age encrypts': [],
  'we decrypt': [],
  'age decrypts': [],
  'cp copies': [],
};
const peaks: number[] = [];
try {
  await pipeline(
    createReadStream('/dev/urandom', { end: megabytes * 1e6 - 1, highWaterMark: 1 << 20 }),
    createWriteStream(at('plain')),
  );
  await measure({ program: keygen, arguments: ['-o', at('identity')] });
  const { stdout } = await measure({ program: keygen, arguments: ['-y', at('identity')] });
  await writeFile(at('recipients'), stdout);
  await measure({ program: age, arguments: ['-R', at('recipients'), '-o', at('plain.age'), at('plain')] });
  for (let round = -1; round < rounds; round++) {
    for (const name of rotated(names, Math.max(0, round))) {
      const [taken, peak] = await ways[name]();
      await rm(at('out'));
      console.log(`${round < 0 ? 'warm-up' : `round ${round + 1}`}: ${name}, ${(megabytes / taken).toFixed(0)} MB/s`);
      if (round < 0) continue;
      seconds[name].push(taken);
      peaks.push(peak);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const { stdout: version } = await measure({ program: age, arguments: ['--version'] });
console.log(`age ${version.trim()}, Node ${process.versions.node}, load ${load.toFixed(1)}`);
for (const name of names) {
  console.log(`  ${name.padEnd(14)} ${formatSpread(spreadOf(seconds[name].map(taken => megabytes / taken)))} MB/s`);
}
for (const [one, other] of [
  ['we encrypt', 'age encrypts'],
  ['we decrypt', 'age decrypts'],
  ['we encrypt', 'cp copies'],
  ['age encrypts', 'cp copies'],
] as const) {
  console.log(`  time, ${one} : ${other}   ${formatSpread(pairedRatios(seconds[one], seconds[other]))}`);
}
console.log(`  most memory that we used: ${(Math.max(...peaks) / 1e6).toFixed(0)} MB`);
