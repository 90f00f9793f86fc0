import { pairedRatios, type Spread, spreadOf } from './ratios.ts';
import type { Rounds } from './rounds.ts';
import type { Timing, WayName } from './ways.ts';

/** A ratio and, where there is one, the most that it may be. */
export interface RatioRow {
  readonly title: string;
  readonly value: Spread;
  readonly target?: number;
  /** Decimals, and what is behind the number; a plain ratio has two and nothing. */
  readonly unit?: string;
}

type Take = (timing: Timing) => number;
const total: Take = timing => timing.total;
const work: Take = timing => timing.work ?? Number.NaN;
const part =
  (name: string): Take =>
  timing =>
    timing.parts[name] ?? Number.NaN;

/** The ratios of one data set, each of runs of the same round. `small` is the one of many small tables. */
export function ratioRows(rounds: Rounds, small: boolean): readonly RatioRow[] {
  const ratio = (title: string, ours: Side, theirs: Side, target?: number): readonly RatioRow[] => {
    const [left, right] = [take(rounds, ours), take(rounds, theirs)];
    if (left.length === 0 || right.length === 0) return [];
    return [{ title, value: pairedRatios(left, right), ...(target === undefined ? {} : { target }) }];
  };
  const aim = (target: number) => (small ? undefined : target);
  return [
    ...ratio('dump with counts / COPY to nowhere', ['counts', part('dump')], ['floor out', total], aim(1.15)),
    ...ratio('dump with counts / tuned dump', ['counts', part('dump')], ['tuned', part('dump')]),
    ...ratio('tuned dump / COPY to nowhere', ['tuned', part('dump')], ['floor out', total]),
    ...ratio('dump with hashes as well / dump', ['dump with hashes', part('dump')], ['dump', part('dump')]),
    ...ratio('CPU time of the hashes / of the dump', ['dump with hashes', work, 'dump'], ['dump', work], aim(0.5)),
    ...ratio('restore / tuned restore', ['restore', part('restore')], ['tuned', part('restore')]),
    ...ratio('tuned restore / COPY in and index builds', ['tuned', part('restore')], ['floor in', total]),
    ...ratio('dump + restore / tuned script', ['restore', total], ['tuned', total]),
    ...ratio(
      'dump + restore / what pg_dump and pg_restore take of it',
      ['restore', total],
      ['restore', part('tools')],
      small ? 1.1 : undefined,
    ),
    ...ratio('**dump + restore + `counts` / tuned script**', ['counts', total], ['tuned', total], aim(1.05)),
    ...ratio('**dump + restore + `content` / tuned script**', ['content', total], ['tuned', total], aim(1.25)),
    ...ratio('**dump + restore + `content` / naive script**', ['content', total], ['naive', total], aim(0.45)),
    ...ratio('all defaults (statistics, `counts`) / naive script', ['defaults', total], ['naive', total]),
    ...ratio('tuned script / naive script', ['tuned', total], ['naive', total]),
    ...ratio('dump + restore + `content` / `pgcopydb clone` alone', ['content', total], ['pgcopydb', part('clone')]),
    ...ratio(
      'proof at level `content` / `pgcopydb compare data`',
      ['content', part('verify')],
      ['pgcopydb', part('compare')],
      aim(0.8),
    ),
    ...ratio('CPU time of all: dump + restore + `content` / tuned script', ['content', work], ['tuned', work]),
    ...ratio('CPU time of all: dump + restore + `content` / naive script', ['content', work], ['naive', work]),
    ...ownRows(rounds, small),
  ];
}

function ownRows({ content }: Rounds, small: boolean): readonly RatioRow[] {
  const own = content.flatMap(timing => (timing.own === undefined ? [] : [{ ...timing, own: timing.own }]));
  if (own.length === 0) return [];
  const shares = own.map(timing => timing.own.cpuSeconds / (timing.work ?? Number.NaN));
  return [
    {
      title: 'CPU time of our own process / of everything, at level `content`',
      value: spreadOf(shares),
      ...(small ? {} : { target: 0.1 }),
    },
    {
      title: 'peak memory of our own process, MB',
      value: spreadOf(own.map(timing => timing.own.peakBytes / 1e6)),
      target: 200,
      unit: 'MB',
    },
  ];
}

/** A way and what of it; with a second way, what it takes more than that. */
type Side = readonly [way: WayName, take: Take, without?: WayName];

function take(rounds: Rounds, [way, of, without]: Side): readonly number[] {
  const values = rounds[way].map(of);
  if (without === undefined) return values;
  // Two runs that differ by less than their noise leave next to nothing.
  return values.map((value, round) => Math.max(0.001, value - of(rounds[without][round] ?? ({} as Timing))));
}
