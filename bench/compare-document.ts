import { formatSpread, pairedRatios, spreadOf } from './ratios.ts';

export const compareWays = [
  'counts',
  'pgcopydb schema',
  'pgcopydb data',
  'compare at objects',
  'compare',
  'verify',
] as const;
export type CompareWay = (typeof compareWays)[number];

/** Of one run: seconds on the clock, and of CPU time of everything, the server included. */
export interface CompareTiming {
  readonly seconds: number;
  readonly cpu: number;
}

/** Each data set with the timings of each way, in the order of the rounds. */
export type CompareRounds = readonly {
  readonly title: string;
  readonly timings: Record<CompareWay, CompareTiming[]>;
}[];

export interface CompareMeasurements {
  readonly machine: string;
  /** Load average of one minute before anything ran. */
  readonly load: number;
  readonly rounds: number;
  /** Of pgcopydb. */
  readonly version: string;
  readonly dataSets: CompareRounds;
}

const words: Readonly<Record<CompareWay, string>> = {
  counts: 'plain counts, by psql',
  'pgcopydb schema': '`pgcopydb compare schema`',
  'pgcopydb data': '`pgcopydb compare data`',
  'compare at objects': '`compare` at level `objects`',
  compare: '`compare` at level `content`',
  verify: '`verify` of the dump set at level `content`',
};

/** Each row: what is set against what, by the clock and by CPU time. */
export function compareRatios(timings: CompareRounds[number]['timings']): readonly (readonly string[])[] {
  const pgcopydb = timings['pgcopydb schema'].map((schema, round) => {
    const data = timings['pgcopydb data'][round] ?? { seconds: Number.NaN, cpu: Number.NaN };
    return { seconds: schema.seconds + data.seconds, cpu: schema.cpu + data.cpu };
  });
  const ratio = (label: string, ours: readonly CompareTiming[], theirs: readonly CompareTiming[]) => [
    label,
    ...(['seconds', 'cpu'] as const).map(part =>
      formatSpread(
        pairedRatios(
          ours.map(one => one[part]),
          theirs.map(one => one[part]),
        ),
      ),
    ),
  ];
  return [
    ratio('**`compare` / `pgcopydb compare schema` and `data`**', timings.compare, pgcopydb),
    ratio('**`verify` / `pgcopydb compare schema` and `data`**', timings.verify, pgcopydb),
    ratio(
      '`compare` at `objects` / `pgcopydb compare schema`',
      timings['compare at objects'],
      timings['pgcopydb schema'],
    ),
    ratio('`compare` / plain counts', timings.compare, timings.counts),
    ratio('`verify` / plain counts', timings.verify, timings.counts),
  ];
}

/** `docs/benchmarks-compare.md`. */
export function renderCompareDocument({ machine, load, rounds, version, dataSets }: CompareMeasurements): string {
  return [
    '# Benchmarks: comparing two databases',
    '',
    'What it takes to find that a copy is unchanged, against what others do for it. What each way would have found is in',
    '[mutations.md](mutations.md). Ratios below 1: we are faster. Each is the median over the rounds, with the least and the most of them.',
    '',
    ...dataSets.flatMap(({ title, timings }) => [
      `## ${title[0]?.toUpperCase() ?? ''}${title.slice(1)}`,
      '',
      ...table(['ratio', 'by the clock', 'CPU time of all processes'], compareRatios(timings)),
      '',
      ...table(
        ['way', 'seconds', 'CPU seconds'],
        compareWays.map(way => [
          words[way],
          formatSpread(spreadOf(timings[way].map(({ seconds }) => seconds))),
          formatSpread(spreadOf(timings[way].map(({ cpu }) => cpu))),
        ]),
      ),
      '',
    ]),
    '## Method',
    '',
    `- Machine: ${machine}; load average at the start: ${load.toFixed(1)}. On a busy machine the spread is wide, and CPU time says more than the clock.`,
    `- pgcopydb ${version}, with its defaults. It compares names and numbers of columns, indexes, sequences, and a checksum of each table.`,
    '- Plain counts: relations by kind, constraints, triggers, functions, extensions and the rows of every table, first of the source, then of the copy.',
    '- Ours is the bundled command line; its start and end are counted. `verify` compares with the dump set, hashes the set first, and leaves the source alone.',
    '- Source and copy lie on one throwaway server that syncs nothing; autovacuum is off.',
    `- One unmeasured round, then ${rounds} rounds. A round runs every way once, each round in another order; a ratio compares runs of the same round.`,
    '- To repeat it: `npm run bundle && node bench/compare.ts --write`, with pgcopydb 0.17 or newer on PATH.',
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
}
