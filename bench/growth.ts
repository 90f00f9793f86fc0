import { type DataSet, oneBigTable, smallTables } from './data-set.ts';
import { table } from './markdown-table.ts';
import { performRounds, type RoundOptions } from './rounds.ts';
import type { Timing } from './ways.ts';

/** What a database of some size took, by our drill at level `content` and by the tuned script. */
export interface GrowthPoint {
  readonly size: number;
  readonly drill: Timing;
  readonly script: Timing;
}

export interface Growth {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly GrowthPoint[];
}

/** Megabytes at 1, 4 and 16 times a base, and numbers of small tables. */
export function growthSeries(megabytes: number, tables: readonly number[]) {
  return [
    {
      title: 'Data',
      unit: 'MB as text',
      sets: [1, 4, 16].map(times => ({ size: megabytes * times, set: oneBigTable(megabytes * times) })),
    },
    { title: 'Tables', unit: 'tables', sets: tables.map(count => ({ size: count, set: smallTables(count) })) },
  ];
}

/** Measures each size once: what grows too fast shows in factors of 4, not in percent. */
export async function measureGrowth(
  series: ReturnType<typeof growthSeries>,
  options: Omit<RoundOptions, 'rounds' | 'source'>,
  make: (set: DataSet) => Promise<AsyncDisposable>,
): Promise<readonly Growth[]> {
  const ways = options.ways.filter(({ name }) => name === 'content' || name === 'tuned');
  const grown: Growth[] = [];
  for (const { title, unit, sets } of series) {
    const points: GrowthPoint[] = [];
    for (const { size, set } of sets) {
      options.say(`\n${size} ${unit}`);
      await using _ = await make(set);
      const { content, tuned } = await performRounds({ ...options, ways, rounds: 1, source: set.name, warmUp: false });
      const [drill, script] = [content[0], tuned[0]];
      if (drill !== undefined && script !== undefined) points.push({ size, drill, script });
    }
    grown.push({ title, unit, points });
  }
  return grown;
}

/** The section of `docs/benchmarks.md`. */
export function growthLines(growth: readonly Growth[]): readonly string[] {
  if (growth.length === 0) return [];
  return [
    '## Growth',
    '',
    'Our drill at level `content`, each size once. A factor is what the largest takes against the smallest; linear growth would be the factor of the sizes.',
    '',
    ...growth.flatMap(one => [`### ${one.title}`, '', ...seriesLines(one), '']),
  ];
}

const number = (value: number) => value.toLocaleString('en-US');

function seriesLines({ unit, points }: Growth): readonly string[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const factor = (take: (point: GrowthPoint) => number) => (take(last) / take(first)).toFixed(1);
  const work = ({ work = Number.NaN }: Timing) => work;
  const own = ({ own }: Timing) => own?.cpuSeconds ?? Number.NaN;
  const peak = ({ own }: Timing) => (own?.peakBytes ?? Number.NaN) / 1e6;
  const rows = points.map(({ size, drill, script }) => [
    number(size),
    drill.total.toFixed(1),
    (drill.total / script.total).toFixed(2),
    work(drill).toFixed(1),
    own(drill).toFixed(1),
    peak(drill).toFixed(0),
  ]);
  const head = [unit, 'seconds', '/ tuned script', 'CPU seconds of all', 'of our own', 'most memory, MB'];
  return [
    ...table(head, rows),
    `| **factor ${(last.size / first.size).toFixed(0)}** | ${factor(({ drill }) => drill.total)} | | ${factor(({ drill }) => work(drill))} | ${factor(({ drill }) => own(drill))} | ${factor(({ drill }) => peak(drill))} |`,
    '',
    ...chart(unit, points),
  ];
}

/** GitHub draws it. The second line is what linear growth from the smallest size would take. */
function chart(unit: string, points: readonly GrowthPoint[]): readonly string[] {
  const [first] = points;
  if (first === undefined) return [];
  const values = points.map(({ drill }) => drill.total.toFixed(1));
  const linear = points.map(({ size }) => ((first.drill.total * size) / first.size).toFixed(1));
  return [
    '```mermaid',
    'xychart-beta',
    `  title "seconds of a drill, and linear growth"`,
    `  x-axis "${unit}" [${points.map(({ size }) => size).join(', ')}]`,
    '  y-axis "seconds"',
    `  bar [${values.join(', ')}]`,
    `  line [${linear.join(', ')}]`,
    '```',
  ];
}
