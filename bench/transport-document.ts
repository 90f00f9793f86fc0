import { formatSpread, pairedRatios, spreadOf } from './ratios.ts';

export const transportWays = [
  'publish to a folder',
  'fetch from a folder',
  'publish to a folder, encrypted',
  'fetch from a folder, encrypted',
  'publish to S3',
  'fetch from S3',
  'publish as artifact',
  'fetch an artifact',
  'publish by commands',
  'fetch by commands',
  'cp',
  'cp and sync',
  'tar and age',
  'age and tar',
] as const;
export type TransportWay = (typeof transportWays)[number];

/** Of one run. `peakBytes` and `cpuSeconds` are those of our own process; undefined for what others do. */
export interface TransportTiming {
  readonly seconds: number;
  readonly cpuSeconds: number | undefined;
  readonly peakBytes: number | undefined;
}

/** The timings of each way, in the order of the rounds. */
export type TransportTimings = Readonly<Record<TransportWay, readonly TransportTiming[]>>;

export interface TransportMeasurements {
  readonly machine: string;
  /** Load average of one minute before anything ran, and after everything. */
  readonly load: readonly [number, number];
  readonly rounds: number;
  /** Whether an unmeasured round came first. */
  readonly warm: boolean;
  readonly megabytes: number;
  readonly files: number;
  /** Of the age command; undefined where it is not installed. */
  readonly age: string | undefined;
  readonly timings: TransportTimings;
}

const words: Readonly<Record<TransportWay, string>> = {
  'publish to a folder': '`publish` to a folder',
  'fetch from a folder': '`fetch` from a folder',
  'publish to a folder, encrypted': '`publish` to a folder, encrypted',
  'fetch from a folder, encrypted': '`fetch` from there, decrypted',
  'publish to S3': '`publish` to S3',
  'fetch from S3': '`fetch` from S3',
  'publish as artifact': '`publish` as an artifact',
  'fetch an artifact': '`fetch` of an artifact',
  'publish by commands': '`publish` by commands (`cp`)',
  'fetch by commands': '`fetch` by commands (`cp`)',
  cp: '`cp -r`',
  'cp and sync': '`cp -r`, then `sync` of the copy',
  'tar and age': '`tar` piped to `age`',
  'age and tar': '`age --decrypt` piped to `tar`',
};

/** Each row: the way, megabytes a second, time against `cp -r`, CPU seconds and most megabytes of our process. */
export function transportRows(timings: TransportTimings, megabytes: number): readonly (readonly string[])[] {
  const seconds = (way: TransportWay) => timings[way].map(one => one.seconds);
  return transportWays
    .filter(way => timings[way].length > 0)
    .map(way => {
      const known = (part: 'cpuSeconds' | 'peakBytes') => timings[way].flatMap(one => one[part] ?? []);
      const [cpu, peak] = [known('cpuSeconds'), known('peakBytes')];
      return [
        words[way],
        rounded(seconds(way).map(one => megabytes / one)),
        way === 'cp' ? '' : formatSpread(pairedRatios(seconds(way), seconds('cp'))),
        cpu.length === 0 ? '' : formatSpread(spreadOf(cpu)),
        peak.length === 0 ? '' : (Math.max(...peak) / 1e6).toFixed(0),
      ];
    });
}

/** What does the same, against each other. */
export function transportRatios(timings: TransportTimings): readonly (readonly string[])[] {
  const pairs = [
    ['publish to a folder', 'cp and sync'],
    ['fetch from a folder', 'cp and sync'],
    ['publish to a folder, encrypted', 'tar and age'],
    ['fetch from a folder, encrypted', 'age and tar'],
  ] as const;
  return pairs
    .filter(([, theirs]) => timings[theirs].length > 0)
    .map(([ours, theirs]) => [
      `${words[ours]} / ${words[theirs]}`,
      formatSpread(
        pairedRatios(
          timings[ours].map(one => one.seconds),
          timings[theirs].map(one => one.seconds),
        ),
      ),
    ]);
}

/** `docs/benchmarks-transport.md`. */
export function renderTransportDocument(given: TransportMeasurements): string {
  const { machine, load, rounds, warm, megabytes, files, age, timings } = given;
  return [
    '# Benchmarks: publish and fetch',
    '',
    'How fast a dump set goes to each kind of place and comes back, proven, against programs that copy and prove nothing.',
    'Each figure is the median over the rounds, with the least and the most of them; of memory the most.',
    '',
    ...table(
      ['way', 'MB/s', 'time / `cp -r`', 'CPU seconds, our process', 'most memory, MB'],
      [...transportRows(timings, megabytes)],
    ),
    '',
    ...table(['time of what does the same (below 1: we are faster)', ''], transportRatios(timings)),
    '',
    '## Method',
    '',
    `- Machine: ${machine}; load average of one minute: ${load[0].toFixed(1)} at the start, ${load[1].toFixed(1)} at the end. On a busy machine the spread is wide.`,
    `- A dump set of ${megabytes} MB in ${files} files, random bytes, so that nothing gets smaller on its way.`,
    '- Ours is the bundled command line, for artifacts the bundled action; start and end are counted. Before it sends anything, `publish` hashes the whole set; `fetch` hashes what came and, once more, what was written, and brings it to the disk.',
    `- \`cp\`, \`tar\` and \`age\`${age === undefined ? ' (not installed here)' : ` ${age}`} hash nothing and sync nothing, except where it says so.`,
    '- S3 and the artifact service are one process on the same machine, which writes to the same disk and checks nothing. What it costs is in the time, and not in the CPU seconds. The client of the artifact service is GitHub’s own.',
    `- ${warm ? 'One unmeasured round, then' : 'No unmeasured round;'} ${rounds === 1 ? 'one round' : `${rounds} rounds`}. A round runs every way once; a ratio compares runs of the same round.`,
    '- To repeat it: `npm run bundle && node bench/transport.ts --write`.',
    '',
  ].join('\n');
}

function rounded(values: readonly number[]): string {
  const { median, least, most } = spreadOf(values);
  return `${median.toFixed(0)} (${least.toFixed(0)}–${most.toFixed(0)})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
}
