import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cpuSeconds } from './cpu.ts';
import { rotated } from './ratios.ts';
import { type Timing, type Way, type WayName, wayNames } from './ways.ts';

/** The timings of each way, in the order of the rounds: the n-th of all ways belong together. */
export type Rounds = Readonly<Record<WayName, readonly Timing[]>>;

export interface RoundOptions {
  readonly ways: readonly Way[];
  readonly rounds: number;
  readonly source: string;
  /** Where each run gets a folder of its own. */
  readonly folder: string;
  readonly serverPid: number;
  /** Statements between two runs, not measured. */
  readonly execute: (statement: string) => Promise<void>;
  readonly say: (line: string) => void;
  /** False where no unmeasured round comes first. */
  readonly warmUp?: boolean;
}

/**
 * Runs all ways once unmeasured, unless told not to, so that caches are warm for all, then round after round. Before each run the copy and
 * the dump of the one before are gone and what was written lies in the server's files.
 */
export async function performRounds({
  ways,
  rounds,
  source,
  folder: parent,
  serverPid,
  execute,
  say,
  warmUp = true,
}: RoundOptions): Promise<Rounds> {
  const timings = Object.fromEntries(wayNames.map(name => [name, []])) as unknown as Record<WayName, Timing[]>;
  const copy = `${source}_copy`;
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    for (const way of rotated(ways, Math.max(0, round))) {
      const folder = await mkdtemp(join(parent, 'bench-'));
      try {
        const place = join(folder, 'work');
        await mkdir(place);
        await way.prepare?.({ source, copy, folder: place });
        const before = await cpuSeconds(serverPid);
        const timing = await way.perform({ source, copy, folder: place });
        const after = await cpuSeconds(serverPid);
        const work = before === undefined || after === undefined ? undefined : after - before;
        if (round >= 0) timings[way.name].push({ ...timing, work });
        say(
          `${round < 0 ? 'warm-up' : `round ${round + 1}`}: ${way.name} ${timing.total.toFixed(2)} s, ${work?.toFixed(2) ?? '?'} s of CPU`,
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
        await execute(`drop database if exists ${copy}`);
        await execute('checkpoint');
      }
    }
  }
  return timings;
}
