import { smallDatabase } from '../src/plan/clone-strategy.ts';
import { formatSpread, pairedRatios, spreadOf } from './ratios.ts';

/** `reflink` is file_copy with `file_copy_method = clone`, which 18 has; `×2` makes two copies side by side. */
export type CloneWay = 'restore' | 'wal_log' | 'file_copy' | 'reflink' | 'wal_log ×2' | 'file_copy ×2';

/** Seconds for one copy, in the order of the rounds; none of a way that the server does not have. */
export type CloneRounds = Readonly<Record<CloneWay, readonly number[]>>;

export interface CloneCase {
  readonly major: number;
  readonly fsync: boolean;
  /** Of the original, as pg_database_size gives them. */
  readonly bytes: number;
  readonly rounds: CloneRounds;
}

export interface CloneMeasurements {
  readonly machine: string;
  readonly fileSystem: string;
  readonly jobs: number;
  readonly rounds: number;
  /** Load averages of one minute before anything ran, and afterwards. */
  readonly load: readonly [number, number];
  readonly cases: readonly CloneCase[];
}

const columns = [
  'server',
  'fsync',
  'MB',
  'wal_log / restore',
  'file_copy / restore',
  'file_copy / wal_log',
  'reflink / file_copy',
  'wal_log, two at once / in a row',
  'file_copy, two at once / in a row',
  'seconds of a restore',
] as const;

/** Each cell a ratio of two ways of the same round; empty where the server does not have one of them. */
export function cloneRow({ major, fsync, bytes, rounds }: CloneCase): readonly string[] {
  const ratio = (ours: CloneWay, theirs: CloneWay) =>
    rounds[ours].length === 0 || rounds[theirs].length === 0
      ? ''
      : formatSpread(pairedRatios(rounds[ours], rounds[theirs]));
  return [
    String(major),
    fsync ? 'on' : 'off',
    (bytes / 1e6).toFixed(0),
    ratio('wal_log', 'restore'),
    ratio('file_copy', 'restore'),
    ratio('file_copy', 'wal_log'),
    ratio('reflink', 'file_copy'),
    ratio('wal_log ×2', 'wal_log'),
    ratio('file_copy ×2', 'file_copy'),
    formatSpread(spreadOf(rounds.restore)),
  ];
}

/** `docs/benchmarks-clones.md`. */
export function renderClonesDocument(measured: CloneMeasurements): string {
  const { machine, fileSystem, jobs, rounds, load, cases } = measured;
  return [
    '# Benchmarks: clones',
    '',
    'One more copy of a database by `CREATE DATABASE … TEMPLATE`, with each strategy of the server, against restoring it again. Read ratios, not',
    'seconds: below 1 the first is faster. Each is the median over the rounds, with the least and the most of them.',
    '',
    ...[columns, columns.map(() => '---'), ...cases.map(cloneRow)].map(cells => `| ${cells.join(' | ')} |`),
    '',
    `So \`strategy: auto\` is file_copy, but wal_log up to ${smallDatabase / 1e6} MB where fsync is on, and copies are made side by side, one for each core.`,
    'With fsync off neither strategy was clearly ahead of the other up to some 60 MB.',
    '',
    '## Method',
    '',
    `- Machine: ${machine}; ${fileSystem}; load average at the start ${load[0].toFixed(1)}, at the end ${load[1].toFixed(1)}. On a busy machine the spread is wide.`,
    '- MB: of the original on its server. The data are those of [benchmarks.md](benchmarks.md), one big table among many.',
    `- Restore: \`create database\`, then \`pg_restore -j${jobs}\` of one directory archive.`,
    '- file_copy before 15: what CREATE DATABASE does there, without a word for it.',
    '- Reflink: file_copy with `file_copy_method = clone`, for file systems that can share blocks (XFS, Btrfs); on others the kernel copies.',
    '- A way makes two copies, in a row in one session or side by side in two; the figure is the time for one.',
    '- Throwaway servers with autovacuum off and `max_wal_size` 4 GB. With fsync on, full_page_writes and synchronous_commit are on too.',
    `- The original comes from an unmeasured restore, then ${rounds} rounds. A round runs every way once, each round in another order; a ratio compares runs of the same round. Before each run the copies of the one before are dropped and a checkpoint is done.`,
    '- To repeat it: `node bench/clones.ts --write`.',
    '',
  ].join('\n');
}
