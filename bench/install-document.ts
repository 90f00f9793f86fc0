import { formatSpread, pairedRatios, spreadOf } from './ratios.ts';

export type InstallWay =
  | 'cold'
  | 'from packages'
  | 'warm'
  | 'apt'
  | 'apt, unpacked only'
  | 'apt for a bare image, unpacked only';

export interface InstallTiming {
  readonly seconds: number;
  readonly requests: number;
  readonly bytes: number;
  /** Most memory of our own process. */
  readonly peakBytes?: number;
}

/** The timings of each way, in the order of the rounds. */
export type InstallRounds = Readonly<Record<InstallWay, readonly InstallTiming[]>>;

export interface InstallMeasurements {
  readonly client: string;
  readonly machine: string;
  /** Load average of one minute before anything ran. */
  readonly load: number;
  readonly rounds: InstallRounds;
}

/** Each row a ratio of two ways of the same round. */
export function installRatios(rounds: InstallRounds): readonly (readonly [string, string])[] {
  const ratio = (ours: InstallWay, theirs: InstallWay) =>
    formatSpread(pairedRatios(rounds[ours].map(secondsOf), rounds[theirs].map(secondsOf)));
  return [
    ['**cold / apt**', ratio('cold', 'apt')],
    ['**from packages / apt**', ratio('from packages', 'apt')],
    ['**warm / apt**', ratio('warm', 'apt')],
    ['cold / apt, unpacked only', ratio('cold', 'apt, unpacked only')],
    ['cold / apt for a bare image, unpacked only', ratio('cold', 'apt for a bare image, unpacked only')],
    ['warm / cold', ratio('warm', 'cold')],
  ];
}

/** What came over the network, and what it took here. */
export function installCosts(rounds: InstallRounds): readonly (readonly string[])[] {
  return (Object.entries(rounds) as [InstallWay, readonly InstallTiming[]][]).map(([way, timings]) => {
    const middle = (value: (timing: InstallTiming) => number) => spreadOf(timings.map(value)).median;
    const peak = timings.flatMap(({ peakBytes }) => (peakBytes === undefined ? [] : [peakBytes / 1e6]));
    return [
      way,
      String(middle(({ requests }) => requests)),
      (middle(({ bytes }) => bytes) / 1e6).toFixed(1),
      formatSpread(spreadOf(timings.map(secondsOf))),
      peak.length === 0 ? '' : spreadOf(peak).median.toFixed(0),
    ];
  });
}

/** `docs/benchmarks-install.md`. */
export function renderInstallDocument({ client, machine, load, rounds }: InstallMeasurements): string {
  return [
    '# Benchmarks: getting a client',
    '',
    `Client ${client} put together from locked packages, against \`apt-get install\` of the same client. Read ratios, not seconds: below 1 we are`,
    'faster. Each is the median over the rounds, with the least and the most of them.',
    '',
    ...table(['ratio', ''], installRatios(rounds)),
    '',
    ...table(['way', 'requests', 'MB fetched', 'seconds', 'peak memory, MB'], installCosts(rounds)),
    '',
    '## Method',
    '',
    `- Machine: ${machine}; load average at the start: ${load.toFixed(1)}.`,
    '- Cold: nothing is there; every package is fetched from the mirror that the machine’s apt uses, verified, unpacked, laid out and tried out.',
    '- From packages: as in a job whose CI cache has them; they are hashed and laid out anew, nothing is fetched.',
    '- Warm: the client is there; every file of it is hashed before use.',
    '- apt: `apt-get update` and `apt-get install --no-install-recommends`, for real, on an overlay over this machine that is thrown away; client and package lists were removed before the clock ran. What else the client needs is there already, libpq too.',
    '- Unpacked only: `apt-get update`, `apt-get install --download-only` and `dpkg -x` with lists, cache and status of its own; nothing is configured and no trigger runs. For a bare image, apt knows of no package that is there.',
    '- Sources: Debian main and its security updates, from one mirror near the machine. A slower line makes the megabytes count for more.',
    `- One unmeasured round, then ${rounds.cold.length} rounds. A round runs every way once, each round in another order; a ratio compares runs of the same round.`,
    '- Start and end of our own process (Node from source) are counted.',
    '- To repeat it on Debian: `node bench/install.ts --write`.',
    '',
  ].join('\n');
}

const secondsOf = ({ seconds }: InstallTiming): number => seconds;

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
}
