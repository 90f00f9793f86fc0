import { formatSpread, pairedRatios, type Spread, spreadOf } from './ratios.ts';
import type { Rounds } from './rounds.ts';
import type { OwnUse, Timing, WayName } from './ways.ts';

/** What the numbers were taken on: nothing that names a machine, a person or a day. */
export interface Machine {
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: number;
  readonly client: number;
  readonly server: number;
  readonly compression: string;
  /** Load average of one minute before anything ran. */
  readonly load: number;
}

export interface Measurements {
  readonly machine: Machine;
  readonly rounds: number;
  readonly dataSets: readonly { readonly title: string; readonly rounds: Rounds }[];
  readonly startUp: Spread;
}

type Part = 'dump' | 'total' | 'work';

/** The table of one data set: each row a ratio of two sides of the same round. */
export function ratioRows(rounds: Rounds): readonly (readonly [string, string])[] {
  const ratio = (ours: WayName, theirs: WayName, part: Part) =>
    formatSpread(pairedRatios(partOf(rounds[ours], part), partOf(rounds[theirs], part)));
  const workKnown = [...rounds.drill, ...rounds.tuned, ...rounds.naive].every(
    ({ work }) => work !== undefined && work > 0,
  );
  const own = rounds.drill.flatMap(timing => (timing.own === undefined ? [] : [{ ...timing, own: timing.own }]));
  const shareOf = (use: (own: OwnUse) => number) =>
    formatSpread(spreadOf(own.map(timing => use(timing.own) / timing.total)));
  const peak = spreadOf(own.map(timing => timing.own.peakBytes / 1e6));
  return [
    ['dump alone / tuned dump', ratio('dump', 'tuned', 'dump')],
    ['dump step within a drill / tuned dump', ratio('drill', 'tuned', 'dump')],
    ['dump + restore / tuned script', ratio('restore', 'tuned', 'total')],
    ['**dump + restore + proof / tuned script without proof**', ratio('drill', 'tuned', 'total')],
    ['the same with statistics gathered (the default)', ratio('drill with analyze', 'tuned', 'total')],
    ['**dump + restore + proof / naive script without proof**', ratio('drill', 'naive', 'total')],
    ['tuned script / naive script', ratio('tuned', 'naive', 'total')],
    ...(workKnown ? workRows(ratio) : []),
    ['share of a drill: dump', shareOf(({ steps }) => steps[0] ?? 0)],
    ['share of a drill: restore', shareOf(({ steps }) => steps[1] ?? 0)],
    ['share of a drill: proof', shareOf(({ steps }) => steps[2] ?? 0)],
    ['CPU time of our own process / time of the drill', shareOf(({ cpuSeconds }) => cpuSeconds)],
    [
      'peak memory of our own process, MB',
      `${peak.median.toFixed(0)} (${peak.least.toFixed(0)}–${peak.most.toFixed(0)})`,
    ],
  ];
}

function workRows(
  ratio: (ours: WayName, theirs: WayName, part: Part) => string,
): readonly (readonly [string, string])[] {
  return [
    ['CPU time of all processes: dump + restore + proof / tuned script', ratio('drill', 'tuned', 'work')],
    ['CPU time of all processes: dump + restore + proof / naive script', ratio('drill', 'naive', 'work')],
  ];
}

/** `docs/benchmarks.md`. */
export function renderDocument({ machine, rounds, dataSets, startUp }: Measurements): string {
  return [
    '# Benchmarks',
    '',
    'What the proof costs, against the two scripts that people write. Read ratios, not seconds: below 1 we are faster.',
    'Each is the median over the rounds, with the least and the most of them.',
    '',
    ...dataSets.flatMap(({ title, rounds }) => [`## ${title}`, '', ...table(['ratio', ''], ratioRows(rounds)), '']),
    `Start of the command line (\`--version\`) / start of an empty Node: ${formatSpread(startUp)}`,
    '',
    '## Method',
    '',
    `- Machine: ${machineText(machine)}.`,
    `- Load average of the machine at the start: ${machine.load.toFixed(1)}. On a busy machine the spread is wide, and CPU time says more than the clock.`,
    '- Naive: `pg_dump -Fc`, `create database`, `pg_restore`, as tutorials show it.',
    `- Tuned: \`pg_dump -Fd -j${machine.cores} -Z ${machine.compression}\`, \`create database\`, \`pg_restore -j${machine.cores}\`: the fastest script found for this client where there is much data.`,
    '- Ours: `dump`, `restore` (`analyze: false` unless said, as the scripts gather no statistics), `verify: {level: counts}`, run by the bundled command line; its start and end are counted.',
    '- Source and copy lie on one throwaway server that syncs nothing; autovacuum is off; a checkpoint and the removal of the copy come between two runs.',
    `- One unmeasured round, then ${rounds} rounds. A round runs every way once, each round in another order; a ratio compares runs of the same round.`,
    '- CPU time and memory of our own process are without the tools that it starts; CPU time of all processes is with them and the server.',
    '- To repeat it: `npm run bundle && npm run bench -- --write`.',
    '',
  ].join('\n');
}

export function machineText({ cores, memoryGigabytes, system, node, client, server }: Machine): string {
  return `${cores} cores, ${memoryGigabytes} GB of memory, ${system}, Node ${node}, client ${client}, server ${server}`;
}

function partOf(timings: readonly Timing[], part: Part): readonly number[] {
  return timings.map(timing => timing[part] ?? Number.NaN);
}

function table(head: readonly [string, string], rows: readonly (readonly [string, string])[]): readonly string[] {
  return [head, ['---', '---'] as const, ...rows].map(([left, right]) => `| ${left} | ${right} |`);
}
