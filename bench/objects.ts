import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, measureNode } from './measure.ts';

/**
 * How fast objects come and go, against `cp` of the same file in the same run, and how much memory that takes.
 *
 *     node bench/objects.ts [MEGABYTES]      a folder; and S3 where S3_TEST_ENDPOINT and its credentials are set
 */
const megabytes = Number(process.argv[2] ?? 1000);
const rounds = 3;
const folder = await mkdtemp(join(tmpdir(), 'bench-objects-'));
try {
  const file = join(folder, 'file');
  await fill(file);
  const endpoint = process.env['S3_TEST_ENDPOINT'];
  const places = [['folder', join(folder, 'store')], ...(endpoint === undefined ? [] : [['S3', endpoint]])] as const;
  const best = new Map<string, { seconds: number; cpuSeconds: number; peakBytes: number }>();
  for (let round = 0; round < rounds; round += 1) {
    const copied = await measure({ program: 'cp', arguments: [file, join(folder, 'copy')] });
    keep(best, 'cp', { ...copied, cpuSeconds: Number.NaN, peakBytes: Number.NaN });
    for (const [name = '', place = ''] of places) {
      for (const direction of ['put', 'get']) {
        const local = direction === 'put' ? file : join(folder, 'copy');
        const script = join(import.meta.dirname, 'object-transfer.ts');
        const key = `object-${process.pid}-${round}`;
        const measured = await measureNode({
          arguments: [script, direction, place, key, local],
          environment: variables(),
        });
        keep(best, `${direction} ${name}`, measured);
      }
    }
  }
  const cp = best.get('cp')?.seconds ?? Number.NaN;
  for (const [name, { seconds, cpuSeconds, peakBytes }] of best) {
    const figures = [
      `${seconds.toFixed(2)} s`,
      `${(megabytes / seconds).toFixed(0)} MB/s`,
      `${(seconds / cp).toFixed(1)} times cp`,
      ...(Number.isNaN(peakBytes) ? [] : [`CPU ${cpuSeconds.toFixed(1)} s`, `peak ${(peakBytes / 1e6).toFixed(0)} MB`]),
    ];
    console.log(`${name.padEnd(12)}${figures.map(figure => figure.padStart(16)).join('')}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The best of several rounds, as others share the machine. */
function keep<Figures extends { readonly seconds: number }>(
  best: Map<string, Figures>,
  name: string,
  figures: Figures,
) {
  const before = best.get(name);
  if (before === undefined || figures.seconds < before.seconds) best.set(name, figures);
}

async function fill(file: string): Promise<void> {
  await using handle = await open(file, 'wx');
  for (let left = megabytes; left > 0; left -= 1) await handle.write(randomBytes(1_000_000));
}

function variables(): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('S3_TEST_'));
  return Object.fromEntries(own.map(([name, value = '']) => [name, value]));
}
