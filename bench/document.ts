import { choiceLines, loaderLines } from './choices-document.ts';
import { type Growth, growthLines } from './growth.ts';
import { table } from './markdown-table.ts';
import { type RatioRow, ratioRows } from './ratio-rows.ts';
import { formatSpread, type Spread, spreadOf } from './ratios.ts';
import type { Rounds } from './rounds.ts';
import { type Timing, type WayName, wayNames } from './ways.ts';

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
  /** Whether an unmeasured round came first. */
  readonly warmUp: boolean;
  /** Where the server's data and the dumps lay. */
  readonly folder: string;
  readonly dataSets: readonly MeasuredSet[];
  readonly growth: readonly Growth[];
  readonly startUp: StartUp;
  readonly pgcopydb: string | undefined;
}

export interface MeasuredSet {
  readonly title: string;
  readonly small: boolean;
  readonly rounds: Rounds;
}

/** Milliseconds until the first output. */
export interface StartUp {
  readonly commandLine: Spread;
  readonly action: Spread;
  readonly emptyNode: Spread;
}

const titles: Record<WayName, string> = {
  naive: 'naive script',
  tuned: 'tuned script',
  pgcopydb: '`pgcopydb clone`',
  'floor out': 'floor: COPY to nowhere',
  'floor in': 'floor: COPY in, index builds',
  dump: 'our dump, counts in the manifest',
  'dump with hashes': 'our dump, hashes too',
  restore: 'our dump + restore',
  counts: 'our drill, level `counts`',
  content: 'our drill, level `content`',
  defaults: 'our drill as it is without options',
};

/** `docs/benchmarks.md`. */
export function renderDocument(measured: Measurements): string {
  const { machine, dataSets, growth, startUp } = measured;
  return [
    '# Benchmarks',
    '',
    'What a proven round trip costs, against the scripts that people write, another tool and what no tool can be faster than.',
    'Read ratios, not seconds: below 1 we are faster. Each is the median over the rounds, with the least and the most of them.',
    'Other pages: [publish and fetch](benchmarks-transport.md), [comparing two databases](benchmarks-compare.md),',
    '[getting a client](benchmarks-install.md), [clones](benchmarks-clones.md), [large in one respect](benchmarks-load.md).',
    '',
    ...dataSets.flatMap(set => setLines(set)),
    ...loaderLines(dataSets),
    ...growthLines(growth),
    ...choiceLines,
    '## Start',
    '',
    ...table(
      ['to the first output, ms', '', 'target'],
      [
        ['command line (`--version`)', milliseconds(startUp.commandLine), verdict(startUp.commandLine.median, 150)],
        ['action (main, a file that is refused)', milliseconds(startUp.action), verdict(startUp.action.median, 400)],
        ['an empty Node', milliseconds(startUp.emptyNode), ''],
      ],
    ),
    '',
    '## Method',
    '',
    ...methodLines(measured),
    `- Machine: ${machineText(machine)}. Load average at the start: ${machine.load.toFixed(1)}.`,
    '- To repeat it: `npm run bundle && npm run bench -- --write`.',
    '',
  ].join('\n');
}

function setLines({ title, small, rounds }: MeasuredSet): readonly string[] {
  const ways = wayNames.filter(name => rounds[name].length > 0);
  return [
    `## ${title[0]?.toUpperCase()}${title.slice(1)}`,
    '',
    ...table(
      ['ratio', '', 'target'],
      ratioRows(rounds, small).map(row => [row.title, formatRow(row), verdict(row.value.median, row.target)]),
    ),
    '',
    ...table(
      ['way', 'seconds', 'CPU seconds of all', 'of our own', 'most memory, MB', 'dump, MB'],
      ways.map(name => wayRow(name, rounds[name])),
    ),
    '',
  ];
}

export function formatRow({ value, unit }: RatioRow): string {
  return unit === undefined
    ? formatSpread(value)
    : `${value.median.toFixed(0)} (${value.least.toFixed(0)}–${value.most.toFixed(0)})`;
}

/** `≤ 1.15: met`, or nothing where nothing is aimed at. */
export function verdict(value: number, target: number | undefined): string {
  return target === undefined ? '' : `≤ ${target}: ${value <= target ? 'met' : '**missed**'}`;
}

function wayRow(name: WayName, timings: readonly Timing[]): readonly string[] {
  const spread = (take: (timing: Timing) => number | undefined) => {
    const values = timings.map(take).filter(value => value !== undefined);
    return values.length === timings.length ? formatSpread(spreadOf(values)) : '';
  };
  const most = (take: (timing: Timing) => number | undefined) => {
    const values = timings.map(take).filter(value => value !== undefined);
    return values.length === 0 ? '' : (Math.max(...values) / 1e6).toFixed(0);
  };
  return [
    titles[name],
    spread(({ total }) => total),
    // CPU time of pgcopydb is that of its comparison too.
    spread(({ work }) => (name === 'pgcopydb' ? undefined : work)),
    spread(({ own }) => own?.cpuSeconds),
    most(({ own }) => own?.peakBytes),
    most(({ written }) => written),
  ];
}

function methodLines({ machine, folder, rounds, warmUp, pgcopydb }: Measurements): readonly string[] {
  const { cores, compression } = machine;
  return [
    '- Naive: `pg_dump -Fc`, `create database`, `pg_restore`, as tutorials show it.',
    `- Tuned: \`pg_dump -Fd -j${cores} -Z ${compression}\`, \`create database\`, \`pg_restore -j${cores}\` with \`maintenance_work_mem=1GB\`, \`max_parallel_maintenance_workers=0\` and \`synchronous_commit=off\`: the fastest script found.`,
    ...(pgcopydb === undefined
      ? ['- pgcopydb was not there.']
      : [
          `- pgcopydb ${pgcopydb}: \`clone\` with ${cores} table and index jobs, without VACUUM and ANALYZE; then \`compare data\`.`,
        ]),
    `- Floor: COPY of all tables over ${cores} connections to nowhere, the biggest first; COPY … FREEZE from files of the server over ${cores} connections, then \`pg_restore -j${cores} --section=post-data\`.`,
    '- Ours: the bundled command line; its start and end are counted. Without statistics (`analyze: false`), as the scripts gather none, but for the last line.',
    '- Source and copy lie on one throwaway server that syncs nothing; autovacuum is off; a checkpoint and the removal of the copy come between two runs. All ways use the same client.',
    `- The server’s data and the dumps lie in ${folder === '/dev/shm' ? 'memory (/dev/shm), as making files on the disk took up to ten times as long after others were removed' : folder}.`,
    `- ${warmUp ? 'One unmeasured round, then' : 'No unmeasured round;'} ${rounds} rounds. A round runs every way once, those of one ratio next to each other, and begins with another one than the round before; a ratio compares runs of the same round.`,
    '- CPU time and memory of our own process are without the tools that it starts; CPU time of all is with them and the server.',
  ];
}

export function machineText({ cores, memoryGigabytes, system, node, client, server }: Omit<Machine, 'load'>): string {
  return `${cores} cores, ${memoryGigabytes} GB of memory, ${system}, Node ${node}, client ${client}, server ${server}`;
}

function milliseconds({ median, least, most }: Spread): string {
  return `${median.toFixed(0)} (${least.toFixed(0)}–${most.toFixed(0)})`;
}
